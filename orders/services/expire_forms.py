"""What the clock does to forms, on any node."""

from typing import Final

from django.utils import timezone

from marketplace.accounts import audit
from marketplace.core.transitions import move
from merchants.scope import current_scope
from orders.models import InformationRequest, OrderForm
from orders.realtime import announce_form
from orders.states import FORM_MOVES, FormState, RequestState

BATCH: Final = 200


def expire_forms() -> int:
    """Expire open forms whose time is up, with their open requests; returns how many.

    Locks what it takes and passes over what another node holds. Announces form.expired.
    """
    due = OrderForm.objects.select_for_update(skip_locked=True).filter(
        state=FormState.OPEN, expires_at__lte=timezone.now()
    )
    forms = list(due.order_by("expires_at")[:BATCH])
    for form in forms:
        _expire(form)
    return len(forms)


def _expire(form: OrderForm) -> None:
    move(FORM_MOVES, FormState(form.state), FormState.EXPIRED)
    form.state = FormState.EXPIRED
    form.notices += 1
    form.save(update_fields=["state", "notices", "updated_at"])
    InformationRequest.objects.filter(form=form, state=RequestState.SENT).update(
        state=RequestState.EXPIRED, closed_at=timezone.now()
    )
    audit.record(
        current_scope().actor,
        "form.expired",
        subject=("form", form.id),
        merchant_id=form.merchant_id,
        customer_id=form.customer_id,
    )
    announce_form(form, {"type": "form.expired"})
