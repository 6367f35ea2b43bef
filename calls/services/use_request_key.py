"""Go on at another device: a mailed link is used, once."""

from calls.callbacks import promised
from calls.errors import RequestKeyError
from calls.request_keys import RequestKey
from calls.services.callback import locked_callback
from marketplace.accounts.audit import record
from marketplace.accounts.models import Customer
from marketplace.core.errors import NotFoundError
from merchants.access import scope_of_customer
from merchants.scope import current_scope, entered


def look_at_key(key: RequestKey) -> Customer:
    """Return whose request a key opens as things stand, using nothing up; raises RequestKeyError.

    Enters the customer's scope itself: the key is what proves the right to it.
    """
    return _checked(key, use=False)


def use_request_key(key: RequestKey) -> Customer:
    """Use a key up and return the customer its request belongs to.

    Locks the request, so of two uses at once one wins. Raises RequestKeyError for a key that was
    used, belongs to an older promise, or whose promise is over.
    """
    return _checked(key, use=True)


def _checked(key: RequestKey, *, use: bool) -> Customer:
    customer = Customer.objects.filter(id=key.customer_id).first()
    if customer is None:
        raise RequestKeyError
    with entered(scope_of_customer(customer)):
        try:
            callback = locked_callback(key.code)
        except NotFoundError as error:
            raise RequestKeyError from error
        if callback.key_epoch != key.epoch or not promised(callback):
            raise RequestKeyError
        if use:
            callback.key_epoch += 1
            callback.save(update_fields=["key_epoch"])
            record(
                current_scope().actor,
                "callback.key_used",
                subject=("callback", callback.id),
                merchant_id=callback.merchant_id,
                customer_id=callback.customer_id,
            )
    return customer
