"""Open the order form of a call."""

from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from calls.models import Call
from marketplace.core.errors import NotFoundError
from orders.errors import CallNotAcceptedError
from orders.models import OrderForm
from orders.selectors import form_of_call

LIFE: Final = timedelta(days=30)
"""How long an open form waits for the two to come back."""


def open_form(call: Call) -> OrderForm:
    """Return the form of an answered call, making one when the two have none open.

    A form outlives its call: the pair's open form moves into the next call. An ordered form
    stays with the call it was ordered in. Locks nothing; two sockets that open at once end
    with the same form, because a pair has at most one open (unique in the database).
    Announces nothing. Raises CallNotAcceptedError while nobody has answered.
    """
    if call.answered_at is None:
        raise CallNotAcceptedError
    form = form_of_call(call) or _made(call)
    if form.call_id != call.id and call.is_talking:
        form.call = call
        form.expires_at = timezone.now() + LIFE
        form.save(update_fields=["call", "expires_at", "updated_at"])
    return form


def _made(call: Call) -> OrderForm:
    merchant = call.merchant
    form = OrderForm(
        merchant=merchant,
        customer_id=call.customer_id,
        call=call,
        currency=merchant.currency,
        time_zone=merchant.time_zone,
        expires_at=timezone.now() + LIFE,
    )
    try:
        with transaction.atomic():
            form.save(force_insert=True)
    except IntegrityError:
        # the other side's socket was quicker
        theirs = form_of_call(call)
        if theirs is None:
            raise NotFoundError from None
        return theirs
    return form
