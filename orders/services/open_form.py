"""Open the order form of a call, or of a request to be called back before there is one."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from calls.models import Call, Callback
from marketplace.core.errors import NotFoundError
from merchants.models import Merchant
from orders.access import role_in_force
from orders.errors import CallNotAcceptedError
from orders.models import OrderForm
from orders.selectors import form_of_call, form_of_callback
from orders.services.keep_record import record
from orders.states import FormState

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
    form = form_of_call(call) or _made(call.merchant, call.customer_id, call=call)
    if form.call_id != call.id and call.is_talking:
        form.call = call
        form.expires_at = timezone.now() + LIFE
        form.save(update_fields=["call", "expires_at", "updated_at"])
    return form


def open_form_of_callback(callback: Callback) -> OrderForm:
    """Return the form of a request to be called back: the pair's open one, or a new one.

    The same form moves into the call when the two talk. What needs no call may be done with it:
    edit, focus, read; asking for information needs a call. Locks nothing, announces nothing.
    """
    form = form_of_callback(callback) or _made(
        callback.merchant, callback.customer_id, callback=callback
    )
    if form.callback_id != callback.id and form.state == FormState.OPEN:
        form.callback = callback
        form.expires_at = timezone.now() + LIFE
        form.save(update_fields=["callback", "expires_at", "updated_at"])
    return form


def _made(merchant: Merchant, customer_id: UUID, **opened_for: Call | Callback) -> OrderForm:
    form = OrderForm(
        merchant=merchant,
        customer_id=customer_id,
        currency=merchant.currency,
        time_zone=merchant.time_zone,
        expires_at=timezone.now() + LIFE,
        **opened_for,
    )
    try:
        with transaction.atomic():
            form.save(force_insert=True)
            record(form, "opened", role=role_in_force())
    except IntegrityError:
        # the other side's socket was quicker
        theirs: OrderForm | None = OrderForm.objects.filter(
            merchant=merchant, customer_id=customer_id, state=FormState.OPEN
        ).first()
        if theirs is None:
            raise NotFoundError from None
        return theirs
    return form
