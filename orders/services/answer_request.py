"""The customer answers a request for fields, declines some of it, or puts it off."""

from collections.abc import Sequence

from django.utils import timezone

from calls.text import clean_text
from orders.access import Party, customer_only
from orders.errors import FieldNotAskableError, RequestClosedError
from orders.services.known_values import keep_known
from orders.services.request_information import (
    Summary,
    close_request,
    locked_request,
    open_request,
    told,
)
from orders.states import RequestState
from orders.summaries import request_summary


def answer_request(party: Party, code: str, *, keep: bool = False) -> Summary:
    """Say that a request is answered; the values themselves are edits of the form.

    `keep` puts the form's address and contact into the customer's own address book. Locks the
    form; announces request.answered. Answering twice is a no-op. Raises ForbiddenError for the
    merchant, NotFoundError, RequestClosedError.
    """
    customer_only(party)
    summary = close_request(party, code, RequestState.ANSWERED)
    if keep:
        keep_known(party)
    return summary


def decline_request(party: Party, code: str, *, fields: Sequence[str], reason: str = "") -> Summary:
    """Decline some fields of a request, with a reason; all of them declined closes it.

    Locks the form; announces request.declined. Raises ForbiddenError for the merchant,
    NotFoundError, RequestClosedError, FieldNotAskableError.
    """
    customer_only(party)
    form, request = locked_request(party, code)
    if request.state == RequestState.DECLINED:
        return request_summary(request)
    if request.state != RequestState.SENT:
        raise RequestClosedError(state=request.state)
    foreign = sorted(set(fields) - set(request.fields))
    if foreign:
        raise FieldNotAskableError(fields=foreign)
    request.declined = {**request.declined, **dict.fromkeys(fields, clean_text(reason).strip())}
    if set(request.declined) == set(request.fields):
        request.state, request.closed_at = RequestState.DECLINED, timezone.now()
    request.save(update_fields=["declined", "state", "closed_at"])
    return told(party, form, request, "request.declined")


def put_off_request(party: Party, code: str) -> Summary:
    """Say “later”: the request stays open until it is answered or the merchant reminds of it.

    Locks the form; announces request.put_off. Saying it twice is a no-op. Raises ForbiddenError
    for the merchant, NotFoundError, RequestClosedError.
    """
    customer_only(party)
    form, request = open_request(party, code)
    if request.put_off_at is not None:
        return request_summary(request)
    request.put_off_at = timezone.now()
    request.save(update_fields=["put_off_at"])
    return told(party, form, request, "request.put_off")
