"""The merchant's call log: who called, how it came out, and what is noted about it.

It stands here and not in calls, because one page shows a call with its form and its order.
"""

import re
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from calls.forms import BlockForm, NoteForm
from calls.models import Call
from calls.selectors import call_for_member
from calls.services.after_call import note_call
from calls.services.block import block_customer, unblock_customer
from marketplace.console.call_log import log_page, story_of
from marketplace.console.words import Look
from merchants.boundaries import MemberRequest, member_page
from merchants.roles import Permission

SHOWN: Final = {
    "answered": Look(gettext_lazy("answered")),
    "missed": Look(gettext_lazy("missed")),
}
LONGEST_NAME: Final = 80
_PAGE: Final = re.compile(r"[1-9][0-9]{0,3}")


@require_safe
@member_page(Permission.CALLS_ANSWER)
def call_list(request: MemberRequest, _handle: str) -> HttpResponse:
    """List the merchant's calls, newest first, of one kind and of one customer's name."""
    show, name = request.GET.get("state", ""), request.GET.get("name", "").strip()[:LONGEST_NAME]
    context = {
        "merchant": request.merchant,
        "page": log_page(show=show, name=_shown(name), number=_number(request)),
        "state": show if show in SHOWN else "",
        "states": SHOWN,
        "name": name,
    }
    return render(request, "desk/calls.html", context)


@require_safe
@member_page(Permission.CALLS_ANSWER)
def call_record(request: MemberRequest, _handle: str, code: str) -> HttpResponse:
    """Show what happened in one call; raises NotFoundError for another merchant's."""
    return _record(request, call_for_member(code))


@require_POST
@member_page(Permission.CALLS_ANSWER)
def note(request: MemberRequest, handle: str, code: str) -> HttpResponse:
    """Keep a note on a call."""
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _record(request, call_for_member(code), note_form=form)
    note_call(code, note=form.cleaned_data["note"])
    messages.success(request, _("Saved."))
    return redirect("desk-call-record", handle, code)


@require_POST
@member_page(Permission.CUSTOMERS_BLOCK)
def block(request: MemberRequest, handle: str, code: str) -> HttpResponse:
    """Take no more calls from the call's customer."""
    form = BlockForm(request.POST)
    if not form.is_valid():
        return _record(request, call_for_member(code), block_form=form)
    block_customer(code, member=request.member, reason=form.cleaned_data["reason"])
    messages.success(request, _("This customer is blocked."))
    return redirect("desk-call-record", handle, code)


@require_POST
@member_page(Permission.CUSTOMERS_BLOCK)
def unblock(request: MemberRequest, handle: str, code: str) -> HttpResponse:
    """Take calls of the call's customer again."""
    unblock_customer(code)
    messages.success(request, _("This customer can call again."))
    return redirect("desk-call-record", handle, code)


def _record(request: MemberRequest, call: Call, **refused: Any) -> HttpResponse:
    """Show the record; a refused form is shown as it was typed, with its error."""
    context = {
        "merchant": request.merchant,
        "call": call,
        "story": story_of(call),
        "note_form": NoteForm(initial={"note": call.note}),
        "block_form": BlockForm(),
        "may_block": request.member.may(Permission.CUSTOMERS_BLOCK),
        "may_read_orders": request.member.may(Permission.ORDERS_READ),
        **refused,
    }
    return render(request, "desk/call.html", context, status=400 if refused else 200)


def _number(request: MemberRequest) -> int:
    """Return the page asked for; anything else is the first."""
    asked = request.GET.get("page", "")
    return int(asked) if _PAGE.fullmatch(asked) else 1


def _shown(name: str) -> str:
    """Return a name without the one character the database takes in no text."""
    return name.replace("\x00", "")
