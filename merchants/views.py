"""The public pages of merchants, and the choice of a desk.

Whether somebody is at the desk is the calls app's to say; the templates ask it by a tag.
"""

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from marketplace.accounts.audit import Actor
from marketplace.accounts.models import ActorKind, User
from marketplace.core.errors import SignInRequiredError
from merchants.hours import standing
from merchants.models import Merchant
from merchants.scope import Scope, customer_scope, entered
from merchants.selectors import (
    live_merchants,
    memberships_of,
    public_merchant,
    quick_items_of,
    reception_of,
    standings_of,
)
from merchants.states import MerchantState
from merchants.timetable import hours_table

_NOBODY: Final = UUID(int=0)


def visitor_scope(merchant_id: UUID | None = None) -> Scope:
    """Return the scope of somebody who only looks: public rows and nothing of any customer."""
    return customer_scope(_NOBODY, Actor(ActorKind.CUSTOMER), merchant_id)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the merchants one can call."""
    with entered(visitor_scope()):
        merchants = list(live_merchants())
        standings = standings_of(merchants)
        rows = [(merchant, standings[merchant.id]) for merchant in merchants]
        return render(request, "home/home.html", {"merchants": rows})


@require_safe
def storefront(request: HttpRequest, handle: str) -> HttpResponse:
    """Show one merchant; a suspended or closed one says so and offers no call."""
    merchant = public_merchant(handle)
    with entered(visitor_scope(merchant.id)):
        return render(request, "storefront/storefront.html", _storefront_context(merchant))


def _storefront_context(merchant: Merchant) -> dict[str, object]:
    if merchant.state != MerchantState.LIVE:
        return {"merchant": merchant, "is_live": False, "quick_items": []}
    now = timezone.now()
    reception = reception_of(merchant)
    return {
        "merchant": merchant,
        "is_live": True,
        "quick_items": quick_items_of(merchant),
        "standing": standing(reception, now),
        "hours": hours_table(reception, now),
    }


@require_safe
def pick_desk(request: HttpRequest) -> HttpResponse:
    """Lead a member to their desk; somebody with several merchants chooses first."""
    if not isinstance(request.user, User):
        raise SignInRequiredError
    memberships = memberships_of(request.user)
    if len(memberships) == 1:
        return redirect("desk", handle=memberships[0].merchant.handle)
    return render(request, "desk/pick.html", {"memberships": memberships})
