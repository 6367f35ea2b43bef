"""The link to one order: what it opens on another device, and all that it does not."""

from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client

from calls.request_keys import key_of as request_key_of
from calls.services.handover import offer_handover
from marketplace.accounts.audit import SYSTEM
from marketplace.accounts.guests import COOKIE, cookie_for
from marketplace.accounts.models import AuditEntry, Customer
from marketplace.core import sockets
from merchants.access import scope_of_customer
from merchants.scope import entered, operator_scope
from orders import order_links
from orders.models import Order
from orders.services.revoke_links import revoke_links
from tests.factories.orders import make_order, make_table
from tests.factories.people import make_customer
from tests.factories.requests import make_ready, say_ready
from tests.orders.peers import OrderPeer, Peer, work
from tests.orders.test_views import browser

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def table():
    return make_table()


def key_for(order: Order) -> str:
    with entered(scope_of_customer(order.customer)):
        return order_links.key_of(Order.objects.get(pk=order.pk))[0]


def opened(order: Order, client: Client | None = None) -> Client:
    """Open the link in a browser of somebody's and follow it."""
    client = client or Client()
    url = f"/o/{order.code}/"
    asked = client.get(url, {"key": key_for(order)})
    assert asked.status_code == 200
    answer = client.post(f"{url}open/", {"key": key_for(order)})
    assert (answer.status_code, answer.headers["location"]) == (302, url)
    return client


def revoke(order: Order) -> None:
    with entered(scope_of_customer(order.customer)):
        revoke_links(order.code)


def checkout(client: Client, order: Order):
    body = {"revision": order.form_revision, "digest": "0" * 64}
    url = f"/api/v1/orders/{order.code}/checkout/"
    return client.post(url, body, "application/json")


@pytest.mark.proves("C16", "P1.9", "INV-T2")
def test_link_opens_order_panel_and_payment_on_a_device_of_nobodys(table):
    order = make_order(table)
    client = opened(order)
    page = client.get(f"/o/{order.code}/")
    assert page.status_code == 200
    assert "Order and pay €48.00" in page.content.decode()
    assert client.get(f"/o/{order.code}/pay/").status_code == 200
    assert checkout(client, order).json()["code"] == "stale_revision"


@pytest.mark.proves("INV-T9", "INV-T2")
def test_looking_at_the_link_opens_nothing_and_tells_nobody(table):
    order, client = make_order(table), Client()
    answer = client.get(f"/o/{order.code}/", {"key": key_for(order)})
    assert answer.headers["referrer-policy"] == "strict-origin"
    assert "no-store" in answer.headers["cache-control"]
    assert order.content not in answer.content.decode()
    assert "csrftoken" in client.cookies
    assert set(client.cookies) == {"csrftoken"}
    assert client.get(f"/o/{order.code}/").status_code == 404


@pytest.mark.proves("INV-T2", "INV-T4")
def test_pass_is_for_one_order_and_never_makes_the_device_the_customer(table):
    order, before = make_order(table), Customer.objects.count()
    other = make_order(make_table(customer=table.customer))
    client = opened(order)
    assert COOKIE not in client.cookies
    assert Customer.objects.count() == before + 0
    pass_cookie = client.cookies[f"visavis_order_{order.code}"]
    assert pass_cookie["httponly"]
    assert pass_cookie["samesite"] == "Lax"
    client.cookies[f"visavis_order_{other.code}"] = pass_cookie.value
    assert client.get(f"/o/{other.code}/").status_code == 404
    assert client.get(f"/o/{other.code}/pay/").status_code == 404
    assert checkout(client, other).status_code == 404
    assert client.get(f"/o/{order.code}/share/").status_code == 404
    assert client.post(f"/o/{order.code}/revoke/").status_code == 404
    assert client.get(f"/o/{order.code}/record.json").status_code == 404
    assert other.content not in client.get("/orders/").content.decode()
    assert "No order on this device yet" in client.get("/orders/").content.decode()


@pytest.mark.proves("INV-T2")
def test_another_customers_device_stays_theirs(table):
    order, somebody = make_order(table), make_table()
    own = make_order(somebody)
    client = opened(order, browser(somebody.customer))
    assert client.cookies[COOKIE].value == cookie_for(somebody.customer)
    assert client.get(f"/o/{order.code}/").status_code == 200
    assert client.get(f"/o/{own.code}/").status_code == 200
    listed = client.get("/orders/").content.decode()
    assert own.code in listed
    assert order.code not in listed


