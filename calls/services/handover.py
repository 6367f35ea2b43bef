"""Go on at another device: a signed link, good once, for five minutes, while the call lasts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.utils import timezone

from calls.errors import CallOverError, HandoverExpiredError, HandoverUsedError
from calls.models import Call
from calls.selectors import call_for_customer
from calls.services.door import locked_call
from marketplace.accounts.audit import record
from marketplace.core.errors import NotFoundError
from merchants.scope import current_scope

LIFE: Final = timedelta(minutes=5)
_PURPOSE: Final = "visavis.calls.handover"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a link's signature proves: whose call it is, and how many links were used before."""

    call: str
    customer_id: UUID
    epoch: int


def offer_handover(code: str) -> tuple[str, datetime]:
    """Return the token of a link for the customer's open call, and when it ends.

    Nothing is stored: every link of one epoch dies with the first that is used. Raises
    NotFoundError, CallOverError.
    """
    call = call_for_customer(code)
    _require_open(call)
    token = _signer(code).sign(f"{call.customer_id.hex}.{call.handover_epoch}")
    return token, timezone.now() + LIFE


def read_token(code: str, token: str) -> Claim:
    """Return what a token proves about that call; the row decides whether it still counts.

    Raises NotFoundError for any changed bit and for another call's token, HandoverExpiredError
    for one that is too old.
    """
    try:
        value = _signer(code).unsign(token, max_age=LIFE)
        customer, _, epoch = value.partition(".")
        return Claim(code, UUID(customer), int(epoch))
    except SignatureExpired as error:
        raise HandoverExpiredError from error
    except (BadSignature, ValueError) as error:
        raise NotFoundError from error


def look_at_handover(claim: Claim) -> Call:
    """Return the call a link leads to, changing nothing.

    Raises NotFoundError, CallOverError, HandoverUsedError.
    """
    call = call_for_customer(claim.call)
    _require_usable(call, claim)
    return call


def use_handover(claim: Claim) -> Call:
    """Use the link up; whoever does it first goes on as the customer.

    Locks the call. The old tab hears of it when the new one takes the seat. Raises
    NotFoundError, CallOverError, HandoverUsedError.
    """
    call = locked_call(claim.call)
    _require_usable(call, claim)
    call.handover_epoch += 1
    call.save(update_fields=["handover_epoch"])
    record(
        current_scope().actor,
        "call.handed_over",
        subject=("call", call.id),
        merchant_id=call.merchant_id,
        customer_id=call.customer_id,
    )
    return call


def _signer(code: str) -> TimestampSigner:
    """Return the signer of one purpose and one call."""
    return TimestampSigner(salt=f"{_PURPOSE}.{code}")


def _require_usable(call: Call, claim: Claim) -> None:
    _require_open(call)
    if call.handover_epoch != claim.epoch:
        raise HandoverUsedError


def _require_open(call: Call) -> None:
    if not call.is_open:
        raise CallOverError(state=call.state)
