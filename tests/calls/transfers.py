"""Offers to take a running call over, made and ended by services; each enters its scope."""

from calls.models import Call, Transfer
from calls.services.end_call import hang_up
from calls.services.transfer import (
    accept_transfer,
    decline_transfer,
    offer_transfer,
    withdraw_transfer,
)
from calls.states import Side
from calls.tasks import sweep_transfers
from marketplace.accounts.audit import SYSTEM
from merchants.access import scope_of_customer
from merchants.models import Member
from merchants.roles import Role
from merchants.scope import entered, operator_scope
from tests.factories.calls import make_endpoint, make_live_call
from tests.factories.merchants import make_member, scope_of_member


def offered(call: Call, to: Member, *, note: str = "Wants the big tin") -> Transfer:
    member = call.member_hint
    with entered(scope_of_member(member)):
        seat = fresh_seat(call)
        return offer_transfer(call.code, member=member, seat=seat, to=to.pk, note=note)


def fresh_seat(call: Call) -> int:
    return Call.objects.get(pk=call.pk).merchant_seat


def set_offer(offer: Transfer, **fields) -> None:
    with entered(operator_scope(SYSTEM)):
        Transfer.objects.filter(pk=offer.pk).update(**fields)


def state_of(offer: Transfer) -> str:
    with entered(operator_scope(SYSTEM)):
        return Transfer.objects.get(pk=offer.pk).state


def accept(offer: Transfer, member: Member, endpoint) -> str:
    with entered(scope_of_member(member)):
        accept_transfer(offer.code, member=member, endpoint=endpoint.code)
    return "accepted"


def decline(offer: Transfer, member: Member) -> str:
    with entered(scope_of_member(member)):
        decline_transfer(offer.code, member=member)
    return "declined"


def withdraw(offer: Transfer, call: Call) -> str:
    with entered(scope_of_member(call.member_hint)):
        withdraw_transfer(call.code, member=call.member_hint, transfer=offer.code)
    return "withdrawn"


def hang(call: Call) -> str:
    with entered(scope_of_customer(call.customer)):
        hang_up(call.code, side=Side.CUSTOMER)
    return "completed"


def sweep() -> str:
    sweep_transfers()
    return "swept"


def two_members():
    """A live call, a colleague of who has it, and the colleague's desk."""
    call = make_live_call()
    colleague = make_member(call.member_hint.merchant, Role.AGENT)
    return call, colleague, make_endpoint(colleague)
