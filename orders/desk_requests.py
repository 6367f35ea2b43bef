"""A request to be called back at the desk: its form, how to reach the customer, "ready now"."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from calls.callback_words import CAUSES, CLOSES
from calls.callbacks import callback_by_code, masked, promised, stand_of
from calls.errors import CallbackOverError, ReadyNotAtDeskError, ReadyTakenError
from calls.models import Callback, Endpoint
from calls.services.callback import close_callback, mark_ready, withdraw_ready
from calls.states import CALLBACK_OPEN, MEMBER_CLOSES, CloseReason
from marketplace.core.errors import DomainError, ForbiddenError, InputInvalidError
from merchants.boundaries import MemberRequest, member_page
from merchants.roles import Permission
from orders.selectors import form_of_callback


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@member_page(Permission.FORMS_EDIT)
def desk_request(request: MemberRequest, handle: str, code: str) -> HttpResponse:
    """Show a request with its form; POST says ready, takes that back, or closes it.

    What the state forbids is said on the page. Raises NotFoundError, ForbiddenError.
    """
    if not request.member.may(Permission.CALLS_ANSWER):
        raise ForbiddenError
    callback = callback_by_code(code)
    if request.method != "POST":
        return _show(request, callback)
    try:
        _act(request, code)
    except (CallbackOverError, ReadyTakenError, ReadyNotAtDeskError) as error:
        return _show(request, callback_by_code(code), refusal=error)
    return redirect("desk-request", handle, code)


def _act(request: MemberRequest, code: str) -> None:
    action = _ACTIONS.get(request.POST.get("action", ""))
    if action is None:
        raise InputInvalidError
    action(request, code)


def _ready(request: MemberRequest, code: str) -> None:
    mark_ready(code, member=request.member)


def _not_ready(_request: MemberRequest, code: str) -> None:
    withdraw_ready(code)


def _closed(request: MemberRequest, code: str) -> None:
    reason = request.POST.get("reason", "")
    if reason not in MEMBER_CLOSES:
        raise InputInvalidError
    close_callback(code, reason=CloseReason(reason))


_ACTIONS: Final[Mapping[str, Callable[[MemberRequest, str], None]]] = {
    "ready": _ready,
    "not_ready": _not_ready,
    "close": _closed,
}


def _show(
    request: MemberRequest, callback: Callback, *, refusal: DomainError | None = None
) -> HttpResponse:
    is_open = callback.state in CALLBACK_OPEN
    context: dict[str, Any] = {
        "callback": callback,
        "merchant": request.merchant,
        "stand": stand_of(callback),
        "form": form_of_callback(callback),
        "is_open": is_open,
        "is_mine": promised(callback) and callback.ready_member_id == request.member.id,
        "at_desk": _at_desk(request),
        "reach": [(kind, value, masked(value)) for kind, value in _reach(callback)],
        "cause": CAUSES.get(callback.cause, ""),
        "closed_words": CLOSES.get(callback.close_reason, ""),
        "reasons": [(reason.value, CLOSES[reason]) for reason in MEMBER_CLOSES],
        "refusal": refusal,
    }
    status = refusal.status if refusal is not None else 200
    return render(request, "requests/desk.html", context, status=status)


def _reach(callback: Callback) -> list[tuple[str, str]]:
    ways = (("mailto", callback.email), ("tel", callback.phone))
    return [(kind, value) for kind, value in ways if value]


def _at_desk(request: MemberRequest) -> bool:
    here = Endpoint.objects.filter(member=request.member, expires_at__gt=timezone.now())
    return bool(here.exists())
