"""The merchant asks the customer for fields, takes a request back, reminds of it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from math import ceil
from typing import Any, Final

from django.utils import timezone

from calls.text import clean_text
from marketplace.accounts import audit
from marketplace.core.errors import NotFoundError
from marketplace.core.transitions import move
from merchants.roles import Permission
from merchants.scope import current_scope
from orders.access import Party, current_member
from orders.errors import (
    CallNotActiveError,
    FieldNotAskableError,
    FieldRefusedError,
    FormClosedError,
    RequestClosedError,
    TooSoonError,
)
from orders.faults import FieldError
from orders.fields import FIELDS, REQUESTABLE, clean
from orders.models import InformationRequest, OrderForm
from orders.realtime import announce_form
from orders.selectors import locked_form
from orders.services.keep_record import record
from orders.states import REQUEST_MOVES, FormState, RequestState, Role
from orders.summaries import request_summary

Summary = Mapping[str, Any]
Choices = Mapping[str, Sequence[str]]
REMIND_AFTER: Final = timedelta(seconds=20)
"""How long the customer is left alone after a request and after each reminder of it."""
_RECORDED: Final[Mapping[str, str]] = {
    "request.sent": "asked",
    "request.recalled": "recalled",
    "request.answered": "answered",
    "request.declined": "declined",
}
"""Steps that are part of the deal record; reminding and putting off are not."""


def send_request(
    party: Party, *, fields: Sequence[str], hint: str = "", choices: Choices | None = None
) -> Summary:
    """Ask the customer for fields, during the call; `choices` are answers to tap.

    Locks the form; announces request.sent. Raises ForbiddenError, FormClosedError,
    CallNotActiveError, FieldNotAskableError, FieldRefusedError (a choice the field would not
    take).
    """
    member = current_member(party, Permission.FORMS_EDIT)
    form = locked_form(party.form_id)
    if form.state != FormState.OPEN:
        raise FormClosedError(state=form.state)
    if form.call is None or not form.call.is_talking:
        raise CallNotActiveError
    request = InformationRequest.objects.create(
        merchant_id=form.merchant_id,
        customer_id=form.customer_id,
        form=form,
        fields=_askable(fields),
        choices=_offered(form, choices or {}, fields),
        hint=clean_text(hint).strip(),
        sent_by=member.user_id,
    )
    return told(party, form, request, "request.sent")


def recall_request(party: Party, code: str) -> Summary:
    """Take a request back. Locks the form; announces request.recalled.

    Recalling twice is a no-op. Raises ForbiddenError, NotFoundError, RequestClosedError.
    """
    current_member(party, Permission.FORMS_EDIT)
    return close_request(party, code, RequestState.RECALLED)


def remind_of_request(party: Party, code: str) -> Summary:
    """Show a request to the customer once more, also one put off.

    Locks the form; announces request.reminded. Raises ForbiddenError, NotFoundError,
    RequestClosedError, TooSoonError.
    """
    current_member(party, Permission.FORMS_EDIT)
    form, request = open_request(party, code)
    now = timezone.now()
    wait = (request.reminded_at or request.created_at) + REMIND_AFTER - now
    if wait > timedelta():
        raise TooSoonError(seconds=ceil(wait.total_seconds()))
    request.reminded_at, request.put_off_at = now, None
    request.reminders += 1
    request.save(update_fields=["reminded_at", "put_off_at", "reminders"])
    return told(party, form, request, "request.reminded")


# -- what both sides' steps are made of ------------------------------------------------------


def close_request(party: Party, code: str, target: RequestState) -> Summary:
    """Move a request to a state it ends in; being there already changes nothing.

    Locks the form; announces it. Raises NotFoundError, RequestClosedError.
    """
    form, request = locked_request(party, code)
    current = RequestState(request.state)
    if current not in {RequestState.SENT, target}:
        raise RequestClosedError(state=current.value)
    if not move(REQUEST_MOVES, current, target):
        return request_summary(request)
    request.state, request.closed_at = target, timezone.now()
    request.save(update_fields=["state", "closed_at"])
    return told(party, form, request, f"request.{target.value}")


def open_request(party: Party, code: str) -> tuple[OrderForm, InformationRequest]:
    """Return form and open request, locked; raises NotFoundError, RequestClosedError."""
    form, request = locked_request(party, code)
    if request.state != RequestState.SENT:
        raise RequestClosedError(state=request.state)
    return form, request


def locked_request(party: Party, code: str) -> tuple[OrderForm, InformationRequest]:
    """Return form and request; the form's lock orders everything that happens to both."""
    form = locked_form(party.form_id)
    request = InformationRequest.objects.filter(form=form, code=code).first()
    if request is None:
        raise NotFoundError
    return form, request


def told(party: Party, form: OrderForm, request: InformationRequest, what: str) -> Summary:
    """Note a step of a request and announce it; returns how the request is now."""
    form.notices += 1
    form.save(update_fields=["notices", "updated_at"])
    kind = _RECORDED.get(what)
    if kind is not None:
        data = {
            "request": request.code,
            "fields": request.fields,
            "declined": sorted(request.declined),
        }
        record(form, kind, role=party.role, data=data)
    audit.record(
        current_scope().actor,
        what,
        subject=("request", request.id),
        merchant_id=form.merchant_id,
        customer_id=form.customer_id,
        data={"fields": request.fields, "state": request.state},
    )
    summary = request_summary(request)
    announce_form(form, {"type": what, "request": summary})
    return summary


def _askable(fields: Sequence[str]) -> list[str]:
    """Return the keys once each, in the order of the form."""
    unknown = sorted(set(fields) - REQUESTABLE)
    if unknown:
        raise FieldNotAskableError(fields=unknown)
    return [key for key in FIELDS if key in set(fields)]


def _offered(form: OrderForm, choices: Choices, fields: Sequence[str]) -> dict[str, list[str]]:
    """Return the choices as the field would take them, so that a tap cannot go wrong."""
    foreign = sorted(set(choices) - set(fields))
    if foreign:
        raise FieldNotAskableError(fields=foreign)
    try:
        offered = {key: _answers(key, texts, form.currency) for key, texts in choices.items()}
    except FieldError as fault:
        raise FieldRefusedError.of(fault) from fault
    return {key: texts for key, texts in offered.items() if texts}


def _answers(key: str, texts: Sequence[str], currency: str) -> list[str]:
    cleaned = (clean(key, text, role=Role.CUSTOMER, currency=currency) for text in texts)
    return list(dict.fromkeys(text for text in cleaned if text.strip()))
