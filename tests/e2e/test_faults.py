"""A running call and everything that breaks around it. Waits for states, never for a time.

The product of this file has a relay, so its calls go through it, as the default is.
"""

import time

import psycopg
import pytest
from playwright.sync_api import expect

from tests.e2e.browsers import PHONE, person, until
from tests.e2e.cameras import BLUE, RED
from tests.e2e.conftest import SETTINGS
from tests.e2e.faults import (
    LEARNED,
    People,
    addresses,
    asleep,
    kill,
    own_addresses,
    pair,
    set_mode,
    takes,
)
from tests.e2e.order_pages import MerchantWindow
from tests.e2e.rig import Rig
from tests.e2e.sale import HANDLE
from tests.relay.coturn import Coturn, running

# An address of its own on loopback: what is not this one is somebody's real address.
RELAY = "127.0.0.2"
ROUNDS, MOST_ROUNDS = 8, 24
# Gathers candidates with a login and tells what the relay said.
GATHER = """async ({ urls, username, credential }) => {
  const peer = new RTCPeerConnection({ iceServers: [{ urls, username, credential }], iceTransportPolicy: 'relay' });
  const kinds = [], errors = [];
  peer.onicecandidate = ({ candidate }) => candidate?.candidate && kinds.push(candidate.type);
  peer.onicecandidateerror = event => errors.push(event.errorCode);
  peer.addTransceiver('audio');
  await peer.setLocalDescription();
  while (peer.iceGatheringState !== 'complete') await new Promise(done => setTimeout(done, 50));
  peer.close();
  return { kinds, errors };
}"""
RESTART_AT = "moment => setTimeout(() => window.__visavis.peer.restartIce(), moment - Date.now())"


@pytest.fixture(scope="module")
def relay():
    with running(Coturn(address=RELAY, extra=["--allow-loopback-peers"])) as found:
        yield found


@pytest.fixture(scope="module")
def site(relay):
    rig = Rig("e2e-faults", {**SETTINGS, **relay.settings()})
    rig.start()
    set_mode(rig, HANDLE, "relay")
    yield rig
    rig.stop()


@pytest.fixture(scope="module")
def people(playwright, tmp_path_factory):
    found = People(playwright, tmp_path_factory.mktemp("cameras"))
    yield found
    found.close()


@pytest.mark.proves("A9", "INV-C9", "INV-C8")
def test_relayed_call_tells_the_customer_no_address_but_the_relay(site, people):
    with people.in_call(site.url) as meeting:
        for side in meeting.sides:
            takes(side, "relay", "relay")
        customer, wire = meeting.customer, meeting.wires["customer"]
        heard = "\n".join(wire.received) + customer.page.evaluate(LEARNED)
        assert addresses(heard) == {RELAY}
        assert "typ host" not in heard
        assert "typ srflx" not in heard


@pytest.mark.proves("INV-C9")
def test_control_the_same_look_finds_the_address_of_a_direct_merchant(site, people):
    set_mode(site, HANDLE, "direct")
    try:
        with people.in_call(site.url) as meeting:
            customer, merchant = meeting.sides
            heard = "\n".join(meeting.wires["customer"].received) + customer.page.evaluate(LEARNED)
            assert pair(customer)["there"]["kind"] != "relay"
            assert (addresses(heard) - {RELAY}) & own_addresses(merchant)
    finally:
        set_mode(site, HANDLE, "relay")


@pytest.mark.proves("INV-A9")
def test_browser_is_refused_with_a_wrong_or_expired_login(site, relay, people):
    urls = relay.urls.split(",")[0]
    right, old = (
        relay.login("c4ll-customer"),
        relay.login("c4ll-customer", now=int(time.time()) - 700),
    )
    with person(people.browser(RED), PHONE) as page:
        page.goto(site.url)
        for login, password, good in (
            (right.username, right.credential, True),
            (right.username, old.credential, False),
            (old.username, old.credential, False),
        ):
            said = page.evaluate(GATHER, {"urls": urls, "username": login, "credential": password})
            assert set(said["kinds"]) == ({"relay"} if good else set())
            assert (401 in said["errors"]) != good


@pytest.mark.proves("C16", "INV-C10")
def test_both_sockets_cut_picture_goes_on_and_restart_works_through_the_new_ones(site, people):
    with people.in_call(site.url) as meeting:
        opens = [side.page.evaluate("window.__visavis.socket.opens") for side in meeting.sides]
        for side in meeting.sides:
            side.page.evaluate("window.__visavis.socket.drop()")
        meeting.goes_on()
        for side, before in zip(meeting.sides, opens, strict=True):
            until(
                side.page,
                lambda s=side, b=before: (
                    s.page.evaluate(
                        "window.__visavis.socket.isOpen && window.__visavis.socket.opens"
                    )
                    > b
                ),
                what="a new socket",
            )
        restart(meeting)
        meeting.goes_on()


def restart(meeting) -> None:
    """Restart ICE at the customer and wait until the path has another name."""
    ufrag = "window.__visavis.peer.currentRemoteDescription.sdp.match(/ice-ufrag:(\\S+)/)[1]"
    before = meeting.merchant.page.evaluate(ufrag)
    meeting.customer.page.evaluate("window.__visavis.peer.restartIce()")
    page = meeting.merchant.page
    until(page, lambda: page.evaluate(ufrag) != before, seconds=30, what="a restart of ICE")


@pytest.mark.proves("C16", "INV-C10", "INV-X1")
def test_site_killed_and_started_again_picture_goes_on_and_sockets_return(site, people):
    with people.in_call(site.url) as meeting:
        site.kill_node()
        for side in meeting.sides:
            expect(side.page.locator("#call-banner")).to_be_visible()
            side.frames_grow()
        site.start_node()
        for side in meeting.sides:
            expect(side.page.locator("#call-banner")).to_be_hidden(timeout=30_000)
        meeting.goes_on()
        restart(meeting)
        meeting.goes_on()


