"""Two web processes behind nginx, as deployed: caller and desk on different ones, each killed once."""

import psycopg
import pytest
import requests
from playwright.sync_api import expect

from tests.e2e.browsers import DESK, person, until
from tests.e2e.call_pages import Merchant
from tests.e2e.cameras import BLUE, RED
from tests.e2e.conftest import SETTINGS
from tests.e2e.faults import People, Wire
from tests.e2e.order_pages import CustomerSheet, MerchantWindow
from tests.e2e.rig import HOST, Rig
from tests.e2e.sale import EMAIL, HANDLE, PASSWORD

# What a browser calls itself decides to which node nginx sends it while that node lives.
NODES = {"customer": 1, "merchant": 2}
AGENTS = ("Mozilla/5.0 Chrome node-1", "Mozilla/5.0 Chrome node-2")


@pytest.fixture(scope="module")
def site():
    rig = Rig("e2e-nodes", SETTINGS, nodes=2)
    rig.start()
    yield rig
    rig.stop()


@pytest.fixture(scope="module")
def people(playwright, tmp_path_factory):
    found = People(playwright, tmp_path_factory.mktemp("cameras"))
    yield found
    found.close()


def on_node(site, meeting, role: str, part: str, number: int) -> None:
    """Wait until the newest socket of that kind is at that node, by nginx's own word."""
    wire, wanted = meeting.wires[role], site.address_of(number)
    page = getattr(meeting, role).page
    until(page, lambda: wire.node_of(part) == wanted, what=f"{role} at node {number}: {wire.nodes}")


def form_flows(meeting, words: str, city: str) -> None:
    """What the merchant writes reaches the customer's node and the other way round."""
    window, sheet = MerchantWindow(meeting.merchant.page), CustomerSheet(meeting.customer.page)
    window.open()
    window.box("content").fill(words)
    window.box("price").focus()
    if not sheet.box("address.city").is_visible():
        window.ask_for(["address"], "")
        sheet.is_asked("asks for")
    sheet.type("address.city", city)
    window.shows("address.city", city, seconds=20)


@pytest.mark.proves("P1.1", "P1.3", "P1.7", "C3", "INV-C3")
def test_call_and_form_work_across_nodes(site, people):
    with people.in_call(site.url, agents=AGENTS) as meeting:
        for role, number in NODES.items():
            on_node(site, meeting, role, f"/{role}/", number)
        on_node(site, meeting, "merchant", "/ws/desk/", 2)
        meeting.customer.sees(remote=BLUE, own=RED)
        meeting.merchant.sees(remote=RED, own=BLUE)
        form_flows(meeting, "Poured across two nodes", "Hamburg")
        meeting.customer.page.locator("#hang-up").click()
        for side in meeting.sides:
            side.wait_for_phase("ended")


@pytest.mark.proves("INV-X1", "INV-C10", "INV-F1", "C16")
@pytest.mark.parametrize("role", ["customer", "merchant"])
def test_call_and_form_go_on_when_the_node_under_either_is_killed(site, people, role):
    with people.in_call(site.url, agents=AGENTS) as meeting:
        form_flows(meeting, "Before", "Hamburg")
        dead = NODES[role]
        left = 3 - dead
        site.kill_node(dead)
        try:
            on_node(site, meeting, role, f"/{role}/", left)
            for side in meeting.sides:
                expect(side.page.locator("#call-banner")).to_be_hidden(timeout=30_000)
            meeting.goes_on()
            form_flows(meeting, "After", "Kiel")
            meeting.customer.page.reload()
            meeting.goes_on()
        finally:
            site.start_node(dead)


@pytest.mark.proves("P1.2", "INV-T9")
@pytest.mark.parametrize("number", [1, 2])
def test_endpoint_and_published_address_are_the_clients_on_either_node(site, people, number):
    with person(people.browser(BLUE), DESK, user_agent=AGENTS[number - 1]) as page:
        wire, merchant = Wire(), Merchant(page, site.url)
        wire.listen(page)
        merchant.sign_in(EMAIL, PASSWORD, HANDLE)
        merchant.go_online()
        assert wire.node_of("/ws/desk/") == site.address_of(number)
        # not PROXY, from which nginx speaks, and not the hop that a client made up
        assert endpoint_addresses(site) == {HOST}
        told = {answer_of(site, agent) for agent in AGENTS}
        assert told == {(site.address_of(node), HOST) for node in (1, 2)}


def answer_of(site, agent: str) -> tuple[str, str]:
    # a made-up hop is overwritten by nginx, so that it counts nowhere
    headers = {"User-Agent": agent, "X-Forwarded-For": "203.0.113.66"}
    url = f"{site.url}/api/v1/merchants/{HANDLE}/address/"
    answer = requests.get(url, headers=headers, timeout=10)
    return answer.headers["X-Node"], answer.json().get("address") or answer.text


def endpoint_addresses(site) -> set[str]:
    with psycopg.connect(site.parts.addresses.owner) as owner:
        owner.execute("SET ROLE r_operator")
        rows = owner.execute("SELECT host(address) FROM calls_endpoint WHERE expires_at > now()")
        return {str(address) for (address,) in rows}
