"""How often one address may call or leave a request, whatever cookies it throws away.

No address is kept.
"""

import logging
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

from calls.addresses import client_address, trusted_proxies
from calls.errors import CallsTooOftenError, RequestsTooOftenError
from marketplace.core.counters import count
from marketplace.core.errors import TooFastError

log = logging.getLogger(__name__)
WINDOW_SECONDS: Final = 60
REQUEST_WINDOW_SECONDS: Final = 3600


def address_of_request(request: HttpRequest) -> str | None:
    """Return the client's address of a request as the server sees it."""
    return client_address(
        request.META.get("REMOTE_ADDR") or None,
        [request.META.get("HTTP_X_FORWARDED_FOR", "")],
        trusted_proxies(*settings.TRUSTED_PROXIES),
    )


def require_rate_of_address(address: str | None) -> None:
    """Count one call request of an address; raises CallsTooOftenError over the limit."""
    limit = settings.CALL_REQUESTS_PER_MINUTE_OF_ADDRESS
    if _counted("calls", address, seconds=WINDOW_SECONDS) > limit:
        raise CallsTooOftenError


def require_request_rate_of_address(address: str | None) -> None:
    """Count one request to be called back of an address; raises RequestsTooOftenError."""
    limit = settings.CALLBACKS_PER_HOUR_OF_ADDRESS
    if _counted("callbacks", address, seconds=REQUEST_WINDOW_SECONDS) > limit:
        raise RequestsTooOftenError


def require_handover_rate_of_address(address: str | None) -> None:
    """Count one step of going on at another device of an address; raises TooFastError."""
    limit = settings.HANDOVERS_PER_MINUTE_OF_ADDRESS
    if _counted("handovers", address, seconds=WINDOW_SECONDS) > limit:
        raise TooFastError


def _counted(what: str, address: str | None, *, seconds: int) -> int:
    """Return how often an address did something within so many seconds, this time included.

    The counter is a convenience: without its store things go on, held by the limits per customer.
    """
    key = f"{what}.{salted_hmac('calls.gate', address or 'unseen').hexdigest()}"
    try:
        return count(key, seconds=seconds)
    except (RedisError, OSError):
        log.warning("%s of an address could not be counted", what)
        return 0
