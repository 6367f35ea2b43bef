"""Afterwards: the customer rates the call, the merchant notes what matters."""

from datetime import timedelta
from typing import Final

from django.utils import timezone

from calls.errors import RatingClosedError
from calls.models import Call
from calls.services.door import locked_call
from calls.text import clean_text
from marketplace.accounts.audit import record
from merchants.scope import current_scope

RATE_WITHIN: Final = timedelta(hours=24)
"""After the end of the call; until then a rating may be changed at will."""


def rate_call(code: str, *, stars: int, words: str) -> Call:
    """Keep what the customer thought of an answered call that has ended.

    Locks the call; the last word counts. Raises NotFoundError, RatingClosedError.
    """
    call = locked_call(code)
    now = timezone.now()
    if call.answered_at is None or call.ended_at is None or now > call.ended_at + RATE_WITHIN:
        raise RatingClosedError
    call.rating, call.rating_words, call.rated_at = stars, clean_text(words).strip(), now
    call.save(update_fields=["rating", "rating_words", "rated_at"])
    _audit(call, "call.rated", stars=stars)
    return call


def note_call(code: str, *, note: str) -> Call:
    """Keep a member's note on a call, for the merchant's eyes only; empty takes it away.

    Locks the call. Raises NotFoundError.
    """
    call = locked_call(code)
    words = clean_text(note).strip()
    if words != call.note:
        call.note = words
        call.save(update_fields=["note"])
        _audit(call, "call.noted")
    return call


def _audit(call: Call, action: str, **data: int) -> None:
    record(
        current_scope().actor,
        action,
        subject=("call", call.id),
        merchant_id=call.merchant_id,
        customer_id=call.customer_id,
        data=data,
    )