@pytest.mark.proves("C16", "INV-C10", "INV-A9")
def test_relay_killed_and_started_again_call_comes_back_with_fresh_credentials(site, relay, people):
    with people.in_call(site.url) as meeting:
        before = {name for side in meeting.sides for name in logins(side)}
        relay.kill()
        for side in meeting.sides:
            side.wait_for_phase("reconnecting")
        relay.start()
        meeting.goes_on(seconds=90)
        after = {name for side in meeting.sides for name in logins(side)}
        assert after - before, "whoever sought the new path fetched a login for it"
        for side in meeting.sides:
            takes(side, "relay", "relay")


def logins(side) -> list[str]:
    servers = side.page.evaluate("window.__visavis.peer.getConfiguration().iceServers")
    return [server["username"] for server in servers]


@pytest.mark.proves("INV-C6")
def test_colliding_renegotiations_settle(site, people):
    with people.in_call(site.url) as meeting:
        collided = rounds = 0
        while collided < ROUNDS:
            rounds += 1
            assert rounds <= MOST_ROUNDS, f"only {collided} collisions in {MOST_ROUNDS} rounds"
            collided += collide(meeting)
        print(f"{collided} collisions in {rounds} rounds")
        meeting.goes_on()
        for side in meeting.sides:
            assert side.page.errors == []


def collide(meeting) -> bool:
    """Both restart ICE at one instant; says whether both had sent an offer before they settled."""
    before = [wire.offers() for wire in meeting.wires.values()]
    moment = meeting.customer.page.evaluate("Date.now()") + 300
    for side in meeting.sides:
        side.page.evaluate(RESTART_AT, moment)
    meeting.customer.page.wait_for_timeout(400)
    for side in meeting.sides:
        until(
            side.page,
            lambda s=side: s.page.evaluate(
                "window.__visavis.peer.signalingState === 'stable'"
                " && window.__visavis.peer.connectionState === 'connected'"
            ),
            what="rest",
        )
    after = [wire.offers() for wire in meeting.wires.values()]
    return all(now > then for now, then in zip(after, before, strict=True))


@pytest.mark.proves("C16", "INV-C14")
def test_either_side_reloads_and_the_same_call_goes_on(site, people):
    with people.in_call(site.url) as meeting:
        for side in meeting.sides:
            side.page.reload()
            meeting.goes_on()
        meeting.customer.sees(remote=BLUE, own=RED)


@pytest.mark.proves("INV-C14")
def test_second_tab_takes_over_and_the_old_one_can_no_longer_write(site, people):
    with people.in_call(site.url) as meeting:
        old = meeting.customer.page
        new = old.context.new_page()
        new.goto(old.url)
        type(meeting.customer)(new, site.url).wait_for_phase("live")
        meeting.customer.wait_for_phase("elsewhere")
        refused = old.evaluate(
            "window.__visavis.socket.request('call.hang_up', {}).catch(error => error.code)"
        )
        assert refused == "closed"
        assert old.evaluate("window.__visavis.peer") is None
        meeting.customer.page = new
        meeting.goes_on()


@pytest.mark.proves("C16", "INV-C10")
def test_customer_who_slept_comes_back_into_the_call(site, people):
    with people.in_call(site.url) as meeting:
        desk = meeting.merchant.page
        with asleep(people.browser(RED)):
            meeting.merchant.wait_for_phase("reconnecting")
            # the server hears nothing any more and gives the sleeping tab's socket up
            until(desk, lambda: not present(site, meeting.call), seconds=40, what="given up")
        meeting.goes_on(seconds=90)
        expect(desk.locator("#call-banner")).to_be_hidden(timeout=30_000)
        assert present(site, meeting.call)


def present(site, code: str) -> bool:
    with psycopg.connect(site.parts.addresses.owner) as owner:
        owner.execute("SET ROLE r_operator")
        query = "SELECT customer_present FROM calls_call WHERE code = %s"
        return bool(owner.execute(query, [code]).fetchone()[0])


@pytest.mark.proves("C16", "INV-C10")
def test_cut_is_told_a_short_one_resumes_and_a_long_one_ends_the_call_once(site, people):
    with people.in_call(site.url) as meeting:
        merchant, window = meeting.merchant, MerchantWindow(meeting.merchant.page)
        window.open()
        kept = meeting.customer.page.context.storage_state()
        kill(people.browser(RED))
        expect(merchant.page.locator("#call-banner")).to_be_visible(timeout=10_000)
        with person(people.browser(RED), PHONE, storage_state=kept) as page:
            meeting.customer.page = page
            page.goto(f"{site.url}/c/{meeting.call}/")
            meeting.goes_on()
            kill(people.browser(RED))
        merchant.wait_for_phase("ended", seconds=90)
        expect(merchant.page.locator("#call-title")).to_have_text("The call was lost")
        assert endings(site, meeting.call) == [("failed", "connection_lost", 1)]
        window.box("content").fill("Goes on after the call")
        expect(window.field("content")).to_have_attribute("data-mark", "proposed")


def endings(site, code: str) -> list[tuple[str, str, int]]:
    with psycopg.connect(site.parts.addresses.owner) as owner:
        owner.execute("SET ROLE r_operator")
        return owner.execute(
            "SELECT c.state, c.end_reason, (SELECT count(*) FROM accounts_auditentry a"
            " WHERE a.subject_id = c.id AND a.action = 'call.failed') FROM calls_call c WHERE code = %s",
            [code],
        ).fetchall()
