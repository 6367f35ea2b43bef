"""Finding a merchant's orders: what is asked for, and one page of the answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import Exists, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, NullIf
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from marketplace.console.words import ORDER
from orders.models import Order, OrderLine

ROWS: Final = 30
LONGEST: Final = 80
MOST_WORDS: Final = 6
_LARGEST_NUMBER: Final = 2**31 - 1
_DAY: Final = timedelta(days=1)
# What a row of the list shows; the frozen copy is large and stays where it is.
_SHOWN: Final = (
    "code",
    "number",
    "state",
    "content",
    "currency",
    "total_minor",
    "line_count",
    "revising_at",
    "created_at",
)


class OrderSearch(forms.Form):
    """What the list is asked for: words, a state, the first and the last day."""

    q = forms.CharField(
        required=False,
        max_length=LONGEST,
        error_messages={"max_length": _("Search for fewer words.")},
    )
    state = forms.CharField(required=False)
    since = forms.DateField(
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Enter a day like 2026-11-22.")},
    )
    until = forms.DateField(
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Enter a day like 2026-11-22.")},
    )

    def clean_state(self) -> str:
        """Take a state that does not exist for none."""
        state: str = self.cleaned_data["state"]
        return state if state in ORDER else ""

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = said.get("since"), said.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day is before the first."))
        return said


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search that is understood; `zone` is where its days begin and end."""

    zone: ZoneInfo
    words: str = ""
    state: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def query(self) -> str:
        """Return the search as a query string, for links; empty when nothing is asked for."""
        state = urlencode({"state": self.state}) if self.state else ""
        return "&".join(filter(None, [self.rest, state]))

    @property
    def rest(self) -> str:
        """Return the search without its state, for links to other states."""
        said = {"q": self.words, "since": str(self.since or ""), "until": str(self.until or "")}
        return urlencode({name: value for name, value in said.items() if value})

    @property
    def is_narrow(self) -> bool:
        """Say whether anything is asked for."""
        return bool(self.query)


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Some rows of the list; nobody counts the others."""

    rows: list[Order]
    number: int
    has_next: bool


def wanted_of(said: Mapping[str, Any], zone: str) -> Wanted:
    """Return the search of a form's cleaned values; what was refused counts as not asked for."""
    return Wanted(
        zone=ZoneInfo(zone),
        words=said.get("q", ""),
        state=said.get("state", ""),
        since=said.get("since"),
        until=said.get("until"),
    )


def order_page(wanted: Wanted, number: int) -> OrderPage:
    """Return a page of the orders found, newest first: one statement, however many rows."""
    start = (number - 1) * ROWS
    rows = found_orders(wanted).only(*_SHOWN)
    found = list(rows[start : start + ROWS + 1])
    return OrderPage(found[:ROWS], number, len(found) > ROWS)


def found_orders(wanted: Wanted) -> QuerySet[Order]:
    """Return the orders of the scope that a search means, with `buyer`, newest first."""
    rows: QuerySet[Order] = Order.objects.order_by("-created_at", "-id")
    rows = rows.annotate(buyer=_buyer())
    for condition in _conditions(wanted):
        rows = rows.filter(condition)
    return rows


def _conditions(wanted: Wanted) -> list[Q]:
    found = [_word(word) for word in wanted.words.split()[:MOST_WORDS]]
    if wanted.state:
        found.append(Q(state=wanted.state))
    if wanted.since:
        found.append(Q(created_at__gte=_midnight(wanted.since, wanted.zone)))
    if wanted.until:
        found.append(Q(created_at__lt=_midnight(wanted.until + _DAY, wanted.zone)))
    return found


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _word(word: str) -> Q:
    """Return where one word may stand: number, customer, what was ordered."""
    lines = OrderLine.objects.filter(order=OuterRef("pk"), description__icontains=word)
    found: Q = Q(buyer__icontains=word) | Q(customer__name__icontains=word)
    found |= Q(content__icontains=word) | Q(Exists(lines))
    figures = word.removeprefix("#")
    if figures.isascii() and figures.isdecimal() and int(figures) <= _LARGEST_NUMBER:
        found |= Q(number=int(figures))
    return found


def _buyer() -> Coalesce:
    """Return the name agreed in the order, else what the customer is called."""
    agreed = NullIf(KT("snapshot__fields__contact.name__value"), Value("", TextField()))
    return Coalesce(agreed, F("customer__name"), output_field=TextField())
