"""A merchant's orders as a table for a spreadsheet, made while it is sent."""

import csv
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from asgiref.sync import sync_to_async
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from marketplace.console.order_search import Wanted, found_orders
from marketplace.console.words import look_of
from marketplace.core.money import Money
from merchants.scope import Scope, entered
from orders.models import Order
from orders.order_summary import plain

BATCH: Final = 200
# Excel takes a file without it for something older than Unicode.
_MARK: Final = "\ufeff"
# A cell that begins like this is worked out instead of shown, also in full width or after spaces.
_FORMULA: Final = tuple("=+-@＝＋－＠")
_HEAD: Final[Sequence[str | Promise]] = (
    _("Order"),
    _("Created"),
    _("State"),
    _("Customer"),
    _("What"),
    _("Order lines"),
    _("Currency"),
    _("Subtotal"),
    _("Discount"),
    _("Delivery"),
    _("Tax rate"),
    _("Tax"),
    _("Total"),
    _("Deposit"),
    _("Paid"),
    _("Start"),
    _("End"),
    _("Time zone"),
    _("Street and number"),
    _("Floor, door, company"),
    _("Postal code"),
    _("City"),
    _("Region"),
    _("Country"),
    _("Name"),
    _("Phone"),
    _("E-mail"),
    _("Note"),
)
_ADDRESS: Final = ("line1", "line2", "postal_code", "city", "region", "country")
_CONTACT: Final = ("contact.name", "contact.phone", "contact.email")
Row = TypeVar("Row", bound=Sequence[Any])


class _Echo:
    """What the csv module writes to: it gives each line back."""

    @staticmethod
    def write(line: str) -> str:
        return line


def safe(value: object) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    text = str(value)
    starts = text.lstrip().startswith(_FORMULA) or text.startswith(("\t", "\r", "\n"))
    return f"'{text}" if starts else text


async def order_lines(wanted: Wanted, scope: Scope) -> AsyncIterator[str]:
    """Yield the table, one batch of orders at a time.

    Each batch is read in a transaction of its own, after the last one of the batch before, so
    that no transaction lasts as long as a download may.
    """
    language = get_language() or "en"
    with override(language):
        head = [str(word) for word in _HEAD]
    yield _MARK + _written([head])
    last: Order | None = None
    while True:
        text, last = await sync_to_async(_batch)(wanted, scope, last, language)
        if text:
            yield text
        if last is None:
            return


def _batch(
    wanted: Wanted, scope: Scope, last: Order | None, language: str
) -> tuple[str, Order | None]:
    """Return the next lines and the order they end with; None for it when there are no more."""
    with entered(scope), override(language):
        rows = found_orders(wanted).prefetch_related("lines")
        found = list(_after(rows, last)[:BATCH])
        text = _written(_cells(order, wanted) for order in found)
    return text, found[-1] if len(found) == BATCH else None


def _after(rows: QuerySet[Order], last: Order | None) -> QuerySet[Order]:
    if last is None:
        return rows
    same_moment = Q(created_at=last.created_at, id__lt=last.id)
    return rows.filter(Q(created_at__lt=last.created_at) | same_moment)


def _written(rows: Iterable[Iterable[object]]) -> str:
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    return "".join(str(writer.writerow([safe(cell) for cell in row])) for row in rows)


def _cells(order: Order, wanted: Wanted) -> list[object]:
    moment = _moment(wanted)
    buyer: Any = order
    return [
        order.number_text,
        moment(order.created_at),
        look_of("order", order.state).label,
        buyer.buyer,
        order.content,
        "\n".join(_line(line, order) for line in order.lines.all()),
        order.currency,
        *_amounts(order),
        moment(order.paid_at),
        *_times(order),
        *((order.address or {}).get(name, "") for name in _ADDRESS),
        *(order.values.get(key, {}).get("value", "") for key in _CONTACT),
        order.note,
    ]


def _moment(wanted: Wanted) -> Any:
    """Return how a moment is written in the merchant's zone."""

    def write(moment: datetime | None) -> str:
        return moment.astimezone(wanted.zone).strftime("%Y-%m-%d %H:%M") if moment else ""

    return write


def _line(line: Any, order: Order) -> str:
    quantity = " ".join(filter(None, [plain(line.quantity), line.unit]))
    price = Money(line.unit_price_minor, order.currency).text
    return gettext("%(quantity)s × %(what)s at %(price)s") % {
        "quantity": quantity,
        "what": line.description,
        "price": price,
    }


def _amounts(order: Order) -> list[object]:
    def plain_money(minor: int) -> object:
        return Money(minor, order.currency).text

    return [
        plain_money(order.subtotal_minor),
        plain_money(order.discount_minor),
        plain_money(order.delivery_minor),
        "" if order.tax_rate is None else f"{plain(order.tax_rate)}%",
        plain_money(order.tax_minor),
        plain_money(order.total_minor),
        plain_money(order.deposit_minor),
    ]


def _times(order: Order) -> list[str]:
    """Return start and end as the place of the service reads them, and that place's zone."""
    time: dict[str, Any] | None = order.snapshot["time"]
    if time is None:
        return ["", "", ""]
    return [time["start"], time["end"] or "", time["zone"]]
