"""Turn a paid order into a transfer: lease → call outside any transaction → fenced close."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from marketplace.accounts.audit import SYSTEM, record
from merchants.scope import entered, merchant_scope
from orders.models import Order
from payments import gateway
from payments.errors import GatewayRefused, GatewayUnavailable
from payments.facts import TransferFacts, TransferRequest
from payments.journals import transfer_lines
from payments.leases import backoff
from payments.models import ConnectedAccount, Payment, Settlement
from payments.services.apply_session import apply_session
from payments.services.connect_account import refresh_account
from payments.services.lease_settlement import (
    ATTEMPTS,
    Lease,
    give_up,
    held_by,
    lease_settlement,
)
from payments.services.post_journal import Evidence, post_journal
from payments.states import HoldReason, SettlementState

BATCH: Final = 50
HOLD_PAUSE: Final = timedelta(minutes=5)
FEE_PAUSE: Final = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What to send to Stripe, or why not yet."""

    request: TransferRequest | None = None
    hold: HoldReason | None = None
    tried_at: datetime | None = None


def settle_due() -> int:
    """Settle what is due, one lease at a time; return how many were taken.

    Two schedules at once, or none for an hour, do no harm: the rows say what is due.
    """
    for taken in range(BATCH):
        lease = lease_settlement()
        if lease is None:
            return taken
        if not settle_order(lease):
            return taken + 1
    return BATCH


def settle_order(lease: Lease) -> bool:
    """Make the one transfer of a leased settlement, or say why it waits.

    Stripe is called outside any transaction with the row's own key, so a repeat after a crash
    finds the same transfer. Raises nothing that Stripe does: a refusal or too many attempts
    leave the row to an operator, no answer means a pause (False: the others may wait as well).
    """
    if lease.attempts > ATTEMPTS:  # workers died over it again and again
        _refused(lease, "attempts")
        return True
    try:
        _attempt(lease)
    except GatewayUnavailable as error:
        _postpone(lease, error.code)
        return False
    except GatewayRefused as error:
        _refused(lease, error.code)
    return True


def _attempt(lease: Lease) -> None:
    _learn(lease)
    plan = _plan(lease)
    if plan.hold is not None:
        _hold(lease, plan.hold)
    if plan.request is not None:
        _close(lease, _transfer(plan.request, tried_at=plan.tried_at))


# -- before the transfer -----------------------------------------------------------------


def _learn(lease: Lease) -> None:
    """Ask Stripe for what a webhook should have told us: the fee, the account's capability."""
    with entered(merchant_scope(lease.merchant_id, SYSTEM)):
        payment = Payment.objects.get(
            pk__in=Settlement.objects.filter(pk=lease.settlement_id).values("payment")
        )
        account = ConnectedAccount.objects.first()
    if not payment.balance_transaction:
        facts = gateway.retrieve_session(payment.session_id)
        apply_session(payment.id, merchant_id=lease.merchant_id, facts=facts)
    if account is not None and not account.is_active:
        refresh_account(lease.merchant_id, SYSTEM)


def _plan(lease: Lease) -> _Plan:
    """Decide under the row's lock; freeze destination and time of the first attempt."""
    with entered(merchant_scope(lease.merchant_id, SYSTEM)):
        row = held_by(lease)
        if row is None:
            return _Plan()
        payment = Payment.objects.get(pk=row.payment_id)
        account = ConnectedAccount.objects.first()
        hold = _reason_to_wait(row, payment, account)
        if hold is not None or account is None:
            return _Plan(hold=hold)
        tried_before = row.first_tried_at
        row.account_id = row.account_id or account.account_id
        row.first_tried_at = tried_before or timezone.now()
        row.save(update_fields=["account_id", "first_tried_at"])
        order_code = Order.objects.values_list("code", flat=True).get(pk=row.order_id)
        request = TransferRequest(
            settlement_id=str(row.id),
            idempotency_key=row.idempotency_key,
            order_code=order_code,
            amount_minor=row.amount_minor,
            currency=row.currency,
            account_id=row.account_id,
            charge_id=payment.charge_id,
        )
        return _Plan(request=request, tried_at=tried_before)


