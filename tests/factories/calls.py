"""Endpoints and calls. Each factory enters the scope it needs."""

from datetime import timedelta
from itertools import count

from django.utils import timezone

from calls.models import Call, Endpoint
from calls.services.answer_call import accept_call
from calls.services.connect_call import mark_connected
from calls.services.register_endpoint import register_endpoint
from calls.services.request_call import request_call
from calls.states import Side
from marketplace.accounts.audit import SYSTEM
from marketplace.accounts.models import Customer
from merchants.models import Member
from merchants.scope import entered, operator_scope
from tests.factories.merchants import make_member, make_merchant, scope_of_member
from tests.factories.people import make_customer

_number = count(1)


def make_endpoint(member: Member | None = None, *, address: str | None = None) -> Endpoint:
    """An endpoint that is online now, its address published."""
    member = member or make_member(make_merchant())
    number = next(_number)
    with entered(scope_of_member(member)):
        endpoint, _published = register_endpoint(
            member,
            device=f"Device {number}",
            address=address or f"198.51.{number // 250 % 250}.{number % 250 + 1}",
        )
    return endpoint


def make_ringing_call(
    *, member: Member | None = None, customer: Customer | None = None, **wanted
) -> Call:
    """A call that rings at the desk of `member`'s merchant (a new one without)."""
    member = member or make_member(make_merchant())
    endpoint = make_endpoint(member, address=wanted.pop("address", None))
    customer = customer or make_customer()
    call, _new = request_call(
        customer,
        handle=member.merchant.handle,
        address=published(member),
        **wanted,
    )
    return hinted(call, customer, member, endpoint)


def make_accepted_call(
    *, member: Member | None = None, customer: Customer | None = None, **wanted
) -> Call:
    """A call that the desk has answered."""
    call = make_ringing_call(member=member, customer=customer, **wanted)
    member, endpoint = call.member_hint, call.endpoint_hint
    with entered(scope_of_member(member)):
        accepted = accept_call(call.code, member=member, endpoint=endpoint.code)
    return hinted(accepted, call.customer, member, endpoint)


def make_live_call(
    *, member: Member | None = None, customer: Customer | None = None, **wanted
) -> Call:
    """A call in which media flow."""
    call = make_accepted_call(member=member, customer=customer, **wanted)
    with entered(scope_of_member(call.member_hint)):
        live = mark_connected(call.code, side=Side.MERCHANT)
    return hinted(live, call.customer, call.member_hint, call.endpoint_hint)


def hinted(call: Call, customer: Customer, member: Member, endpoint: Endpoint) -> Call:
    """The call with its people at hand, so that async tests need not read them."""
    call.customer, call.member_hint, call.endpoint_hint = customer, member, endpoint
    return call


def published(member: Member) -> str:
    """The address at which the member's merchant can be called."""
    from calls.models import PublishedAddress

    with entered(scope_of_member(member)):
        return PublishedAddress.objects.get().address


def fresh(call: Call) -> Call:
    """The call as the row has it."""
    with entered(operator_scope(SYSTEM)):
        return Call.objects.select_related("member", "endpoint").get(pk=call.pk)


def set_call(call: Call, **fields) -> None:
    """Write columns directly, such as times in the past."""
    with entered(operator_scope(SYSTEM)):
        Call.objects.filter(pk=call.pk).update(**fields)


def ago(seconds: float):
    return timezone.now() - timedelta(seconds=seconds)


def trail(**wanted) -> list:
    """The audit entries, oldest first."""
    from marketplace.accounts.models import AuditEntry

    with entered(operator_scope(SYSTEM)):
        return list(AuditEntry.objects.filter(**wanted).order_by("created_at", "id"))
