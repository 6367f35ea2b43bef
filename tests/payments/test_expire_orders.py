"""An order that is not paid in time expires, and never one that is being paid."""

from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.accounts.audit import SYSTEM
from marketplace.accounts.models import AuditEntry
from merchants.scope import entered, operator_scope
from orders.deal_record import deal_record
from orders.models import Order, OrderForm
from orders.order_summary import order_summary
from orders.selectors import orders
from orders.services import expire_order as orders_door
from orders.services.revise_order import hold_for_revision, revise_order, withdraw_revision
from payments import gateway
from payments.errors import GatewayUnavailable
from payments.services.expire_orders import expire_orders, release_left_holds
from payments.tasks import sweep_offers
from tests.factories.orders import make_order, make_table
from tests.factories.payments import (
    check_out,
    make_paid_order,
    payment_of,
    reload,
    set_payment,
    tell,
    untouched,
)
from tests.orders.conftest import at_once  # noqa: F401  # the same race

YEAR = timedelta(days=366)


@pytest.fixture
def later(monkeypatch):
    """The clock of the sweep, moved past every offer; the rows keep the times they have."""

    class Later:
        @staticmethod
        def now():
            return timezone.now() + YEAR

    monkeypatch.setattr("payments.services.expire_orders.timezone", Later)


def open_sessions(sandbox) -> list[str]:
    return [s["id"] for s in sandbox.objects("checkout.session") if s["status"] == "open"]


@pytest.mark.parametrize(
    ("hours", "within"), [("1", 1), ("24", 24), ("168", 168), ("720", 720), ("", 168)]
)
def test_offer_holds_as_long_as_the_merchant_says(db, hours, within):
    order = make_order(pay_within=hours) if hours else make_order()
    assert order.pay_by - order.created_at == pytest.approx(
        timedelta(hours=within), abs=timedelta(seconds=5)
    )


@pytest.mark.proves("C16", "INV-O1")
def test_order_whose_time_is_up_expires_with_its_open_checkout(stripe_sandbox, later):
    table = make_table()
    order, waiting = make_order(table), make_order()
    session = check_out(order).session_id
    with entered(operator_scope(SYSTEM)):
        notices = OrderForm.objects.get(id=order.form_id).notices
    assert expire_orders() == 2
    assert expire_orders() == 0
    assert (reload(order).state, reload(waiting).state) == ("expired", "expired")
    assert (payment_of(order).state, open_sessions(stripe_sandbox)) == ("expired", [])
    assert stripe_sandbox.pay(session) != 200
    assert untouched(order)
    with entered(table.buyer.scope):
        assert order_summary(orders().get(id=order.id))["payable"] is False
        form = OrderForm.objects.get(id=order.form_id)
        assert form.notices == notices + 1
        assert deal_record(form)["entries"][-1]["kind"] == "expired"
    with entered(operator_scope(SYSTEM)):
        assert AuditEntry.objects.filter(action="order.expired").count() == 2


def test_order_in_time_is_left_alone(stripe_sandbox):
    order = make_order(pay_within="1")
    check_out(order)
    assert expire_orders() == 0
    assert (reload(order).state, payment_of(order).state) == ("awaiting_payment", "open")


@pytest.mark.proves("INV-O10", "INV-O1")
def test_order_paid_a_moment_before_is_paid(stripe_sandbox, later):
    order = make_order()
    assert stripe_sandbox.pay(check_out(order).session_id) == 200
    assert expire_orders() == 0
    assert reload(order).state == "paid"


def test_paid_order_is_left_alone(stripe_sandbox, later):
    order = make_paid_order(stripe_sandbox)
    assert expire_orders() == 0
    assert reload(order).state == "paid"


@pytest.mark.proves("INV-O10")
def test_order_the_bank_is_working_on_waits(stripe_sandbox, later):
    order = make_order()
    check_out(order)
    set_payment(order, state="processing")
    assert expire_orders() == 0
    assert reload(order).state == "awaiting_payment"


@pytest.mark.proves("INV-X1")
def test_silent_stripe_delays_one_order_and_not_the_others(stripe_sandbox, later, monkeypatch):
    asked, other = make_order(), make_order()
    check_out(asked)

    def silent(*_args, **_kwargs):
        raise GatewayUnavailable("timeout")

    with monkeypatch.context() as patched:
        patched.setattr(gateway, "expire_session", silent)
        assert expire_orders() == 1
    assert (reload(asked).state, reload(other).state) == ("awaiting_payment", "expired")
    assert expire_orders() == 1


@pytest.mark.proves("INV-O10", "INV-O5")
def test_paying_against_expiring_ends_in_one_of_the_two(
    stripe_sandbox,
    later,
    at_once,  # noqa: F811
):
    for _ in range(8):
        order = make_order()
        session = check_out(order).session_id
        paid, _ = at_once(lambda session=session: stripe_sandbox.pay(session), expire_orders)
        if paid == 200:
            tell(stripe_sandbox, "checkout.session.completed")
            assert reload(order).state == "paid"
        else:
            assert reload(order).state == "expired"
            assert untouched(order)


def test_expiring_without_asking_stripe_leaves_money_for_a_dead_order_control(stripe_sandbox):
    """Control: the order moved while its session is open; the money that comes fits nowhere."""
    order = make_order()
    session = check_out(order).session_id
    with entered(operator_scope(SYSTEM)):
        assert orders_door.expire_order(order.id, now=timezone.now() + YEAR)
    assert stripe_sandbox.pay(session) == 200
    event = tell(stripe_sandbox, "checkout.session.completed")
    assert (event.state, event.reason) == ("quarantined", "order_not_payable:expired")


@pytest.mark.proves("M9")
def test_order_being_revised_waits_for_its_form(db, later):
    table = make_table()
    order = make_order(table)
    with entered(table.seller.scope):
        hold_for_revision(order.id)
        revise_order(order.id)
    assert expire_orders() == 0
    with entered(table.seller.scope):
        withdraw_revision(order.id)
    assert expire_orders() == 1
    assert reload(order).state == "expired"


def test_order_whose_form_expired_during_its_revision_expires_too(db, later):
    table = make_table()
    order = make_order(table)
    with entered(table.seller.scope):
        hold_for_revision(order.id)
        revise_order(order.id)
        OrderForm.objects.filter(id=order.form_id).update(state="expired")
    assert expire_orders() == 1
    assert (reload(order).state, reload(order).revising_at) == ("expired", None)


def test_hold_left_by_a_crash_is_released_and_a_fresh_one_is_not(db):
    table = make_table()
    left, fresh = make_order(table), make_order()
    with entered(operator_scope(SYSTEM)):
        for order in (left, fresh):
            hold_for_revision(order.id)
        Order.objects.filter(id=left.id).update(revising_at=timezone.now() - timedelta(minutes=11))
    assert release_left_holds() == 1
    assert (reload(left).is_payable, reload(fresh).is_payable) == (True, False)
    assert release_left_holds() == 0


def test_task_does_both(db, later):
    order = make_order()
    sweep_offers()
    assert reload(order).state == "expired"
