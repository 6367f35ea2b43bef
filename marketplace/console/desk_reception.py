"""A merchant's reception: the closure switch, hours, holidays, ringing, media mode.

It stands here and not in merchants, because another media mode publishes the address anew, which
is the calls app's to do.
"""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from calls.selectors import mode_in_force
from calls.services.publish_address import publish_address
from marketplace.core.errors import ForbiddenError
from merchants.boundaries import MemberRequest, member_page
from merchants.forms.closure import ClosureForm, closure_values
from merchants.forms.hours import HoursInput, hours_input, typed_hours
from merchants.forms.ringing import RingingForm, ringing_values
from merchants.hours import standing
from merchants.models import MediaMode, Merchant
from merchants.roles import Permission
from merchants.selectors import reception_of
from merchants.services.close_reception import close_reception, open_reception
from merchants.services.set_hours import set_hours
from merchants.services.set_ringing import set_ringing
from merchants.timetable import hours_table


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@member_page(Permission.RECEPTION_CLOSE)
def reception(request: MemberRequest, handle: str) -> HttpResponse:
    """Show how calls are taken; an owner changes hours and ringing, a manager reads them.

    A button named `change` only adds, removes or copies rows of what was typed; nothing is saved
    then. Raises ForbiddenError for a change by anybody but an owner.
    """
    if request.method != "POST":
        return _page(request)
    if not request.member.may(Permission.MERCHANTS_MANAGE):
        raise ForbiddenError
    hours, ringing = typed_hours(request.POST), RingingForm(request.POST)
    wish = request.POST.get("change", "")
    if wish:
        hours.change(wish)
        return _page(request, hours=hours, ringing=request.POST)
    if not (hours.is_valid() & ringing.is_valid()):
        return _page(request, hours=hours, ringing=request.POST, ringing_errors=ringing.errors)
    _save(request.merchant, hours, ringing)
    messages.success(request, _("Saved."))
    return redirect("desk-reception", handle=handle)


@require_POST
@member_page(Permission.RECEPTION_CLOSE)
def closure(request: MemberRequest, handle: str) -> HttpResponse:
    """Turn the closure switch: `wish` is `open` or `close`, the latter with an end and a note."""
    if request.POST.get("wish") == "open":
        open_reception(request.merchant.id)
        messages.success(request, _("Calls are on again."))
        return redirect("desk-reception", handle=handle)
    form = ClosureForm(request.merchant, request.POST)
    if not form.is_valid():
        return _page(request, closing=request.POST, closing_errors=form.errors)
    until, note = form.cleaned_data["until"], form.cleaned_data["note"]
    close_reception(request.merchant.id, until=until, note=note)
    messages.success(request, _("Calls are off."))
    return redirect("desk-reception", handle=handle)


def _save(merchant: Merchant, hours: HoursInput, ringing: RingingForm) -> None:
    set_hours(
        merchant.id,
        keeps_hours=hours.keeps_hours,
        hours=hours.hours(),
        holidays=hours.closed_days(),
    )
    values = ringing.cleaned_data
    saved, moved = set_ringing(
        merchant.id,
        ring_seconds=values["ring_seconds"],
        queue_length=values["queue_length"],
        media_mode=MediaMode(values["media_mode"]),
    )
    if moved:
        publish_address(saved)


def _page(
    request: MemberRequest,
    *,
    hours: HoursInput | None = None,
    **typed: Any,
) -> HttpResponse:
    """Show the page, with what was typed in place of what is stored where there is any."""
    merchant, now = request.merchant, timezone.now()
    found = reception_of(merchant)
    local = now.astimezone(ZoneInfo(merchant.time_zone))
    shown = hours or hours_input(found, local.date())
    known = typed.get("ringing") or ringing_values(merchant)
    context = {
        "merchant": merchant,
        "may_manage": request.member.may(Permission.MERCHANTS_MANAGE),
        "standing": standing(found, now),
        "table": hours_table(found, now),
        "hours": shown,
        "days": _days(shown),
        "holidays": [(f"holiday-{place}", row) for place, row in enumerate(shown.holidays)],
        "local": local,
        "ringing": known,
        "closing": closure_values(merchant),
        "is_relay": known.get("media_mode") == MediaMode.RELAY,
        "is_direct": known.get("media_mode") == MediaMode.DIRECT,
        "mode": mode_in_force(merchant),
        "is_refused": hours is not None and "change" not in request.POST,
        **typed,
    }
    return render(request, "desk/reception.html", context)


def _days(shown: HoursInput) -> list[tuple[str, Any, list[tuple[str, Any]]]]:
    """Return number, name and rows of each weekday, each row with the key its fields have."""
    return [
        (
            str(weekday),
            WEEKDAYS[weekday],
            [(f"day-{weekday}-{place}", row) for place, row in enumerate(rows)],
        )
        for weekday, rows in enumerate(shown.days)
    ]