def test_own_device_is_led_to_the_order_and_needs_no_pass(table):
    order, client = make_order(table), browser(table.customer)
    answer = client.get(f"/o/{order.code}/", {"key": "whatever"})
    assert (answer.status_code, answer.headers["location"]) == (302, f"/o/{order.code}/")
    assert "Pay on another device" in client.get(f"/o/{order.code}/").content.decode()
    assert "Pay on another device" not in opened(order).get(f"/o/{order.code}/").content.decode()


@pytest.mark.proves("INV-T2")
def test_revoked_link_and_its_passes_are_worth_nothing(table):
    order = make_order(table)
    key, client = key_for(order), opened(order)
    revoke(order)
    assert client.get(f"/o/{order.code}/").status_code == 404
    assert client.get(f"/o/{order.code}/pay/").status_code == 404
    assert checkout(client, order).status_code == 404
    assert Client().get(f"/o/{order.code}/", {"key": key}).status_code == 410
    assert Client().post(f"/o/{order.code}/open/", {"key": key}).status_code == 410
    assert opened(order).get(f"/o/{order.code}/").status_code == 200, "control: a new link works"
    assert browser(table.customer).get(f"/o/{order.code}/").status_code == 200
    with entered(operator_scope(SYSTEM)):
        assert AuditEntry.objects.filter(action="order.links_revoked").count() == 1


@pytest.mark.proves("INV-T2")
def test_cookies_of_a_customer_made_worthless_take_the_passes_with_them(table):
    order = make_order(table)
    client = opened(order)
    Customer.objects.filter(pk=order.customer_id).update(cookie_epoch=1)
    assert client.get(f"/o/{order.code}/").status_code == 404


@pytest.mark.proves("INV-T2")
def test_link_and_pass_end(table, monkeypatch):
    order = make_order(table)
    key, client = key_for(order), opened(order)
    monkeypatch.setattr(order_links, "LINK_LIFE", timedelta(seconds=-1))
    assert Client().get(f"/o/{order.code}/", {"key": key}).status_code == 410
    assert client.get(f"/o/{order.code}/").status_code == 200
    monkeypatch.setattr(order_links, "PASS_LIFE", timedelta(seconds=-1))
    assert client.get(f"/o/{order.code}/").status_code == 404


@pytest.mark.proves("INV-T2", "INV-F13")
def test_nothing_else_is_a_key(table):
    order, other = make_order(table), make_order()
    key = key_for(order)
    pass_text = opened(order).cookies[f"visavis_order_{order.code}"].value
    value = {"customer": order.customer_id.hex, "order": order.code, "epochs": [0, 1]}
    wrong = [
        "",
        "x",
        "\x00",
        "ключ",
        key[:-1] + ("A" if key[-1] != "A" else "B"),
        key_for(other),
        pass_text,
        cookie_for(table.customer),
        signing.dumps(value, salt="another purpose"),
        signing.dumps([], salt="visavis.orders.link"),
        "x" * 5000,
    ]
    for text in wrong:
        answer = Client().get(f"/o/{order.code}/", {"key": text})
        assert answer.status_code == 410, text
        assert order.content not in answer.content.decode()
        assert Client().post(f"/o/{order.code}/open/", {"key": text}).status_code == 410
    client = Client()
    client.cookies[f"visavis_order_{order.code}"] = key
    assert client.get(f"/o/{order.code}/").status_code == 404, "a key is no pass"
    client.cookies[COOKIE] = pass_text
    assert client.get("/orders/").context["orders"] == [], "a pass is no customer"


@pytest.mark.proves("C16")
def test_share_page_shows_link_and_code_to_the_customer_and_revokes(table):
    order, client = make_order(table), browser(table.customer)
    page = client.get(f"/o/{order.code}/share/")
    text = page.content.decode()
    assert page.context["url"].startswith(f"http://testserver/o/{order.code}/?key=") or (
        f"/o/{order.code}/?key=" in page.context["url"]
    )
    assert "<svg" in text
    assert "no-store" in page.headers["cache-control"]
    assert client.get(f"/o/{order.code}/revoke/").status_code == 405
    done = client.post(f"/o/{order.code}/revoke/", follow=True)
    assert "The old links no longer work." in done.content.decode()
    key = page.context["url"].partition("?key=")[2]
    assert Client().get(f"/o/{order.code}/", {"key": key}).status_code == 410
    assert browser(make_customer()).get(f"/o/{order.code}/share/").status_code == 404


