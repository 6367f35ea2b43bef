"""What the operators' overview shows, in operator scope: what needs a decision, and figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from calls.models import Call
from marketplace.accounts.models import Mail, MailState
from marketplace.core.money import Money
from merchants.models import Merchant
from merchants.states import MerchantState
from orders.models import Order
from orders.states import OrderState
from payments.models import LedgerEntry, Settlement, StripeEvent
from payments.states import EventState, LedgerAccount, SettlementState

DAY: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Decision:
    """One kind of thing that waits for an operator."""

    title: str | Promise
    count: int
    oldest: datetime
    url_name: str
    state: str


@dataclass(frozen=True, slots=True)
class Figures:
    """The platform in numbers; calls and orders of the last 24 hours."""

    merchants_live: int
    calls: int
    calls_answered: int
    orders: int
    orders_paid: int
    turnover: list[Money]
    commission: list[Money]


_SETTLEMENT_WORDS: Final[Mapping[str, str | Promise]] = {
    SettlementState.STUCK: _("Settlements that are stuck"),
    SettlementState.HELD: _("Settlements that are held"),
}
_EVENT_WORDS: Final[Mapping[str, str | Promise]] = {
    EventState.QUARANTINED: _("Stripe events that do not fit"),
    EventState.FAILED: _("Stripe events that failed"),
}
_MERCHANT_WORDS: Final[Mapping[str, str | Promise]] = {
    MerchantState.APPLIED: _("Merchants who applied"),
    MerchantState.IN_REVIEW: _("Merchants in review"),
}


_MAIL_WORDS: Final[Mapping[str, str | Promise]] = {
    MailState.FAILED: _("Mails that could not be sent"),
}


def decisions() -> list[Decision]:
    """Return what needs a decision, money first; four queries whatever the number of rows."""
    return [
        *_waiting(Settlement.objects.all(), _SETTLEMENT_WORDS, "operator-settlements"),
        *_waiting(StripeEvent.objects.all(), _EVENT_WORDS, "operator-events"),
        *_waiting(Merchant.objects.all(), _MERCHANT_WORDS, "operator-merchants"),
        *_waiting(Mail.objects.all(), _MAIL_WORDS, "operator"),
    ]


def _waiting(
    rows: QuerySet[Settlement] | QuerySet[StripeEvent] | QuerySet[Merchant] | QuerySet[Mail],
    words: Mapping[str, str | Promise],
    url_name: str,
) -> list[Decision]:
    found = (
        rows.filter(state__in=list(words))
        .order_by()
        .values("state")
        .annotate(number=Count("id"), oldest=Min("created_at"))
    )
    by_state = {row["state"]: row for row in found}
    return [
        Decision(title, by_state[state]["number"], by_state[state]["oldest"], url_name, state)
        for state, title in words.items()
        if state in by_state
    ]


def figures() -> Figures:
    """Return the numbers of the overview."""
    since = timezone.now() - DAY
    calls = Call.objects.filter(requested_at__gte=since).aggregate(
        all=Count("id"), answered=Count("id", filter=Q(answered_at__isnull=False))
    )
    # an order that was revised counts once
    standing = Order.objects.exclude(state=OrderState.SUPERSEDED)
    orders = standing.filter(created_at__gte=since).aggregate(
        all=Count("id"), paid=Count("id", filter=Q(paid_at__isnull=False))
    )
    return Figures(
        merchants_live=Merchant.objects.filter(state=MerchantState.LIVE).count(),
        calls=calls["all"],
        calls_answered=calls["answered"],
        orders=orders["all"],
        orders_paid=orders["paid"],
        turnover=_turnover(since),
        commission=_commission(),
    )


def _turnover(since: datetime) -> list[Money]:
    rows = Order.objects.filter(paid_at__gte=since).order_by("currency").values("currency")
    return [Money(row["sum"], row["currency"]) for row in rows.annotate(sum=Sum("total_minor"))]


def _commission() -> list[Money]:
    """Return what the ledger says the platform keeps; a credit is negative there."""
    entries = LedgerEntry.objects.filter(account=LedgerAccount.COMMISSION).order_by("currency")
    rows = entries.values("currency").annotate(sum=Sum("amount_minor"))
    return [Money(-row["sum"], row["currency"]) for row in rows]
