"""The pages of a call: device check, both call screens, desk. What moves on them goes by socket."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from calls.callbacks import open_callback_of_customer, promised
from calls.desk_day import desk_day
from calls.models import Call, Callback
from calls.selectors import call_for_customer, call_for_member, standing_address
from calls.states import TALKING, WAITING
from marketplace.accounts.guests import customer_of
from marketplace.accounts.models import Customer
from marketplace.core.errors import ForbiddenError
from merchants.access import scope_of_customer
from merchants.boundaries import CustomerRequest, MemberRequest, customer_page, member_page
from merchants.models import Member, Merchant
from merchants.roles import Permission
from merchants.scope import entered
from merchants.selectors import public_merchant, standing_of
from merchants.states import MerchantState
from merchants.views import visitor_scope

LONGEST_PAGE: Final = 200


@require_safe
@never_cache
def device_check(request: HttpRequest, handle: str) -> HttpResponse:
    """Let the customer see and hear themselves before calling; carries the published address.

    A merchant who takes no calls now has the storefront say why, except where a member has
    promised this customer to be there. Raises NotFoundError.
    """
    merchant, customer = public_merchant(handle), customer_of(request)
    callback = _callback_of(customer, merchant, request.GET.get("callback", ""))
    is_promised = callback is not None and promised(callback)
    with entered(visitor_scope(merchant.id)):
        is_open = is_promised or standing_of(merchant).is_open
        published = standing_address(merchant) if is_open else None
    if merchant.state != MerchantState.LIVE or not is_open:
        return redirect("storefront", handle=handle)
    context = {
        "merchant": merchant,
        "address": published.address if published is not None else "",
        "page": _page_of(request, handle),
        "customer": customer,
        "callback": callback.code if callback is not None else "",
    }
    return render(request, "calls/device_check.html", context)


def _callback_of(customer: Customer | None, merchant: Merchant, code: str) -> Callback | None:
    """Return the customer's open request at the merchant if that is the one named."""
    if customer is None or not code:
        return None
    with entered(scope_of_customer(customer, merchant.id)):
        found = open_callback_of_customer(merchant.id)
    return found if found is not None and found.code == code else None


def _page_of(request: HttpRequest, handle: str) -> str:
    """Return what the customer was looking at, as the desk will show it."""
    return request.GET.get("page", "")[:LONGEST_PAGE] or reverse("storefront", args=[handle])


@require_safe
@never_cache
@customer_page
def customer_call(request: CustomerRequest, code: str) -> HttpResponse:
    """Show the customer's side of their call; raises NotFoundError for anybody else."""
    call = call_for_customer(code)
    context = {"call": call, "merchant": call.merchant, "role": "customer"}
    return render(request, "calls/call_customer.html", context)


@require_safe
@never_cache
@member_page(Permission.CALLS_ANSWER)
def member_call(request: MemberRequest, handle: str, code: str) -> HttpResponse:
    """Show the merchant's side of a call to the member who answered it.

    One that still rings is answered at the desk. Raises NotFoundError, ForbiddenError.
    """
    call = call_for_member(code)
    if call.state in WAITING:
        return redirect("desk", handle=handle)
    if call.member_id != request.member.id:
        raise ForbiddenError
    context = {"call": call, "merchant": request.merchant, "role": "merchant"}
    return render(request, "calls/call_merchant.html", context)


@require_safe
@never_cache
@member_page(Permission.CALLS_ANSWER)
def desk(request: MemberRequest, _handle: str) -> HttpResponse:
    """Show the desk: the switch, who waits, requests, today's calls, who is online."""
    context = {
        "merchant": request.merchant,
        "member": request.member,
        "day": desk_day(request.merchant),
        "talking": _talking(request.member),
    }
    return render(request, "calls/desk.html", context)


def _talking(member: Member) -> Call | None:
    """Return the call this member is in, to lead back to it."""
    found: Call | None = Call.objects.filter(member=member, state__in=TALKING).first()
    return found
