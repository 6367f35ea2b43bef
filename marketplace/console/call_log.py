"""Reading the merchant's call log: calls with their forms and orders, inside the member's scope."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db.models import OuterRef, Q, QuerySet, Subquery

from calls.models import Block, Call, TextLine, Transfer
from calls.selectors.talk import standing_block
from calls.states import CallState, TransferState
from orders.models import Order, OrderForm
from orders.selectors import form_of_call

ROWS: Final = 30
FORMER_ROWS: Final = 5
LINES: Final = 500
ANSWERED: Final = Q(answered_at__isnull=False)
# The calls of `calls.outcomes.MISSED`, as the database asks for them.
MISSED: Final = (
    Q(state=CallState.MISSED)
    | Q(state=CallState.CANCELLED, end_reason="left_queue")
    | (Q(state=CallState.UNAVAILABLE) & ~Q(end_reason__in=["closed", "blocked"]))
)
_SHOWN: Final = {"answered": ANSWERED, "missed": MISSED}


@dataclass(frozen=True, slots=True)
class LogRow:
    """One call of the log. The form is shown where it did not become an order."""

    call: Call
    waited: timedelta | None
    talked: timedelta | None
    order_code: str | None
    order_number: int | None
    form_state: str | None

    @property
    def order_text(self) -> str:
        """Return the order's number as people see it."""
        return f"{self.order_number:04d}" if self.order_number is not None else ""


@dataclass(frozen=True, slots=True)
class LogPage:
    """Some rows of the log; nobody counts the others."""

    rows: list[LogRow]
    number: int
    has_next: bool


@dataclass(frozen=True, slots=True)
class Story:
    """All that belongs to one call."""

    row: LogRow
    lines: list[TextLine]
    transfers: list[Transfer]
    form: OrderForm | None
    orders: list[Order]
    block: Block | None
    former: list[Call]


def log_page(*, show: str, name: str, number: int) -> LogPage:
    """Return a page of the log, newest first: one statement, however many rows.

    `show` is answered, missed or anything else for all; `name` is part of the customer's.
    """
    rows = _calls().filter(_SHOWN.get(show, Q()))
    if name:
        rows = rows.filter(customer_name__icontains=name)
    start = (number - 1) * ROWS
    found = list(rows[start : start + ROWS + 1])
    return LogPage([_row(call) for call in found[:ROWS]], number, len(found) > ROWS)


def story_of(call: Call) -> Story:
    """Return what the log tells of one call of the scope."""
    form = form_of_call(call)
    orders = Order.objects.filter(form=form).order_by("-created_at") if form else []
    former = Call.objects.filter(customer_id=call.customer_id).exclude(pk=call.pk)
    return Story(
        row=_row(_calls().get(pk=call.pk)),
        lines=list(TextLine.objects.filter(call=call).order_by("number")[:LINES]),
        transfers=_transfers(call),
        form=form,
        orders=list(orders),
        block=standing_block(call.customer_id),
        former=list(former.order_by("-requested_at")[:FORMER_ROWS]),
    )


def _calls() -> QuerySet[Call]:
    form = OrderForm.objects.filter(call_id=OuterRef("pk")).order_by("-created_at")
    order = Order.objects.filter(form__call_id=OuterRef("pk")).order_by("-created_at")
    rows: QuerySet[Call] = Call.objects.order_by("-requested_at", "-id")
    return rows.annotate(
        form_state=Subquery(form.values("state")[:1]),
        order_code=Subquery(order.values("code")[:1]),
        order_number=Subquery(order.values("number")[:1]),
    )


def _row(call: Call) -> LogRow:
    found: Any = call
    waited_until = call.answered_at or call.ended_at
    talks = call.answered_at is not None and call.ended_at is not None
    return LogRow(
        call=call,
        waited=waited_until - call.requested_at if waited_until else None,
        talked=call.ended_at - call.answered_at if talks else None,  # type: ignore[operator]
        order_code=found.order_code,
        order_number=found.order_number,
        form_state=found.form_state,
    )


def _transfers(call: Call) -> list[Transfer]:
    rows = Transfer.objects.filter(call=call, state=TransferState.ACCEPTED)
    return list(rows.select_related("from_member__user", "to_member__user").order_by("offered_at"))
