"""A customer calls: the request names merchant and address, and rings nobody else."""

from datetime import timedelta

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
    MerchantUnavailableError,
)
from calls.models import Call
from calls.realtime import announce_rang
from calls.selectors import RingFacts, call_for_customer, require_reachable, ring_facts
from calls.states import CallState
from marketplace.accounts.audit import record
from marketplace.accounts.models import Customer
from merchants.access import scope_of_customer
from merchants.scope import current_scope, entered


def request_call(
    customer: Customer, *, handle: str, address: str | None, page: str = ""
) -> tuple[Call, bool]:
    """Ring at the merchant's desks; returns the call and whether it is new.

    Enters the customer's scope itself. A customer with an open call at this merchant gets that
    one again, so a double click rings once. Announces `call.rang` to the merchant's desks.
    Raises AddressMissingError, AddressMalformedError, MerchantUnknownError,
    MerchantSuspendedError, StorefrontClosedError, CallsTooOftenError, AddressUnknownError,
    AddressStaleError, MerchantUnavailableError (then the call is kept as unavailable).
    """
    named = _named(address)
    scope = scope_of_customer(customer)
    try:
        with entered(scope):
            call, new = _place(customer, handle=handle, named=named, page=page)
    except IntegrityError:
        # Two requests at the same instant: the database let one ring, and that one counts.
        with entered(scope):
            call, new = _place(customer, handle=handle, named=named, page=page)
    if call.state == CallState.UNAVAILABLE:
        raise MerchantUnavailableError(call=call.code)
    return call, new


def _named(address: str | None) -> str:
    if not address:
        raise AddressMissingError
    try:
        return canonical(address)
    except ValueError as error:
        raise AddressMalformedError from error


def _place(customer: Customer, *, handle: str, named: str, page: str) -> tuple[Call, bool]:
    facts = ring_facts(handle, customer.id)
    require_reachable(facts.state, accepting_calls=facts.accepting_calls)
    if facts.open_call is not None:
        return call_for_customer(facts.open_call), False
    if facts.recent_calls >= settings.CALL_REQUESTS_PER_MINUTE:
        raise CallsTooOftenError
    state = _resolve(facts, named)
    now = timezone.now()
    ended = state == CallState.UNAVAILABLE
    call: Call = Call.objects.create(
        merchant_id=facts.merchant_id,
        customer_id=customer.id,
        state=state,
        address=named,
        mode=facts.mode,
        page=page,
        customer_name=customer.name,
        requested_at=now,
        ring_until=now + timedelta(seconds=settings.CALL_RING_SECONDS),
        ended_at=now if ended else None,
        end_reason="nobody_at_desk" if ended else "",
        ended_by="system" if ended else "",
    )
    _tell(call, facts)
    return call, True


def _resolve(facts: RingFacts, named: str) -> CallState:
    """Return the state the call starts in; raises for an address that is not this merchant's."""
    now = timezone.now()
    there = facts.valid_until is not None and facts.valid_until > now
    if named == facts.address:
        return CallState.RINGING if there else CallState.UNAVAILABLE
    lately = facts.former_until is not None and facts.former_until > now
    if named != facts.former_address or not lately:
        raise AddressUnknownError
    if there:
        raise AddressStaleError(address=facts.address)
    return CallState.UNAVAILABLE


def _tell(call: Call, facts: RingFacts) -> None:
    record(
        current_scope().actor,
        "call.requested" if call.is_open else "call.unavailable",
        subject=("call", call.id),
        merchant_id=call.merchant_id,
        customer_id=call.customer_id,
    )
    if call.is_open:
        announce_rang(call, seen_before=facts.seen_before)
