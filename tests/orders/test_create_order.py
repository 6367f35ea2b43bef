"""The order: exactly one from exactly one confirmed revision, frozen."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from marketplace.accounts.audit import SYSTEM
from marketplace.accounts.models import AuditEntry
from marketplace.core.errors import ForbiddenError, NotFoundError
from merchants.models import Member
from merchants.scope import entered, merchant_scope, operator_scope
from orders.errors import (
    FormClosedError,
    MerchantClosedError,
    NotConfirmedError,
    StaleConfirmationError,
)
from orders.models import Order, OrderForm, OrderLine
from orders.order_summary import order_summary
from orders.selectors import digest_of, order_for_customer
from orders.services.create_order import create_order
from orders.states import FormState, OrderState, Role
from tests.factories.merchants import change_merchant, make_merchant
from tests.factories.orders import (
    colleague_of,
    confirm,
    confirmed,
    fill,
    make_order,
    make_table,
    put,
)

pytestmark = pytest.mark.usefixtures("db")


def create(party, form, **change):
    shown = {"revision": form.revision, "digest": digest_of(form), **change}
    with entered(party.scope):
        return create_order(party, **shown)


def count(table, model=Order):
    with entered(merchant_scope(table.merchant.id, SYSTEM)):
        return model.objects.count()


@pytest.mark.proves("P1.8", "P3.4", "M8", "INV-O3", "INV-O8")
def test_order_is_a_frozen_copy_of_the_confirmed_revision():
    table = make_table()
    form = confirmed(
        table,
        content="Two tins of jasmine tea\nloose",
        price="48.00",
        time_start="2027-05-01T10:00",
        time_end="2027-05-01T11:30",
        address_line1="Hauptstraße 1",
        address_city="Berlin",
        address_country="DE",
        note="Ring twice",
    )
    order = create(table.seller, form)
    assert (order.number_text, order.state) == ("0001", OrderState.AWAITING_PAYMENT)
    assert (order.total_minor, order.currency) == (4800, "EUR")
    assert (order.form_revision, order.digest) == (form.revision, digest_of(form))
    assert order.address == {"line1": "Hauptstraße 1", "city": "Berlin", "country": "DE"}
    assert order.time_start.isoformat() == "2027-05-01T10:00:00+02:00"
    assert order.time_zone == "Europe/Berlin"
    assert order.note == "Ring twice"
    with entered(table.seller.scope):
        (line,) = OrderLine.objects.filter(order=order)
    assert (line.description, line.quantity, line.total_minor) == (order.content, 1, 4800)
    assert table.form.state == FormState.ORDERED


@pytest.mark.proves("P3.4")
def test_order_keeps_the_author_of_each_value():
    order = make_order()
    authors = {key: cell["author"] for key, cell in order.values.items()}
    assert authors == {"content": "customer", "price": "merchant"}
    assert all("author_id" not in cell for cell in order.values.values())


@pytest.mark.proves("P1.9")
def test_summary_has_what_the_customer_must_see_and_nothing_of_the_merchants_terms():
    table = make_table(make_merchant(commission_bps=1234, commission_fixed_minor=56))
    order = make_order(table, time_start="2027-05-01T10:00")
    summary = order_summary(order)
    assert summary["lines"] == [
        {
            "number": 1,
            "description": "Two tins of jasmine tea",
            "quantity": "1",
            "unit": "",
            "unit_price_minor": 4800,
            "unit_price_text": "€48.00",
            "total_minor": 4800,
            "total_text": "€48.00",
            "photo": None,
            "done": False,
        }
    ]
    assert summary["time"]["start_at"] == "2027-05-01T10:00+02:00"
    assert summary["seller"] == {
        "name": table.merchant.name,
        "legal_name": table.merchant.legal_name,
        "legal_address": table.merchant.legal_address,
    }
    assert "commission" not in str(summary)
    assert "1234" not in str(summary)
    for key in (table.merchant.id, table.member.id, table.member.user_id, order.id):
        assert str(key) not in str(summary)


LINES = [("Jasmine tea", "12.50", "2", "tin"), ("Ribbon", "1.99", "1.5", "m"), ("Card", "0.90")]
TERMS = {
    "discount": "10%",
    "delivery": "4.90",
    "tax_rate": "19",
    "tax_included": "no",
    "deposit": "30%",
    "pay_within": "24",
}


@pytest.mark.proves("M8", "INV-O3")
def test_order_has_the_lines_and_totals_of_the_form():
    table = make_table()
    order = make_order(table, lines=LINES, **TERMS)
    summary = order_summary(order)
    shown = ("number", "description", "quantity", "unit", "unit_price_text", "total_text")
    assert [tuple(line[name] for name in shown) for line in summary["lines"]] == [
        (1, "Jasmine tea", "2", "tin", "€12.50", "€25.00"),
        (2, "Ribbon", "1.5", "m", "€1.99", "€2.99"),
        (3, "Card", "1", "", "€0.90", "€0.90"),
    ]
    # 28.89 less 2.89, plus 4.90, plus 19 % of 30.90; a third of it first
    assert summary["totals"] == {
        "subtotal": {"minor": 2889, "text": "€28.89"},
        "discount": {"minor": 289, "text": "€2.89"},
        "delivery": {"minor": 490, "text": "€4.90"},
        "tax": {"minor": 587, "text": "€5.87"},
        "total": {"minor": 3677, "text": "€36.77"},
        "deposit": {"minor": 1103, "text": "€11.03"},
        "balance": {"minor": 2574, "text": "€25.74"},
        "tax_rate": "19",
        "tax_included": False,
    }
    assert summary["total_minor"] == 3677
    assert summary["content"] == "Jasmine tea\nRibbon\nCard"
    assert order.pay_by - order.created_at < timedelta(hours=25)
    with entered(table.buyer.scope):
        assert order_summary(order_for_customer(order.code)) == summary


def test_lines_keep_their_places_in_the_form():
    table = make_table()
    terms = {"line.2.description": "Card", "line.2.price": "1", "line.20.description": "Tea"}
    order = make_order(table, content="Tea and a card", price="", **terms, **{"line.20.price": "2"})
    summary = order_summary(order)
    assert [line["number"] for line in summary["lines"]] == [2, 20]
    assert (summary["content"], summary["total_minor"]) == ("Tea and a card", 300)


def test_summary_without_terms_has_plain_totals():
    totals = order_summary(make_order())["totals"]
    assert totals["total"] == totals["subtotal"] == totals["balance"]
    assert (totals["tax_rate"], totals["tax_included"]) == (None, True)
    assert totals["discount"]["minor"] == totals["deposit"]["minor"] == 0


def test_commission_terms_are_frozen_from_the_merchant():
    table = make_table(make_merchant(commission_bps=900, commission_fixed_minor=25))
    order = make_order(table)
    change_merchant(table.merchant, commission_bps=100)
    with entered(table.seller.scope):
        order = Order.objects.get(id=order.id)
    assert (order.commission_bps, order.commission_fixed_minor) == (900, 25)


def test_numbers_count_per_merchant():
    merchant = make_merchant()
    numbers = [make_order(make_table(merchant)).number for _ in range(3)]
    assert numbers == [1, 2, 3]
    assert make_order().number == 1


@pytest.mark.proves("P1.8", "INV-O2")
def test_second_click_returns_the_same_order():
    table = make_table()
    form = confirmed(table)
    first = create(table.seller, form)
    assert create(table.seller, form).id == first.id
    assert create(colleague_of(table), form).id == first.id
    assert order_summary(create(table.seller, form)) == order_summary(first)
    assert count(table) == 1


@pytest.mark.proves("P1.7")
@pytest.mark.parametrize("roles", [[], [Role.CUSTOMER], [Role.MERCHANT]])
def test_unconfirmed_form_makes_no_order(roles):
    table = make_table()
    fill(table)
    for role in roles:
        confirm(table, role)
    with pytest.raises(NotConfirmedError):
        create(table.seller, table.form)
    assert count(table) == 0


@pytest.mark.proves("P1.7", "INV-O4", "INV-O5")
def test_changed_form_makes_no_order_and_names_what_changed():
    table = make_table()
    old = confirmed(table)
    put(table.seller, "price", "1.00")
    with pytest.raises(StaleConfirmationError) as caught:
        create(table.seller, old)
    assert caught.value.data == {"revision": 3, "changed": ["price"]}
    with pytest.raises(NotConfirmedError):
        create(table.seller, table.form)
    assert count(table) == 0


def test_other_digest_makes_no_order():
    table = make_table()
    form = confirmed(table)
    with pytest.raises(StaleConfirmationError):
        create(table.seller, form, digest="f" * 64)
    create(table.seller, form)
    with pytest.raises(StaleConfirmationError):
        create(table.seller, form, digest="f" * 64)


def test_customer_cannot_create_an_order():
    table = make_table()
    form = confirmed(table)
    with pytest.raises(ForbiddenError):
        create(table.buyer, form)


def test_suspended_merchant_makes_no_order():
    table = make_table()
    form = confirmed(table)
    change_merchant(table.merchant, state="suspended")
    with pytest.raises(MerchantClosedError):
        create(table.seller, form)


@pytest.mark.proves("INV-F14")
def test_member_who_has_left_cannot_create_an_order():
    table = make_table()
    form = confirmed(table)
    with entered(merchant_scope(table.merchant.id, SYSTEM)):
        Member.objects.filter(id=table.member.id).update(is_active=False)
    with pytest.raises(NotFoundError):
        create(table.seller, form)


def test_expired_form_makes_no_order():
    table = make_table()
    form = confirmed(table)
    with entered(merchant_scope(table.merchant.id, SYSTEM)):
        OrderForm.objects.filter(id=form.id).update(state=FormState.EXPIRED)
    with pytest.raises(FormClosedError):
        create(table.seller, form)


@pytest.mark.proves("INV-O8")
@pytest.mark.parametrize(
    ("currency", "price", "minor"), [("JPY", "4800", 4800), ("KWD", "1.250", 1250)]
)
def test_total_is_in_minor_units_of_the_merchants_currency(currency, price, minor):
    order = make_order(make_table(make_merchant(currency=currency)), price=price)
    assert (order.total_minor, order.currency) == (minor, currency)


def test_creation_is_in_the_audit():
    table = make_table()
    order = make_order(table)
    with entered(operator_scope(SYSTEM)):
        (entry,) = AuditEntry.objects.filter(action="order.created")
    assert (entry.subject_id, entry.actor_id) == (order.id, table.member.user_id)


def statements(captured) -> int:
    """Return how many statements PostgreSQL ran; several may travel as one message."""
    return sum(len(query["sql"].rstrip(";").split(";\n")) for query in captured)


@pytest.mark.parametrize("lines", [1, 20])
def test_order_takes_at_most_twelve_statements_however_many_lines(lines):
    table = make_table()
    form = confirmed(table, lines=[(f"Tea {number}", "1.25", "2") for number in range(lines)])
    with CaptureQueriesContext(connection) as captured:
        order = create(table.seller, form)
    assert order.line_count == lines
    begun = [query["sql"] for query in captured if query["sql"] in {"BEGIN", "COMMIT"}]
    assert begun == ["BEGIN", "COMMIT"]
    assert statements(captured) <= 12, [query["sql"][:70] for query in captured]


@pytest.mark.proves("P1.8", "INV-O2")
def test_two_members_and_a_double_click_at_once_make_one_order(at_once):
    table = make_table()
    colleague = colleague_of(table)
    form = confirmed(table)
    orders = at_once(
        lambda: create(table.seller, form),
        lambda: create(table.seller, form),
        lambda: create(colleague, form),
        lambda: create(colleague, form),
    )
    assert len({order.id for order in orders}) == 1
    assert count(table) == 1
    assert make_order(make_table(table.merchant)).number == 2


@pytest.mark.proves("INV-O2")
def test_without_the_lock_two_creations_collide_control(at_once):
    """Control: look, wait, insert, as a creation without the form's lock would. It goes red."""
    table = make_table()
    form = confirmed(table)

    def careless(number):
        with entered(table.seller.scope):
            assert not Order.objects.filter(form=form).exists()
            connection.cursor().execute("SELECT pg_sleep(0.1)")
            return Order.objects.create(
                merchant=table.merchant,
                customer=table.customer,
                number=number,
                form=form,
                form_revision=form.revision,
                digest="x",
                currency="EUR",
                subtotal_minor=0,
                total_minor=0,
                line_count=0,
                content="x",
                snapshot={},
                commission_bps=0,
                commission_fixed_minor=0,
                created_by=uuid4(),
                pay_by=timezone.now(),
            )

    results = at_once(lambda: careless(1), lambda: careless(2))
    assert sum(isinstance(result, IntegrityError) for result in results) == 1


@pytest.mark.proves("INV-F9", "INV-O5")
def test_edit_racing_create_never_gives_an_order_of_something_else(at_once):
    won = {True: 0, False: 0}
    for _ in range(12):
        table = make_table()
        form = confirmed(table)
        created, edited = at_once(
            partial(create, table.seller, form), partial(put, table.buyer, "note", "wait!")
        )
        won[isinstance(created, Order)] += 1
        if isinstance(created, Order):
            assert isinstance(edited, FormClosedError)
            assert created.form_revision == table.form.revision == form.revision
            assert created.note == ""
        else:
            assert isinstance(created, StaleConfirmationError)
            assert created.data["changed"] == ["note"]
            assert count(table) == 0
    assert sum(won.values()) == 12
