"""How often one address may call, whatever cookies it throws away. No address is kept."""

import logging
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

from calls.addresses import client_address, trusted_proxies
from calls.errors import CallsTooOftenError

log = logging.getLogger(__name__)
WINDOW_SECONDS: Final = 60


def address_of_request(request: HttpRequest) -> str | None:
    """Return the client's address of a request as the server sees it."""
    return client_address(
        request.META.get("REMOTE_ADDR") or None,
        [request.META.get("HTTP_X_FORWARDED_FOR", "")],
        trusted_proxies(*settings.TRUSTED_PROXIES),
    )


def require_rate_of_address(address: str | None) -> None:
    """Count one call request of an address; raises CallsTooOftenError over the limit.

    The counter is a convenience: without its store calls go on, held by the limit per customer.
    """
    key = f"calls.{salted_hmac('calls.gate', address or 'unseen').hexdigest()}"
    try:
        count = 1 if cache.add(key, 1, WINDOW_SECONDS) else cache.incr(key)
    except (RedisError, OSError, ValueError):
        log.warning("call requests of an address could not be counted")
        return
    if count > settings.CALL_REQUESTS_PER_MINUTE_OF_ADDRESS:
        raise CallsTooOftenError
