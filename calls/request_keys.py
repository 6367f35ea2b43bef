"""The key in a mailed link: opens one request on another device, once, while a promise holds."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.core import signing

from calls.errors import RequestKeyError
from calls.models import Callback

_SALT: Final = "visavis.calls.request"
_PURPOSE: Final = "request"
LONGEST: Final = 400
"""Characters; longer text is never a key."""


@dataclass(frozen=True, slots=True)
class RequestKey:
    """What a key says, proven to be ours: whose request, and of which promise."""

    customer_id: UUID
    code: str
    epoch: int


def key_of(callback: Callback) -> str:
    """Return the key of the promise in force. It expires with the promise: the row decides."""
    value = {
        "for": _PURPOSE,
        "customer": callback.customer_id.hex,
        "callback": callback.code,
        "epoch": callback.key_epoch,
    }
    return signing.dumps(value, salt=_SALT, compress=False)


def read_key(text: str, *, code: str) -> RequestKey:
    """Return what a key for request `code` says; raises RequestKeyError for every other text."""
    try:
        value = signing.loads(text[: LONGEST + 1], salt=_SALT)
        key = RequestKey(UUID(value["customer"]), value["callback"], value["epoch"])
    except (signing.BadSignature, KeyError, TypeError, ValueError) as error:
        raise RequestKeyError from error
    if value["for"] != _PURPOSE or key.code != code:
        raise RequestKeyError
    return key
