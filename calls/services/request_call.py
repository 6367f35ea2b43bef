"""A customer calls: the request names merchant and address, and rings nobody else."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone

from calls.addresses import canonical
from calls.errors import (
    AddressMalformedError,
    AddressMissingError,
    AddressStaleError,
    AddressUnknownError,
    CallsTooOftenError,
    CustomerBlockedError,
    MerchantBusyError,
    MerchantUnavailableError,
    StorefrontClosedError,
)
from calls.models import Call
from calls.realtime import announce_queued, announce_rang
from calls.rules import REFUSED, RingFacts, Verdict, is_known, verdict, widens_at
from calls.selectors import (
    Asked,
    call_for_customer,
    require_reachable,
    ring_facts,
    ring_facts_here,
)
from calls.services.queue import lock_queue, ring_time, wake
from calls.states import CallState
from marketplace.accounts.audit import entry_of
from marketplace.accounts.models import Customer
from marketplace.core.errors import DomainError
from merchants.access import scope_of_customer
from merchants.models import MediaMode
from merchants.round_trip import insert_all
from merchants.scope import Scope, entered

_REFUSALS: Final[dict[Verdict, Callable[[RingFacts], DomainError]]] = {
    Verdict.CLOSED: lambda facts: StorefrontClosedError.of(facts.standing(timezone.now())),
    Verdict.BLOCKED: lambda _facts: CustomerBlockedError(),
    Verdict.NOBODY: lambda _facts: MerchantUnavailableError(),
    Verdict.BUSY: lambda facts: MerchantBusyError(can_queue=facts.queue_length > 0),
    Verdict.TOO_OFTEN: lambda _facts: CallsTooOftenError(),
    Verdict.UNKNOWN_ADDRESS: lambda _facts: AddressUnknownError(),
    Verdict.STALE: lambda facts: AddressStaleError(address=facts.address),
}


@dataclass(frozen=True, slots=True)
class _Caller:
    """Who calls, and what the desk is told about it."""

    customer: Customer
    scope: Scope
    page: str


def asked_for(customer_id: UUID, *, handle: str, address: str | None, callback: str = "") -> Asked:
    """Return a call request as it is judged; raises AddressMissingError, AddressMalformedError."""
    return Asked(customer_id, handle, _named(address), callback)


def request_call(
    customer: Customer,
    *,
    handle: str,
    address: str | None,
    page: str = "",
    callback: str = "",
    facts: RingFacts | None = None,
) -> tuple[Call, bool]:
    """Ring at the merchant's desks or wait for a free one; returns the call and whether it is new.

    Enters the customer's scope itself; must not be called inside a transaction. A customer with
    an open call at this merchant gets that one again, so a double click rings once. `callback` is
    a request to be called back: while a member's promise holds, it rings with that member first.
    `facts` are those of this very request, if somebody has read them just now.
    Announces `call.rang` or `call.queued`. Raises AddressMissingError, AddressMalformedError,
    MerchantUnknownError, MerchantSuspendedError, CallsTooOftenError, AddressUnknownError,
    AddressStaleError; and StorefrontClosedError, CustomerBlockedError, MerchantUnavailableError,
    MerchantBusyError, whose request is kept as an unavailable call (`data["call"]`).
    """
    asked = asked_for(customer.id, handle=handle, address=address, callback=callback)
    caller = _Caller(customer, scope_of_customer(customer), page)
    try:
        return _place(caller, asked, facts or ring_facts(caller.scope, asked))
    except IntegrityError:
        # Two requests at the same instant: the database let one ring, and that one counts.
        return _place(caller, asked, ring_facts(caller.scope, asked))


def _named(address: str | None) -> str:
    if not address:
        raise AddressMissingError
    try:
        return canonical(address)
    except ValueError as error:
        raise AddressMalformedError from error


def _place(caller: _Caller, asked: Asked, facts: RingFacts) -> tuple[Call, bool]:
    require_reachable(facts.state)
    found = _judge(facts, asked)
    if found is Verdict.QUEUE:
        with entered(caller.scope):
            lock_queue(facts.merchant_id)
            facts = ring_facts_here(asked)
            found = _judge(facts, asked)
            call = _keep(caller, asked, facts, found)
            if found is Verdict.QUEUE:
                wake(facts.merchant_id)
    else:
        call = _keep(caller, asked, facts, found)
    return _answer(caller, facts, found, call)


def _judge(facts: RingFacts, asked: Asked) -> Verdict:
    most = settings.CALL_REQUESTS_PER_MINUTE
    return verdict(facts, named=asked.named, now=timezone.now(), most_calls=most)


def _keep(caller: _Caller, asked: Asked, facts: RingFacts, found: Verdict) -> Call | None:
    """Insert the call with its audit entry, in one round trip; None where no row is due."""
    now = timezone.now()
    due = found in REFUSED | {Verdict.RING, Verdict.QUEUE}
    if not due or not is_known(facts, asked.named, now):
        return None
    call = Call(
        merchant_id=facts.merchant_id,
        customer_id=caller.customer.id,
        address=asked.named,
        mode=facts.mode or MediaMode.RELAY,
        page=caller.page,
        customer_name=caller.customer.name,
        requested_at=now,
        callback_id=facts.callback_id,
        wanted_member_id=facts.wanted_member_id if facts.reach.is_promised else None,
        **_beginning(facts, found, now),
    )
    entry = entry_of(
        caller.scope.actor,
        "call.requested" if call.is_open else "call.unavailable",
        subject=("call", call.id),
        merchant_id=call.merchant_id,
        customer_id=call.customer_id,
        data=None if call.is_open else {"reason": call.end_reason},
    )
    insert_all(caller.scope, [call, entry])
    if call.state == CallState.RINGING:
        desks = facts.reach.free if call.widen_at is None else facts.reach.first
        announce_rang(call, desks, seen_before=facts.seen_before)
    elif call.state == CallState.QUEUED:
        announce_queued(call, seen_before=facts.seen_before)
    return call


def _beginning(facts: RingFacts, found: Verdict, now: datetime) -> dict[str, Any]:
    """Return the columns of the state in which a call starts."""
    if found is Verdict.RING:
        life = ring_time(facts.ring_seconds)
        staged = facts.mode != MediaMode.RELAY
        widen_at = widens_at(facts.reach, staged=staged, start=now, life=life)
        times = {"rang_at": now, "widen_at": widen_at, "ring_until": now + life}
        return {"state": CallState.RINGING, **times}
    if found is Verdict.QUEUE:
        patience = timedelta(seconds=settings.CALL_QUEUE_SECONDS)
        return {"state": CallState.QUEUED, "ring_until": now + patience}
    ended = {"ended_at": now, "end_reason": found.value, "ended_by": "system"}
    return {"state": CallState.UNAVAILABLE, "ring_until": now, **ended}


def _answer(
    caller: _Caller, facts: RingFacts, found: Verdict, call: Call | None
) -> tuple[Call, bool]:
    """Return the call, or the one there was already; raises the refusal, which names its row."""
    if found is Verdict.AGAIN and facts.open_call is not None:
        with entered(caller.scope):
            return call_for_customer(facts.open_call), False
    if found in _REFUSALS:
        refusal = _REFUSALS[found](facts)
        if call is not None:
            refusal.data["call"] = call.code
        raise refusal
    if call is None:
        raise AddressUnknownError
    return call, True
