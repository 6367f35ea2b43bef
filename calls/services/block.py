"""Take no more calls from a customer, and take them again."""

from uuid import UUID

from django.utils import timezone

from calls.models import Block
from calls.selectors import call_for_member
from calls.text import clean_text
from marketplace.accounts.audit import record
from merchants.models import Member
from merchants.scope import current_scope


def block_customer(code: str, *, member: Member, reason: str = "") -> Block:
    """Block the customer of a call at this merchant; a repeat changes nothing.

    Two members who block at once end with the same block, because a pair has at most one
    (unique in the database). A call that goes on is left alone. Raises NotFoundError.
    """
    call = call_for_member(code)
    block: Block
    block, new = Block.objects.get_or_create(
        merchant_id=call.merchant_id,
        customer_id=call.customer_id,
        lifted_at=None,
        defaults={"member": member, "reason": clean_text(reason).strip()},
    )
    if new:
        _audit(block, "customer.blocked", call.id)
    return block


def unblock_customer(code: str) -> None:
    """Take calls of that call's customer again; a repeat changes nothing. Raises NotFoundError."""
    call = call_for_member(code)
    rows = Block.objects.filter(customer_id=call.customer_id, lifted_at__isnull=True)
    block = rows.select_for_update().first()
    if block is None:
        return
    block.lifted_at = timezone.now()
    block.save(update_fields=["lifted_at"])
    _audit(block, "customer.unblocked", call.id)


def _audit(block: Block, action: str, call_id: UUID) -> None:
    record(
        current_scope().actor,
        action,
        subject=("call", call_id),
        merchant_id=block.merchant_id,
        customer_id=block.customer_id,
    )
