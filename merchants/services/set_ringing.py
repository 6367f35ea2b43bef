"""How long a call rings, how many may wait, and how media travels."""

from uuid import UUID

from marketplace.accounts.audit import record
from merchants.models import MediaMode, Merchant
from merchants.scope import current_scope
from merchants.services.door import locked_merchant, save_changed


def set_ringing(
    merchant_id: UUID, *, ring_seconds: int, queue_length: int, media_mode: MediaMode
) -> tuple[Merchant, bool]:
    """Set how calls are taken; returns the merchant and whether the media mode is another now.

    Locks the merchant. The bounds are the database's. Whoever changes the media mode publishes
    the address anew; that is the calls app's to do, so the page calls both.
    """
    merchant = locked_merchant(merchant_id)
    moved = merchant.media_mode != media_mode
    values = {"ring_seconds": ring_seconds, "queue_length": queue_length, "media_mode": media_mode}
    if save_changed(merchant, **values):
        record(
            current_scope().actor,
            "reception.ringing_set",
            subject=("merchant", merchant.id),
            merchant_id=merchant.id,
            data={**values, "media_mode": str(media_mode)},
        )
    return merchant, moved
