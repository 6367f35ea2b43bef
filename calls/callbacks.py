"""Reading requests to be called back, inside a scope."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from calls.models import Callback
from calls.states import CALLBACK_OPEN, CallbackState
from marketplace.core.errors import NotFoundError

_SHOWN = 2


def callback_by_code(code: str) -> Callback:
    """Return a request of the scope with its merchant; raises NotFoundError."""
    found: Callback | None = Callback.objects.select_related("merchant").filter(code=code).first()
    if found is None:
        raise NotFoundError
    return found


def open_callback_of_customer(merchant_id: Any) -> Callback | None:
    """Return the open request of the customer in scope at one merchant."""
    found: Callback | None = Callback.objects.filter(
        merchant_id=merchant_id, state__in=CALLBACK_OPEN
    ).first()
    return found


def promised(callback: Callback) -> bool:
    """Say whether a member has promised to be there, and the promise holds now."""
    return (
        callback.state == CallbackState.READY
        and callback.ready_until is not None
        and callback.ready_until > timezone.now()
    )


def stand_of(callback: Callback) -> dict[str, Any]:
    """Return what both sides' pages show of a request: its state, and who is ready until when."""
    state = CallbackState(callback.state)
    until = callback.ready_until if promised(callback) else None
    if state is CallbackState.READY and until is None:
        state = CallbackState.WAITING
    ready = {"member": callback.ready_name, "until": until.isoformat()} if until else None
    return {
        "code": callback.code,
        "state": state.value,
        "ready": ready,
        "close_reason": callback.close_reason,
    }


def callback_summary(callback: Callback) -> dict[str, Any]:
    """Return what a desk shows of a request; how to reach the customer is masked."""
    return {
        **stand_of(callback),
        "customer_name": callback.name or gettext("Guest"),
        "cause": callback.cause,
        "page": callback.page,
        "reach": [masked(reach) for reach in (callback.email, callback.phone) if reach],
        "created_at": callback.created_at.isoformat(),
        "url": f"/desk/{callback.merchant.handle}/requests/{callback.code}/",
    }


def masked(reach: str) -> str:
    """Return an e-mail address or a phone number with all but its ends hidden."""
    name, at, domain = reach.partition("@")
    if at:
        return f"{name[:1]}•••@{domain}"
    return f"{reach[:_SHOWN]}•••{reach[-_SHOWN:]}"
