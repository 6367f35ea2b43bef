"""One call, and what its two sides need."""

import time
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings

from calls.ice import IceSettings, ice
from calls.models import Call
from calls.states import CallState, Side
from marketplace.accounts.audit import SYSTEM
from marketplace.core.errors import NotFoundError
from merchants.scope import entered, operator_scope

PRESENT_WITHIN: Final = timedelta(seconds=25)
"""Longer than the silence after which a socket is closed."""


def call_for_customer(code: str) -> Call:
    """Return a call of the customer in scope, with its merchant; raises NotFoundError."""
    return _call(code)


def call_for_member(code: str) -> Call:
    """Return a call of the merchant in scope, with its merchant; raises NotFoundError."""
    return _call(code)


def _call(code: str) -> Call:
    call: Call | None = Call.objects.select_related("merchant").filter(code=code).first()
    if call is None:
        raise NotFoundError
    return call


def merchant_of_call(code: str) -> UUID:
    """Return whose call it is, before anybody's right to it is known; raises NotFoundError.

    Opens the operator's scope for this one key, because a member's socket names the call and
    not the merchant. The caller must prove the membership next.
    """
    with entered(operator_scope(SYSTEM)):
        found: UUID | None = (
            Call.objects.filter(code=code).values_list("merchant_id", flat=True).first()
        )
    if found is None:
        raise NotFoundError
    return found


def ice_for(call: Call, side: Side) -> dict[str, Any]:
    """Return servers and policy for one side of a call that rings or is answered.

    In the queue nobody needs a relay yet, and once the call has ended nobody does any more.
    """
    needed = call.is_talking or call.state == CallState.RINGING
    offer = IceSettings(
        turn_urls=settings.TURN_URLS if needed else (),
        turn_secret=settings.TURN_SECRET,
        life=settings.TURN_TTL_SECONDS,
    )
    return ice(
        offer,
        call_code=call.code,
        side=side,
        relay_only=call.relay_only,
        now=int(time.time()),
    )
