"""A merchant's orders at the desk."""

import pytest
from django.test import Client

from merchants.roles import Role
from tests.factories.merchants import make_member, make_merchant
from tests.factories.orders import make_order, make_table
from tests.factories.people import make_user
from tests.pages.helpers import client_of, make_payment, make_settlement, queries_of


@pytest.fixture
def table(db):
    return make_table()


def urls(table, order) -> tuple[str, str]:
    base = f"/desk/{table.merchant.handle}/orders/"
    return base, f"{base}{order.code}/"


@pytest.mark.proves("M8")
def test_orders_of_the_merchant_are_listed_for_a_member(table):
    order = make_order(table)
    text = client_of(table.member.user).get(urls(table, order)[0]).content.decode()
    assert "Two tins of jasmine tea" in text
    assert "€48.00" in text
    assert "awaiting payment" in text
    assert urls(table, order)[1] in text


def test_orders_without_any_say_so(table):
    url = f"/desk/{table.merchant.handle}/orders/"
    assert "No order here yet" in client_of(table.member.user).get(url).content.decode()


def test_orders_of_one_state_are_filtered(table):
    order = make_order(table)
    client, url = client_of(table.member.user), urls(table, order)[0]
    assert order.content in client.get(f"{url}?state=awaiting_payment").content.decode()
    assert order.content not in client.get(f"{url}?state=paid").content.decode()
    assert order.content in client.get(f"{url}?state=nonsense").content.decode()


@pytest.mark.proves("A5")
def test_orders_are_not_shown_to_strangers_and_other_members(table):
    order = make_order(table)
    foreign = make_member(make_merchant()).user
    for url in urls(table, order):
        assert Client().get(url).headers["location"].startswith("/sign-in/?next=")
        assert client_of(make_user()).get(url).status_code == 404
        assert client_of(foreign).get(url).status_code == 404


@pytest.mark.proves("A5")
def test_order_of_another_merchant_is_not_found_under_the_own_address(table):
    order = make_order(table)
    foreign = make_member(make_merchant())
    url = f"/desk/{foreign.merchant.handle}/orders/{order.code}/"
    assert client_of(foreign.user).get(url).status_code == 404


def test_orders_of_a_former_member_are_not_found(table):
    order = make_order(table)
    user = make_user()
    make_member_inactive(table.merchant, user)
    assert client_of(user).get(urls(table, order)[0]).status_code == 404


def make_member_inactive(merchant, user) -> None:
    from merchants.scope import entered
    from tests.factories.merchants import scope_of_system

    member = make_member(merchant, user=user)
    with entered(scope_of_system(merchant)):
        member.is_active = False
        member.save()


@pytest.mark.proves("M9")
def test_order_shows_what_was_agreed_and_the_deal_record(table):
    order = make_order(
        table, address_line1="Lindenstraße 12", contact_phone="+49 30 1234", note="Ring"
    )
    text = client_of(table.member.user).get(urls(table, order)[1]).content.decode()
    for word in ("Lindenstraße 12", "+49 30 1234", "Ring", "Order created", "Waiting for payment"):
        assert word in text
    assert f"both confirmed revision {order.form_revision}" in text


@pytest.mark.proves("M19")
def test_share_of_an_order_is_shown_to_the_owner_and_not_to_an_agent(table):
    order = make_order(table)
    make_settlement(make_payment(order))
    url = urls(table, order)[1]
    agent = make_member(table.merchant, role=Role.AGENT).user
    shown, hidden = (client_of(u).get(url).content.decode() for u in (table.member.user, agent))
    assert "€44.16" in shown
    assert "€44.16" not in hidden
    assert "Transfer to you is due" not in hidden


def test_order_record_names_failed_attempts_and_the_transfer(table):
    order = make_order(table)
    make_payment(order, state="failed", stage="failed", failure_code="card_declined")
    make_settlement(make_payment(order), state="transferred", transferred_at=order.created_at)
    text = client_of(table.member.user).get(urls(table, order)[1]).content.decode()
    assert "An attempt to pay failed" in text
    assert "card_declined" in text
    assert "Transferred to you" in text


def test_orders_with_three_rows_ask_as_often_as_with_one(db):
    merchant = make_merchant()
    first = make_table(merchant)
    make_order(first)
    client, url = client_of(first.member.user), f"/desk/{merchant.handle}/orders/"
    one = queries_of(client, url)
    make_order(make_table(merchant))
    make_order(make_table(merchant))
    assert queries_of(client, url) == one
