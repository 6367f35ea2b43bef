"""A customer who could not be answered asks to be called back."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from calls.callbacks import open_callback_of_customer
from calls.errors import CustomerBlockedError, ReachMissingError, RequestsTooOftenError
from calls.models import Block, Callback
from calls.selectors import require_reachable
from calls.services.callback import locked_callback, require_open, tell_callback
from marketplace.core.errors import NotFoundError
from merchants.models import Merchant
from merchants.scope import ScopeError, current_scope

LIFE: Final = timedelta(days=30)
RATE_WINDOW: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Reach:
    """Who asks and how they can be reached; the language is the mail's."""

    name: str = ""
    email: str = ""
    phone: str = ""
    language: str = ""


def leave_callback(
    merchant: Merchant, reach: Reach, *, cause: str = "", page: str = ""
) -> Callback:
    """Return the customer's open request at a merchant, made or brought up to date.

    In the customer's scope. A pair has at most one open request (unique in the database), so a
    double click leaves one. Announces `callback.left`. Raises ReachMissingError,
    MerchantSuspendedError, MerchantUnknownError, CustomerBlockedError, RequestsTooOftenError.
    """
    if not reach.email and not reach.phone:
        raise ReachMissingError
    require_reachable(merchant.state)
    if Block.objects.filter(merchant=merchant, lifted_at__isnull=True).exists():
        raise CustomerBlockedError
    known = open_callback_of_customer(merchant.id)
    if known is None:
        _require_rate()
        known = _made(merchant, reach, cause=cause, page=page)
    callback = locked_callback(known.code)
    require_open(callback)
    if callback.email not in ("", reach.email):  # what was mailed there opens nothing any more
        callback.key_epoch += 1
    for name in ("name", "email", "phone", "language"):
        setattr(callback, name, getattr(reach, name))
    callback.expires_at = timezone.now() + LIFE
    callback.save(update_fields=["name", "email", "phone", "language", "expires_at", "key_epoch"])
    tell_callback(callback, "callback.left")
    return callback


def _made(merchant: Merchant, reach: Reach, *, cause: str, page: str) -> Callback:
    callback = Callback(
        merchant=merchant,
        customer_id=_customer_id(),
        name=reach.name,
        cause=cause,
        page=page,
        expires_at=timezone.now() + LIFE,
    )
    try:
        with transaction.atomic():
            callback.save(force_insert=True)
    except IntegrityError:
        # Another tab was quicker: the database let one in, and that one counts.
        theirs = open_callback_of_customer(merchant.id)
        if theirs is None:
            raise NotFoundError from None
        return theirs
    return callback


def _customer_id() -> UUID:
    customer_id = current_scope().customer_id
    if customer_id is None:
        raise ScopeError("only a customer leaves a request")
    return customer_id


def _require_rate() -> None:
    """Raise RequestsTooOftenError over the customer's limit, counted over all merchants."""
    lately = Callback.objects.filter(created_at__gt=timezone.now() - RATE_WINDOW)
    if lately.count() >= settings.CALLBACKS_PER_HOUR:
        raise RequestsTooOftenError
