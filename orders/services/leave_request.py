"""A customer who could not be answered leaves a request: how to be reached, and the order form."""

from collections.abc import Mapping

from calls.models import Callback
from calls.services.leave_callback import Reach, leave_callback
from marketplace.accounts.models import Customer
from marketplace.core.after_commit import send_now
from marketplace.core.ids import new_code
from merchants.access import scope_of_customer
from merchants.models import Merchant
from merchants.scope import entered
from orders.access import Party, party_of
from orders.groups import form_group
from orders.models import OrderForm
from orders.services.edit_form import Edit, edit_form
from orders.services.open_form import open_form_of_callback
from orders.states import Role


def leave_request(
    customer: Customer,
    merchant: Merchant,
    reach: Reach,
    *,
    content: str,
    cause: str = "",
    page: str = "",
) -> Callback:
    """Leave a request with its form: what is wanted, and name and reach as the form's contact.

    Enters the customer's scope itself. Announces `callback.left` and, to a form that is open
    already, `form.edited`. Raises as `leave_callback` does, and FieldRefusedError.
    """
    scope = scope_of_customer(customer)
    with entered(scope):
        callback = leave_callback(merchant, reach, cause=cause, page=page)
        form = open_form_of_callback(callback)
        party = party_of(form, Role.CUSTOMER, scope, reach.name)
    values = {
        "content": content,
        "contact.name": reach.name,
        "contact.email": reach.email,
        "contact.phone": reach.phone,
    }
    _write(party, form, {key: value for key, value in values.items() if value})
    return callback


def _write(party: Party, form: OrderForm, values: Mapping[str, str]) -> None:
    """Put values in as the customer's edits: each is a transaction of its own."""
    for key, value in values.items():
        edit = Edit(op=new_code(), field=key, value=value, base=form.revision)
        applied = edit_form(party, edit)
        if applied.frame:
            send_now(form_group(form.id), applied.frame)
