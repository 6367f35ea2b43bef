"""The one door to a merchant's own row."""

from typing import Any
from uuid import UUID

from merchants.models import Merchant


def locked_merchant(merchant_id: UUID) -> Merchant:
    """Lock and return the merchant of the scope in force."""
    return Merchant.objects.select_for_update().get(id=merchant_id)


def save_changed(merchant: Merchant, **values: Any) -> bool:
    """Save the named fields of a locked merchant that differ; say whether any did."""
    changed = [name for name, value in values.items() if getattr(merchant, name) != value]
    for name in changed:
        setattr(merchant, name, values[name])
    if changed:
        merchant.save(update_fields=changed)
    return bool(changed)
