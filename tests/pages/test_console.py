"""The operators' console."""

import pytest
from django.test import Client

from tests.factories.merchants import make_member, make_merchant
from tests.factories.orders import make_order, make_table
from tests.factories.people import make_user
from tests.pages.helpers import client_of, make_event, make_payment, make_settlement, queries_of

PAGES = ["", "merchants/", "payments/", "settlements/", "events/"]


@pytest.fixture
def operator(db) -> Client:
    return client_of(make_user(is_operator=True))


@pytest.mark.proves("A5")
@pytest.mark.parametrize("page", PAGES)
def test_console_is_shown_to_operators_only(operator, page):
    url = f"/operator/{page}"
    assert operator.get(url).status_code == 200
    assert Client().get(url).headers["location"].startswith("/sign-in/?next=%2Foperator")
    assert client_of(make_member(make_merchant()).user).get(url).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_console_changes_nothing(operator, page):
    assert operator.post(f"/operator/{page}").status_code == 405


def test_overview_with_nothing_to_decide_says_so(operator):
    assert "Nothing waits for you." in operator.get("/operator/").content.decode()


@pytest.mark.proves("O5", "O13")
def test_overview_names_what_needs_a_decision_and_leads_to_it(operator):
    make_merchant(state="applied")
    payment = make_payment(make_order())
    make_settlement(payment, state="stuck")
    make_event(1, state="quarantined")
    text = operator.get("/operator/").content.decode()
    for title, link in (
        ("Merchants who applied", "/operator/merchants/?state=applied"),
        ("Settlements that are stuck", "/operator/settlements/?state=stuck"),
        ("Stripe events that do not fit", "/operator/events/?state=quarantined"),
    ):
        assert title in text
        assert link in text


def test_overview_shows_figures_by_currency(operator):
    make_order()
    make_order(make_table(make_merchant(currency="JPY")), price="4800")
    text = operator.get("/operator/").content.decode()
    assert "Turnover" in text
    assert operator.get("/operator/").context["figures"].orders == 2


@pytest.mark.proves("O13")
def test_lists_show_rows_of_all_merchants_and_filter_by_state(operator):
    first, second = make_order(), make_order()
    make_settlement(make_payment(first), state="held", hold_reason="transfers_inactive")
    make_settlement(make_payment(second), state="transferred", transfer_id="tr_known")
    held = operator.get("/operator/settlements/?state=held").content.decode()
    both = operator.get("/operator/settlements/").content.decode()
    assert "cannot receive transfers yet" in held
    assert "tr_known" not in held
    assert "tr_known" in both
    assert "€48.00" in operator.get("/operator/payments/").content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_console_with_three_rows_asks_as_often_as_with_one(operator, page):
    url = f"/operator/{page}"
    make_rows(1)
    one = queries_of(operator, url)
    make_rows(2)
    make_rows(3)
    assert queries_of(operator, url) == one


def make_rows(number: int) -> None:
    make_settlement(make_payment(make_order()), state="stuck")
    make_event(number, state="failed")


def test_list_with_a_page_that_does_not_exist_shows_the_last(operator):
    make_event(1)
    assert operator.get("/operator/events/?page=99").status_code == 200
    assert operator.get("/operator/events/?page=x").status_code == 200
