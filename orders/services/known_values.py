"""The customer's own address book: what they typed before is offered to them, and to nobody else.

No merchant sees it: the manager raises in every other scope, and the policy of the table lets
no other role in.
"""

import hashlib
import json
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from orders.access import Party, customer_only
from orders.cells import values_of
from orders.fields import ADDRESS_KEYS, CONTACT_KEYS
from orders.models import KnownValues, OrderForm

OFFERED: Final = 5
KEPT: Final = 20


def keep_known(party: Party) -> None:
    """Keep the form's address and contact for the next time; the same again only moves up.

    Locks nothing, announces nothing. Raises ForbiddenError for the merchant.
    """
    customer_only(party)
    standing = values_of(OrderForm.objects.get(id=party.form_id).fields)
    values = {key: standing[key] for key in (*ADDRESS_KEYS, *CONTACT_KEYS) if key in standing}
    if not values:
        return
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    KnownValues.objects.update_or_create(
        customer_id=party.customer_id,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        defaults={"used_at": timezone.now()},
        create_defaults={"values": values, "used_at": timezone.now()},
    )
    too_old = _newest().values_list("id", flat=True)[KEPT:]
    KnownValues.objects.filter(id__in=list(too_old)).delete()


def known_values(party: Party) -> list[dict[str, Any]]:
    """Return the customer's entries, newest first; raises ForbiddenError for the merchant."""
    customer_only(party)
    return [{"id": str(known.id), "values": known.values} for known in _newest()[:OFFERED]]


def forget_known(party: Party, key: UUID) -> list[dict[str, Any]]:
    """Delete one entry and return what is left; one that is gone already is no error.

    Raises ForbiddenError for the merchant.
    """
    customer_only(party)
    KnownValues.objects.filter(id=key).delete()
    return known_values(party)


def _newest() -> Any:
    return KnownValues.objects.order_by("-used_at", "-id")
