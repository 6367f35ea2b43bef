"""The merchant asks the customer for fields; the customer answers or declines."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from marketplace.accounts import audit
from marketplace.core.errors import ForbiddenError, NotFoundError
from marketplace.core.transitions import move
from merchants.roles import Permission
from merchants.scope import current_scope
from orders.access import Party, current_member
from orders.errors import (
    CallNotActiveError,
    FormClosedError,
    GroupUnknownError,
    RequestClosedError,
)
from orders.fields import REQUESTABLE
from orders.models import InformationRequest, OrderForm
from orders.realtime import announce_form
from orders.selectors import locked_form
from orders.states import REQUEST_MOVES, FormState, RequestState, Role
from orders.summaries import request_summary

Summary = Mapping[str, Any]


def send_request(party: Party, *, groups: Sequence[str], hint: str = "") -> Summary:
    """Ask the customer for groups of fields, during the call.

    Locks the form; announces request.sent. Raises ForbiddenError, FormClosedError,
    CallNotActiveError, GroupUnknownError.
    """
    member = current_member(party, Permission.FORMS_EDIT)
    form = locked_form(party.form_id)
    if form.state != FormState.OPEN:
        raise FormClosedError(state=form.state)
    if form.call is None or not form.call.is_talking:
        raise CallNotActiveError
    _known(groups)
    request = InformationRequest.objects.create(
        merchant_id=form.merchant_id,
        customer_id=form.customer_id,
        form=form,
        groups=list(dict.fromkeys(groups)),
        hint=hint.strip(),
        sent_by=member.user_id,
    )
    return _told(form, request, "request.sent")


def recall_request(party: Party, code: str) -> Summary:
    """Take a request back. Locks the form; announces request.recalled.

    Recalling twice is a no-op. Raises ForbiddenError, NotFoundError, RequestClosedError.
    """
    current_member(party, Permission.FORMS_EDIT)
    return _close(party, code, RequestState.RECALLED)


def answer_request(party: Party, code: str) -> Summary:
    """Say that a request is answered; the values themselves are edits of the form.

    Locks the form; announces request.answered. Answering twice is a no-op. Raises
    ForbiddenError for the merchant, NotFoundError, RequestClosedError.
    """
    _customer_only(party)
    return _close(party, code, RequestState.ANSWERED)


def decline_request(party: Party, code: str, *, groups: Sequence[str], reason: str = "") -> Summary:
    """Decline some groups of a request, with a reason; all of them declined closes it.

    Locks the form; announces request.declined. Raises ForbiddenError for the merchant,
    NotFoundError, RequestClosedError, GroupUnknownError.
    """
    _customer_only(party)
    form, request = _locked(party, code)
    if request.state == RequestState.DECLINED:
        return request_summary(request)
    if request.state != RequestState.SENT:
        raise RequestClosedError(state=request.state)
    if not set(groups) <= set(request.groups):
        raise GroupUnknownError(groups=sorted(set(groups) - set(request.groups)))
    request.declined = {**request.declined, **dict.fromkeys(groups, reason.strip())}
    if set(request.declined) == set(request.groups):
        request.state, request.closed_at = RequestState.DECLINED, timezone.now()
    request.save(update_fields=["declined", "state", "closed_at"])
    return _told(form, request, "request.declined")


def _close(party: Party, code: str, target: RequestState) -> Summary:
    form, request = _locked(party, code)
    current = RequestState(request.state)
    if current not in {RequestState.SENT, target}:
        raise RequestClosedError(state=current.value)
    if not move(REQUEST_MOVES, current, target):
        return request_summary(request)
    request.state, request.closed_at = target, timezone.now()
    request.save(update_fields=["state", "closed_at"])
    return _told(form, request, f"request.{target.value}")


def _locked(party: Party, code: str) -> tuple[OrderForm, InformationRequest]:
    """Return form and request; the form's lock orders everything that happens to both."""
    form = locked_form(party.form_id)
    request = InformationRequest.objects.filter(form=form, code=code).first()
    if request is None:
        raise NotFoundError
    return form, request


def _told(form: OrderForm, request: InformationRequest, what: str) -> Summary:
    form.notices += 1
    form.save(update_fields=["notices", "updated_at"])
    audit.record(
        current_scope().actor,
        what,
        subject=("request", request.id),
        merchant_id=form.merchant_id,
        customer_id=form.customer_id,
        data={"groups": request.groups, "state": request.state},
    )
    summary = request_summary(request)
    announce_form(form, {"type": what, "request": summary})
    return summary


def _known(groups: Sequence[str]) -> None:
    unknown = sorted(set(groups) - REQUESTABLE)
    if unknown:
        raise GroupUnknownError(groups=unknown)


def _customer_only(party: Party) -> None:
    if party.role is not Role.CUSTOMER:
        raise ForbiddenError