def test_key_in_the_page_fits_an_address(table):
    order = make_order(table)
    assert len(key_for(order)) < order_links.LONGEST


# -- history ---------------------------------------------------------------------------------


@pytest.mark.proves("C22")
def test_history_lists_the_devices_own_orders_newest_first(table):
    old = make_order(table, content="Old tea")
    new = make_order(make_table(customer=table.customer), content="New tea")
    foreign = make_order(content="Foreign tea")
    text = browser(table.customer).get("/orders/").content.decode()
    assert text.index(new.code) < text.index(old.code)
    assert foreign.code not in text
    assert "€48.00" in text


def test_history_of_a_device_of_nobodys_makes_no_guest(table):
    before = Customer.objects.count()
    answer = Client().get("/orders/")
    assert answer.status_code == 200
    assert "No order on this device yet" in answer.content.decode()
    assert Customer.objects.count() == before


@pytest.mark.proves("INV-T2", "INV-A4")
def test_history_is_not_listed_where_a_link_brought_the_customer(table):
    order = make_order(table)
    client = Client()
    client.cookies[COOKIE] = cookie_for(table.customer, moved=True)
    text = client.get("/orders/").content.decode()
    assert order.code not in text
    assert "listed on the device you called from" in text
    assert client.get(f"/o/{order.code}/").status_code == 200


@pytest.mark.proves("INV-T2", "INV-A5")
def test_who_came_by_a_mailed_key_or_a_handover_gets_no_list_and_their_own_device_keeps_it():
    asked = make_ready()
    order = make_order(make_table(customer=asked.customer))
    mailed, key = Client(), request_key_of(asked.row)
    assert mailed.post(f"/r/{asked.code}/open/", {"key": key}).status_code == 302
    call = make_table(customer=asked.customer).call
    taken = Client()
    with entered(scope_of_customer(asked.customer)):
        token, _ends = offer_handover(call.code)
    assert taken.post(f"/c/{call.code}/continue/{token}/").status_code == 302
    for client in (mailed, taken):
        assert client.cookies[COOKIE].value, "the device is the customer's now"
        assert client.get(f"/o/{order.code}/").status_code == 200
        text = client.get("/orders/").content.decode()
        assert order.code not in text
        assert "listed on the device you called from" in text
    own = browser(asked.customer)
    say_ready(asked)
    own.post(f"/r/{asked.code}/open/", {"key": request_key_of(asked.row)})
    assert order.code in own.get("/orders/").content.decode(), "control"


def test_history_asks_as_often_with_five_orders_as_with_one(table, django_assert_num_queries):
    make_order(table)
    client = browser(table.customer)
    with django_assert_num_queries(5):
        client.get("/orders/")
    for _ in range(4):
        make_order(make_table(customer=table.customer))
    with django_assert_num_queries(5):
        client.get("/orders/")


# -- the socket --------------------------------------------------------------------------------


def cookie_of(client: Client, order: Order) -> str:
    name = f"visavis_order_{order.code}"
    return f"{name}={client.cookies[name].value}"


@pytest.mark.proves("C22", "INV-T3")
@pytest.mark.usefixtures("layer")
async def test_pass_joins_the_orders_socket_and_no_other(monkeypatch):
    monkeypatch.setattr(sockets, "HEARTBEAT_SECONDS", 0.3)
    table = await work(make_table)
    order = await work(make_order, table)
    other = await work(make_order, await work(make_table, customer=table.customer))
    cookie = cookie_of(await work(opened, order), order)
    peer = await OrderPeer(f"/ws/orders/{order.code}/customer/", cookie).open()
    assert peer.snapshot["order"]["code"] == order.code
    renamed = cookie.replace(order.code, other.code, 1)
    assert await Peer(f"/ws/orders/{other.code}/customer/", renamed).refusal() == 4404
    form = f"/ws/calls/{table.call.code}/form/customer/"
    assert await Peer(form, cookie).refusal() == 4404
    await work(revoke, order)
    while (output := await peer.socket.receive_output(timeout=5))["type"] != "websocket.close":
        pass
    assert output["code"] == 4403
    assert await Peer(f"/ws/orders/{order.code}/customer/", cookie).refusal() == 4404
