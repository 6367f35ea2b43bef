"""The merchant's states and their moves."""

from collections.abc import Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class MerchantState(models.TextChoices):
    """Where a merchant stands with the platform."""

    APPLIED = "applied", _("applied")
    IN_REVIEW = "in_review", _("in review")
    APPROVED = "approved", _("approved")
    LIVE = "live", _("live")
    SUSPENDED = "suspended", _("suspended")
    CLOSED = "closed", _("closed")
    REJECTED = "rejected", _("rejected")


MOVES: Final[Mapping[MerchantState, frozenset[MerchantState]]] = {
    MerchantState.APPLIED: frozenset({MerchantState.IN_REVIEW, MerchantState.REJECTED}),
    MerchantState.IN_REVIEW: frozenset({MerchantState.APPROVED, MerchantState.REJECTED}),
    MerchantState.APPROVED: frozenset({MerchantState.LIVE, MerchantState.CLOSED}),
    MerchantState.LIVE: frozenset({MerchantState.SUSPENDED, MerchantState.CLOSED}),
    MerchantState.SUSPENDED: frozenset({MerchantState.LIVE, MerchantState.CLOSED}),
    MerchantState.REJECTED: frozenset({MerchantState.APPLIED}),
}
# A storefront of these exists for the public; of the others it does not.
PUBLIC: Final = frozenset({MerchantState.LIVE, MerchantState.SUSPENDED, MerchantState.CLOSED})
