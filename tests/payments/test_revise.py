"""Revising an order: its open checkout ends at Stripe first, and nobody pays what is replaced."""

import pytest
from django.test import Client
from django.utils import timezone

from merchants.scope import entered
from orders.errors import OrderNotOpenError
from orders.models import OrderForm
from orders.selectors import digest_of
from orders.services import revise_order as orders_door
from orders.services.create_order import create_order
from orders.states import Role
from payments import gateway
from payments.errors import (
    CheckoutUnavailableError,
    GatewayUnavailable,
    OrderAlreadyPaidError,
    OrderNotPayableError,
    PaymentProcessingError,
)
from payments.services.revise_order import revise_order
from tests.factories.merchants import make_member, make_merchant
from tests.factories.orders import confirm, make_order, make_table, put
from tests.factories.payments import (
    check_out,
    make_paid_order,
    payment_of,
    payments_of,
    reload,
    set_payment,
    tell,
    untouched,
)
from tests.orders.conftest import at_once  # noqa: F401  # the same race


def revise(table, order):
    return revise_order(order, table.seller.scope)


def form_of(order) -> OrderForm:
    from marketplace.accounts.audit import SYSTEM
    from merchants.scope import operator_scope

    with entered(operator_scope(SYSTEM)):
        return OrderForm.objects.get(orders=order.pk)


def open_sessions(sandbox) -> list[str]:
    return [s["id"] for s in sandbox.objects("checkout.session") if s["status"] == "open"]


@pytest.mark.proves("M9", "P1.10", "INV-O6")
def test_open_session_is_expired_at_stripe_before_the_form_opens(stripe_sandbox):
    table = make_table()
    order = make_order(table)
    session = check_out(order).session_id
    form = revise(table, order)
    assert form.state == "open"
    assert open_sessions(stripe_sandbox) == []
    assert stripe_sandbox.pay(session) != 200
    payment = payment_of(order)
    assert (payment.state, payment.stage, payment.next_at) == ("expired", "expired", None)
    with pytest.raises(OrderNotPayableError) as caught:
        check_out(order)
    assert caught.value.data["revising"] is True
    tell(stripe_sandbox, "checkout.session.expired")
    assert untouched(order)


@pytest.mark.proves("M9", "INV-O5", "INV-O6")
def test_revised_order_is_paid_in_the_old_ones_place(stripe_sandbox):
    table = make_table()
    order = make_order(table)
    check_out(order)
    revise(table, order)
    put(table.seller, "price", "50.00")
    for role in Role:
        confirm(table, role)
    form = table.form
    with entered(table.seller.scope):
        new = create_order(table.seller, revision=form.revision, digest=digest_of(form))
    with pytest.raises(OrderNotPayableError):
        check_out(order)
    checkout = check_out(new)
    assert checkout.amount.minor == 5000
    assert stripe_sandbox.pay(checkout.session_id) == 200
    tell(stripe_sandbox, "checkout.session.completed")
    assert (reload(new).state, reload(order).state) == ("paid", "superseded")


@pytest.mark.proves("M9")
def test_withdrawn_revision_can_be_paid_with_a_new_session(stripe_sandbox):
    table = make_table()
    order = make_order(table)
    first = check_out(order).session_id
    revise(table, order)
    with entered(table.seller.scope):
        orders_door.withdraw_revision(order.id)
    second = check_out(order).session_id
    assert second != first
    assert stripe_sandbox.pay(second) == 200
    tell(stripe_sandbox, "checkout.session.completed")
    assert reload(order).state == "paid"


@pytest.mark.proves("INV-O6")
def test_order_paid_before_is_not_revised(stripe_sandbox):
    table = make_table()
    order = make_paid_order(stripe_sandbox, table)
    with pytest.raises(OrderNotOpenError):
        revise(table, order)


@pytest.mark.proves("INV-O6")
def test_paid_just_before_the_session_is_expired_is_paid(stripe_sandbox, monkeypatch):
    table = make_table()
    order = make_order(table)
    session = check_out(order).session_id
    real = gateway.expire_session

    def paid_first(session_id, *, key):
        assert stripe_sandbox.pay(session) == 200
        return real(session_id, key=key)

    monkeypatch.setattr(gateway, "expire_session", paid_first)
    with pytest.raises(OrderAlreadyPaidError):
        revise(table, order)
    assert (reload(order).state, reload(order).revising_at) == ("paid", None)
    assert form_of(order).state == "ordered"


@pytest.mark.proves("INV-O6")
def test_without_expiring_first_money_comes_for_what_is_being_changed_control(stripe_sandbox):
    """Control: the form opened while a session is open. Money arrives and fits nowhere."""
    table = make_table()
    order = make_order(table)
    session = check_out(order).session_id
    with entered(table.seller.scope):
        orders_door.hold_for_revision(order.id)
        orders_door.revise_order(order.id)
    assert stripe_sandbox.pay(session) == 200
    event = tell(stripe_sandbox, "checkout.session.completed")
    assert (event.state, event.reason) == ("quarantined", "order_being_revised")
    assert untouched(order)


