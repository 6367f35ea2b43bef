"""Counters of rate limits, shared by all nodes in the Redis store; losing them costs nothing.

One pool of connections for the whole process. Django's cache keeps one per thread, and under ASGI
each request has a thread of its own: it would connect anew for every count.
"""

from functools import lru_cache
from typing import Final

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

PATIENCE_SECONDS: Final = 1
"""A count that does not come at once is not worth waiting for."""


def count(name: str, *, seconds: int) -> int:
    """Count one more `name` and return how many there were since the first, `seconds` ago at most.

    One round trip. Raises RedisError.
    """
    pipe = _store(settings.CACHES["default"]["LOCATION"]).pipeline(transaction=False)
    pipe.incr(f"count.{name}")
    pipe.expire(f"count.{name}", seconds, nx=True)
    return int(pipe.execute()[0])


@lru_cache(maxsize=4)
def _store(location: str) -> Redis:
    return Redis.from_url(
        location,
        socket_timeout=PATIENCE_SECONDS,
        socket_connect_timeout=PATIENCE_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
