"""Calls over networks that block, break and change. Each person has addresses of their own."""

import pytest

from tests.e2e.browsers import until
from tests.e2e.faults import LEARNED, addresses, pair, set_mode, takes
from tests.e2e.sale import HANDLE
from tests.slow.lab import HERE, LINKS

MERCHANTS_OWN = f"{LINKS['lan'][1]}.2"
WIFI, MOBILE = f"{LINKS['wifi'][1]}.2", f"{LINKS['mobile'][1]}.2"


@pytest.fixture
def direct(site):
    set_mode(site, HANDLE, "direct")


@pytest.fixture
def relayed(site):
    set_mode(site, HANDLE, "relay")
    yield
    set_mode(site, HANDLE, "direct")


@pytest.mark.proves("C16")
def test_without_a_direct_path_the_relay_is_found_by_itself(site, people, whole, direct):
    whole.forward(on=False)
    with people.in_call(site.url) as meeting:
        for side in meeting.sides:
            takes(side, "relay", "relay")


@pytest.mark.proves("C16", "INV-C10")
def test_direct_path_cut_mid_call_moves_to_the_relay_by_itself(site, people, whole, direct):
    with people.in_call(site.url) as meeting:
        assert "relay" not in {end["kind"] for end in pair(meeting.customer).values()}
        generation = state(meeting.customer)["generation"]
        whole.forward(on=False)
        for side in meeting.sides:
            takes(side, "relay", "relay", seconds=60)
        meeting.goes_on()
        assert state(meeting.customer)["generation"] == generation, "the same connection"


@pytest.mark.proves("C16", "INV-C10")
@pytest.mark.parametrize("mode", ["direct", "relayed"])
def test_customer_moves_to_another_link_and_the_same_call_goes_on(
    site, people, whole, mode, request
):
    request.getfixturevalue(mode)
    with people.in_call(site.url) as meeting:
        whole.unplug("wifi")
        whole.plug("mobile")
        meeting.goes_on(seconds=90)
        assert meeting.customer.page.url.rstrip("/").endswith(meeting.call)
        if mode == "direct":
            page = meeting.customer.page
            until(
                page, lambda: pair(meeting.customer)["here"]["address"] == MOBILE, what="the link"
            )
        meeting.customer.frames_grow()


@pytest.mark.proves("C16")
def test_udp_blocked_the_call_takes_the_relay_over_tcp(site, people, whole, relayed):
    whole.drop(f"ip saddr {WIFI} meta l4proto udp")
    with people.in_call(site.url) as meeting:
        assert pair(meeting.customer)["here"]["over"] == "tcp"
        takes(meeting.customer, "relay", "relay")


@pytest.mark.proves("INV-C10")
def test_silent_cut_is_told_to_the_other_side_and_resumes_when_it_heals(
    site, people, whole, relayed
):
    with people.in_call(site.url) as meeting:
        whole.drop(f"ip saddr {WIFI}")
        meeting.merchant.wait_for_phase("reconnecting", seconds=10)
        meeting.customer.wait_for_phase("reconnecting", seconds=20)
        whole.heal()
        meeting.goes_on(seconds=90)


@pytest.mark.proves("INV-C9", "A9")
def test_customer_never_learns_where_the_merchant_is(site, people, whole, relayed):
    with people.in_call(site.url) as meeting:
        page = meeting.customer.page
        heard = "\n".join(meeting.wires["customer"].received) + page.evaluate(LEARNED)
        assert MERCHANTS_OWN not in heard + page.content()
        assert addresses(heard) == {HERE}
        # the control: the merchant's own browser does know it
        assert MERCHANTS_OWN in str(meeting.merchant.page.evaluate(OWN))


OWN = """async () => {
  const peer = new RTCPeerConnection();
  const found = [];
  peer.onicecandidate = ({ candidate }) => candidate && found.push(candidate.candidate);
  peer.addTransceiver('audio');
  await peer.setLocalDescription();
  while (peer.iceGatheringState !== 'complete') await new Promise(done => setTimeout(done, 50));
  peer.close();
  return found.join(' ');
}"""


def state(side) -> dict:
    return side.page.evaluate("window.__visavis.state")
