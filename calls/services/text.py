"""Real-time text: a finished line gets the call's next number."""

from typing import Any

from calls.errors import LineBlankError, LineReusedError
from calls.models import TextLine
from calls.realtime_talk import announce_said
from calls.selectors import call_for_customer
from calls.selectors.talk import last_lines, last_number
from calls.services.door import locked_call, require_seat, require_talking
from calls.states import Side
from calls.text import clean_text


def say_line(code: str, *, side: Side, op: str, text: str, seat: int | None = None) -> TextLine:
    """Append one line to an answered call; announces `text.said` to both sides.

    Locks the call, so that numbers have no gap and a repeated `op` gets its first line again.
    Raises NotFoundError, SeatTakenError, CallNotAnsweredError, CallOverError, LineBlankError,
    LineReusedError.
    """
    words = clean_text(text).strip()
    if not words:
        raise LineBlankError
    call = locked_call(code)
    require_seat(call, side, seat)
    known = TextLine.objects.filter(call=call, op=op).first()
    if known is not None:
        return _repeated(known, side, words)
    require_talking(call)
    line: TextLine = TextLine.objects.create(
        merchant_id=call.merchant_id,
        customer_id=call.customer_id,
        call=call,
        number=last_number(call.id) + 1,
        side=side,
        name=call.customer_name if side is Side.CUSTOMER else call.member_name,
        text=words,
        op=op,
    )
    announce_said(line)
    return line


def _repeated(line: TextLine, side: Side, text: str) -> TextLine:
    if (line.side, line.text) != (side, text):
        raise LineReusedError
    return line


def read_lines(code: str, *, side: Side, seat: int, after: int) -> list[dict[str, Any]]:
    """Return the last lines after a number to the tab that speaks for its side.

    Raises NotFoundError, SeatTakenError for a tab whose side goes on elsewhere.
    """
    call = call_for_customer(code)
    require_seat(call, side, seat)
    return last_lines(call.id, after=after)
