"""The pages of a call: device check, both call screens, desk. What moves on them goes by socket."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from calls.models import Call
from calls.selectors import call_for_customer, call_for_member, standing_address
from calls.states import TALKING, WAITING, CallState
from marketplace.accounts.guests import customer_of
from marketplace.core.errors import ForbiddenError
from merchants.boundaries import CustomerRequest, MemberRequest, customer_page, member_page
from merchants.models import Member, Merchant
from merchants.roles import Permission
from merchants.scope import entered
from merchants.selectors import public_merchant
from merchants.states import MerchantState
from merchants.views import visitor_scope

LONGEST_PAGE: Final = 200
TODAY_ROWS: Final = 50
_MISSED: Final = frozenset({CallState.MISSED, CallState.UNAVAILABLE})


@require_safe
@never_cache
def device_check(request: HttpRequest, handle: str) -> HttpResponse:
    """Let the customer see and hear themselves before calling; carries the published address.

    A merchant who takes no calls has the storefront say why. Raises NotFoundError.
    """
    merchant = public_merchant(handle)
    if merchant.state != MerchantState.LIVE or not merchant.accepting_calls:
        return redirect("storefront", handle=handle)
    with entered(visitor_scope(merchant.id)):
        published = standing_address(merchant)
    context = {
        "merchant": merchant,
        "address": published.address if published is not None else "",
        "page": _page_of(request, handle),
        "customer": customer_of(request),
    }
    return render(request, "calls/device_check.html", context)


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
    """Show the desk: the switch, who waits, today's calls."""
    calls = _calls_of_today(request.merchant)
    context = {
        "merchant": request.merchant,
        "member": request.member,
        "today": calls[:TODAY_ROWS],
        "answered_count": sum(call.answered_at is not None for call in calls),
        "missed_count": sum(call.state in _MISSED for call in calls),
        "talking": _talking(request.member),
    }
    return render(request, "calls/desk.html", context)


def _calls_of_today(merchant: Merchant) -> list[Call]:
    """Return the calls since midnight at the merchant's place that ring no more, newest first."""
    here = timezone.now().astimezone(ZoneInfo(merchant.time_zone))
    midnight = datetime(here.year, here.month, here.day, tzinfo=here.tzinfo)
    rows = Call.objects.filter(requested_at__gte=midnight).exclude(state__in=WAITING)
    return list(rows.order_by("-requested_at"))


def _talking(member: Member) -> Call | None:
    """Return the call this member is in, to lead back to it."""
    found: Call | None = Call.objects.filter(member=member, state__in=TALKING).first()
    return found
