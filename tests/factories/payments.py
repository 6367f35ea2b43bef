"""Payments in every state, made by the product's own services against the sandbox."""

from uuid import UUID

from django.db.models import Sum

from marketplace.accounts.audit import SYSTEM
from merchants.access import scope_of_customer
from merchants.scope import entered, operator_scope
from orders.models import Order
from payments.models import ConnectedAccount, LedgerEntry, Payment, Settlement, StripeEvent
from payments.services.apply_stripe_event import apply_stripe_event
from payments.services.connect_account import connect_account, refresh_account
from payments.services.start_checkout import Checkout, start_checkout
from tests.factories.orders import Table, make_order
from tests.payments.stripe_sandbox import GOOD, StripeSandbox, deliver


def connect(sandbox: StripeSandbox, merchant_id: UUID, *, active: bool = True) -> ConnectedAccount:
    """Give a merchant an account that may receive transfers, or one that may not yet."""
    account = connect_account(merchant_id, SYSTEM)
    if active:
        sandbox.activate(account.account_id)
        account = refresh_account(merchant_id, SYSTEM)
    return account


def check_out(order: Order) -> Checkout:
    """Start the checkout as the customer who sees the order."""
    customer_id = order.customer_id
    return start_checkout(
        order.code,
        revision=order.form_revision,
        digest=order.digest,
        scope=scope_of_customer(_customer(customer_id)),
    )


def _customer(customer_id: UUID):
    from marketplace.accounts.models import Customer

    return Customer.objects.get(pk=customer_id)


def make_paid_order(
    sandbox: StripeSandbox, table: Table | None = None, *, fee: bool = True, **values: str
) -> Order:
    """An order paid on the sandbox's page and confirmed by its signed webhook."""
    order = make_order(table, **values)
    session = check_out(order).session_id
    assert sandbox.pay(session, GOOD) == 200
    tell(sandbox, "checkout.session.completed")
    if fee:
        tell(sandbox, "charge.updated")
    return reload(order)


def tell(sandbox: StripeSandbox, kind: str) -> StripeEvent:
    """Deliver the newest event of a kind and let the worker apply it."""
    event = sandbox.event(kind)
    assert deliver(event) == 200
    apply_stripe_event(event["id"])
    return StripeEvent.objects.get(event_id=event["id"])


def reload(order: Order) -> Order:
    with entered(operator_scope(SYSTEM)):
        return Order.objects.get(pk=order.pk)


def payments_of(order: Order) -> list[Payment]:
    with entered(operator_scope(SYSTEM)):
        return list(Payment.objects.filter(order_id=order.pk).order_by("created_at", "id"))


def payment_of(order: Order) -> Payment:
    (payment,) = payments_of(order)
    return payment


def settlement_of(order: Order) -> Settlement:
    with entered(operator_scope(SYSTEM)):
        return Settlement.objects.get(order_id=order.pk)


def set_settlement(order: Order, **fields) -> None:
    """Write columns directly, such as a lease that has run out."""
    with entered(operator_scope(SYSTEM)):
        Settlement.objects.filter(order_id=order.pk).update(**fields)


def set_payment(order: Order, **fields) -> None:
    with entered(operator_scope(SYSTEM)):
        Payment.objects.filter(order_id=order.pk).update(**fields)


def books(order: Order) -> dict[str, int]:
    """The sum on each ledger account of an order; checks that they balance per currency."""
    with entered(operator_scope(SYSTEM)):
        entries = LedgerEntry.objects.filter(order_id=order.pk)
        for currency in entries.values("currency").annotate(off=Sum("amount_minor")).order_by():
            assert currency["off"] == 0
        rows = entries.values("account").annotate(sum=Sum("amount_minor")).order_by()
        return {row["account"]: row["sum"] for row in rows}


def untouched(order: Order) -> bool:
    """Whether nothing says that the order was paid."""
    with entered(operator_scope(SYSTEM)):
        booked = LedgerEntry.objects.filter(order_id=order.pk).exists()
        settling = Settlement.objects.filter(order_id=order.pk).exists()
    paid = any(payment.state == "succeeded" for payment in payments_of(order))
    return not (booked or settling or paid or reload(order).paid_at)