def _reason_to_wait(
    row: Settlement, payment: Payment, account: ConnectedAccount | None
) -> HoldReason | None:
    if account is None or not account.account_id:
        return HoldReason.ACCOUNT_MISSING
    if not account.is_active:
        return HoldReason.TRANSFERS_INACTIVE
    if not payment.balance_transaction:
        return HoldReason.FEE_UNKNOWN
    # A transfer must be in the currency of the charge's balance transaction.
    return HoldReason.CURRENCY_DIFFERS if payment.fee_currency != row.currency else None


# -- the transfer ------------------------------------------------------------------------


def _transfer(request: TransferRequest, *, tried_at: datetime | None) -> TransferFacts:
    """Find the transfer an earlier attempt may have made, or make it under the row's key.

    The key alone is not enough for a repeat: Stripe forgets it after a day, and replays a fault
    of its own until then although the transfer may exist.
    """
    if tried_at is not None:
        found = gateway.find_transfer(
            order_code=request.order_code, settlement_id=request.settlement_id
        )
        if found is not None:
            return found
    return gateway.create_transfer(request, key=request.idempotency_key)


# -- after it ----------------------------------------------------------------------------


def _close(lease: Lease, transfer: TransferFacts) -> None:
    """Book the transfer and close the row, unless another worker has done so."""
    with entered(merchant_scope(lease.merchant_id, SYSTEM)):
        row = held_by(lease)
        if row is None:
            return
        sent = (transfer.amount_minor, transfer.currency, transfer.account_id)
        if sent != (row.amount_minor, row.currency, row.account_id):
            give_up(row, f"differs:{transfer.id}")
            return
        _transferred(row, transfer)


def _transferred(row: Settlement, transfer: TransferFacts) -> None:
    row.state, row.next_at, row.hold_reason = SettlementState.TRANSFERRED, None, ""
    row.transfer_id, row.transferred_at, row.last_error = transfer.id, timezone.now(), ""
    changed = ("state", "next_at", "hold_reason", "transfer_id", "transferred_at", "last_error")
    row.save(update_fields=changed)
    post_journal(
        f"settlement:{row.id}:v1",
        order=Order.objects.get(pk=row.order_id),
        currency=row.currency,
        lines=transfer_lines(row.amount_minor),
        evidence=Evidence(stripe_object=transfer.id, idempotency_key=row.idempotency_key),
    )
    record(
        SYSTEM,
        "settlement.transferred",
        subject=("settlement", row.id),
        merchant_id=row.merchant_id,
        data={"transfer": transfer.id, "amount_minor": row.amount_minor},
    )


def _hold(lease: Lease, reason: HoldReason) -> None:
    """Keep the money back; nothing failed, so the count of attempts starts anew."""
    pause = FEE_PAUSE if reason is HoldReason.FEE_UNKNOWN else HOLD_PAUSE
    with entered(merchant_scope(lease.merchant_id, SYSTEM)):
        row = held_by(lease)
        if row is None:
            return
        row.state, row.hold_reason, row.attempts = SettlementState.HELD, reason, 0
        row.next_at = timezone.now() + pause
        row.save(update_fields=["state", "hold_reason", "attempts", "next_at"])


def _postpone(lease: Lease, code: str) -> None:
    with entered(merchant_scope(lease.merchant_id, SYSTEM)):
        row = held_by(lease)
        if row is None:
            return
        if lease.attempts >= ATTEMPTS:
            give_up(row, code)
            return
        row.state, row.last_error = SettlementState.SCHEDULED, code[:120]
        row.next_at = timezone.now() + backoff(lease.attempts)
        row.save(update_fields=["state", "last_error", "next_at"])


def _refused(lease: Lease, code: str) -> None:
    if code == "insufficient_capabilities_for_transfer":
        _hold(lease, HoldReason.TRANSFERS_INACTIVE)  # lost between our look and our call
        return
    with entered(merchant_scope(lease.merchant_id, SYSTEM)):
        row = held_by(lease)
        if row is not None:
            give_up(row, code)
