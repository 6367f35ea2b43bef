"""What stored states are called on the console and the desk, and how they look."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Look(NamedTuple):
    """Word, colour and icon of a state chip."""

    label: str | Promise
    kind: str = ""
    icon: str = ""


ORDER: Final[Mapping[str, Look]] = {
    "awaiting_payment": Look(_("awaiting payment"), "amber", "clock"),
    "paid": Look(_("paid"), "pine", "check"),
    "fulfilled": Look(_("fulfilled"), "pine", "check"),
    "completed": Look(_("completed"), "pine", "check-circle"),
    "cancelled": Look(_("cancelled"), "", "close"),
    "expired": Look(_("expired"), "", "clock"),
    "superseded": Look(_("replaced"), "", "refresh"),
}
FORM: Final[Mapping[str, Look]] = {
    "open": Look(_("form open"), "indigo", "edit"),
    "ordered": Look(_("ordered"), "pine", "check"),
    "expired": Look(_("form expired"), "", "clock"),
}
PAYMENT: Final[Mapping[str, Look]] = {
    "created": Look(_("being prepared"), "amber", "clock"),
    "open": Look(_("open"), "amber", "card"),
    "processing": Look(_("being checked"), "amber", "clock"),
    "succeeded": Look(_("paid"), "pine", "check"),
    "failed": Look(_("failed"), "crimson", "warn"),
    "expired": Look(_("expired"), "", "clock"),
}
SETTLEMENT: Final[Mapping[str, Look]] = {
    "scheduled": Look(_("scheduled"), "amber", "clock"),
    "transferring": Look(_("on its way"), "indigo", "send"),
    "held": Look(_("held"), "amber", "lock"),
    "transferred": Look(_("transferred"), "pine", "bank"),
    "stuck": Look(_("stuck"), "crimson", "warn"),
}
EVENT: Final[Mapping[str, Look]] = {
    "received": Look(_("received"), "amber", "clock"),
    "applied": Look(_("processed"), "pine", "check"),
    "ignored": Look(_("ignored"), "", "info"),
    "quarantined": Look(_("quarantined"), "crimson", "lock"),
    "failed": Look(_("failed"), "crimson", "warn"),
}
MERCHANT: Final[Mapping[str, Look]] = {
    "applied": Look(_("applied"), "indigo", "info"),
    "in_review": Look(_("in review"), "amber", "clock"),
    "approved": Look(_("approved"), "indigo", "check"),
    "live": Look(_("live"), "pine", "check"),
    "suspended": Look(_("suspended"), "crimson", "warn"),
    "closed": Look(_("closed"), "", "close"),
    "rejected": Look(_("rejected"), "", "close"),
}
HOLD: Final[Mapping[str, str | Promise]] = {
    "account_missing": _("the merchant has no account for payouts"),
    "transfers_inactive": _("the merchant’s account cannot receive transfers yet"),
    "fee_unknown": _("the payment provider has not booked the charge yet"),
    "currency_differs": _("the payment provider converted the currency"),
}
LOOKS: Final[Mapping[str, Mapping[str, Look]]] = {
    "order": ORDER,
    "form": FORM,
    "payment": PAYMENT,
    "settlement": SETTLEMENT,
    "event": EVENT,
    "merchant": MERCHANT,
}


def look_of(subject: str, state: str) -> Look:
    """Return how a state is shown; a state without words shows its own name."""
    return LOOKS[subject].get(state) or Look(state)