@pytest.mark.proves("INV-O6")
def test_bank_that_is_still_working_refuses_the_revision(stripe_sandbox):
    table = make_table()
    order = make_order(table)
    check_out(order)
    set_payment(order, state="processing")
    with pytest.raises(PaymentProcessingError):
        revise(table, order)
    assert reload(order).revising_at is None
    assert form_of(order).state == "ordered"


@pytest.mark.proves("INV-O6", "INV-X1")
def test_silent_stripe_refuses_the_revision_and_the_order_stays_payable(
    stripe_sandbox, monkeypatch
):
    table = make_table()
    order = make_order(table)
    session = check_out(order).session_id

    def silent(*_args, **_kwargs):
        raise GatewayUnavailable("timeout")

    with monkeypatch.context() as patched:
        patched.setattr(gateway, "expire_session", silent)
        with pytest.raises(CheckoutUnavailableError):
            revise(table, order)
    assert reload(order).is_payable
    assert check_out(order).session_id == session
    assert revise(table, order).state == "open"


@pytest.mark.proves("INV-O6")
def test_session_we_never_heard_of_is_found_and_expired(stripe_sandbox, monkeypatch):
    """The server died after asking Stripe: the session is open there, our row has no name of it."""
    table = make_table()
    order = make_order(table)
    real = gateway.open_session

    def died(wanted, *, key):
        real(wanted, key=key)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(gateway, "open_session", died)
        with pytest.raises(KeyboardInterrupt):
            check_out(order)
    assert (payment_of(order).session_id, len(open_sessions(stripe_sandbox))) == ("", 1)
    assert revise(table, order).state == "open"
    assert open_sessions(stripe_sandbox) == []
    assert payment_of(order).state == "expired"


@pytest.mark.proves("INV-O5", "INV-O6", "INV-O10")
def test_revise_against_pay_ends_paid_or_revised_and_never_both(
    stripe_sandbox,
    at_once,  # noqa: F811
):
    ends = set()
    for _ in range(10):
        table = make_table()
        order = make_order(table)
        session = check_out(order).session_id
        paid, revised = at_once(
            lambda session=session: stripe_sandbox.pay(session),
            lambda table=table, order=order: revise(table, order),
        )
        if paid == 200:
            assert isinstance(revised, OrderAlreadyPaidError), revised
            tell(stripe_sandbox, "checkout.session.completed")
            assert (reload(order).state, form_of(order).state) == ("paid", "ordered")
        else:
            assert revised.state == "open"
            assert untouched(order)
        ends.add(paid == 200)
    assert ends


@pytest.mark.proves("INV-O5", "INV-O6")
def test_revise_against_opening_the_checkout_leaves_no_open_session(
    stripe_sandbox,
    at_once,  # noqa: F811
):
    for _ in range(8):
        table = make_table()
        order = make_order(table)
        _, revised = at_once(
            lambda order=order: check_out(order),
            lambda table=table, order=order: revise(table, order),
        )
        if not isinstance(revised, OrderForm):  # the other was quicker by a moment; asked again
            revised = revise(table, order)
        assert revised.state == "open"
        assert open_sessions(stripe_sandbox) == []
        assert {p.state for p in payments_of(order)} <= {"expired", "failed"}


@pytest.mark.proves("INV-O6")
def test_opening_the_checkout_of_an_order_that_is_not_held_control(stripe_sandbox):
    """Control: the form opened without holding the order first; a session stays open."""
    table = make_table()
    order = make_order(table)
    seen = payments_of(order)  # looked at before the customer clicked
    check_out(order)
    with entered(table.seller.scope):
        type(order).objects.filter(pk=order.pk).update(revising_at=timezone.now())
        orders_door.revise_order(order.id)
    assert (seen, len(open_sessions(stripe_sandbox))) == ([], 1)


# -- the endpoint ----------------------------------------------------------------------


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def post(client, order, what="revise"):
    return client.post(f"/api/v1/orders/{order.code}/{what}/", content_type="application/json")


@pytest.mark.proves("M9", "INV-A8")
def test_member_revises_and_withdraws_over_http(stripe_sandbox):
    table = make_table()
    order = make_order(table)
    check_out(order)
    member = browser(table.member.user)
    answer = post(member, order)
    assert (answer.status_code, answer.json()) == (200, {"form": table.form.code})
    assert post(member, order).json() == {"form": table.form.code}
    answer = post(member, order, "revise/withdraw")
    assert answer.status_code == 200
    assert answer.json()["order"]["payable"] is True


@pytest.mark.proves("INV-T3", "INV-A8")
def test_nobody_else_revises(stripe_sandbox):
    table = make_table()
    order = make_order(table)
    stranger = make_member(make_merchant())
    for path in ("revise", "revise/withdraw"):
        assert post(Client(), order, path).status_code == 401
        assert post(browser(stranger.user), order, path).status_code == 404
    assert reload(order).revising_at is None


@pytest.mark.proves("INV-O6")
def test_paid_order_answers_409(stripe_sandbox):
    table = make_table()
    order = make_order(table)
    session = check_out(order).session_id
    assert stripe_sandbox.pay(session) == 200
    answer = post(browser(table.member.user), order)
    assert (answer.status_code, answer.json()["code"]) == (409, "order_already_paid")
    assert reload(order).state == "paid"
