"""The closure switch: no calls for a while, whatever the hours say, and calls again."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.accounts.audit import record
from marketplace.core.errors import InputInvalidError
from merchants.models import Merchant
from merchants.scope import current_scope
from merchants.services.door import locked_merchant, save_changed


def close_reception(merchant_id: UUID, *, until: datetime | None, note: str = "") -> Merchant:
    """Take no calls until a moment, or until the switch is turned back; callers read the note.

    Locks the merchant. The same closure again changes nothing. Raises InputInvalidError for an
    end that has passed.
    """
    if until is not None and until <= timezone.now():
        raise InputInvalidError(_("This moment has passed."), field="until")
    merchant = locked_merchant(merchant_id)
    if save_changed(merchant, accepting_calls=False, closed_until=until, closed_note=note):
        ends = until.isoformat() if until else None
        _record(merchant, "reception.closed", {"until": ends})
    return merchant


def open_reception(merchant_id: UUID) -> Merchant:
    """Take calls again, within the hours. Locks the merchant; open already changes nothing."""
    merchant = locked_merchant(merchant_id)
    if save_changed(merchant, accepting_calls=True, closed_until=None, closed_note=""):
        _record(merchant, "reception.opened", {})
    return merchant


def _record(merchant: Merchant, action: str, data: dict[str, str | None]) -> None:
    subject = ("merchant", merchant.id)
    record(current_scope().actor, action, subject=subject, merchant_id=merchant.id, data=data)
