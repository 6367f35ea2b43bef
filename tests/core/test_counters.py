"""Counters of rate limits: shared, short-lived, and no reason to wait."""

import time

import pytest
from redis import Redis
from redis.exceptions import RedisError

from marketplace.core import counters
from marketplace.core.counters import count

pytestmark = pytest.mark.usefixtures("db")


def store(settings) -> Redis:
    return Redis.from_url(settings.CACHES["default"]["LOCATION"])


@pytest.mark.proves("INV-A4")
def test_counts_rise_apart_from_each_other_and_end_with_their_window(settings):
    assert [count("a", seconds=60) for _ in range(3)] == [1, 2, 3]
    assert count("b", seconds=60) == 1
    assert 0 < store(settings).ttl("count.a") <= 60
    store(settings).expire("count.a", 5)
    count("a", seconds=60)
    assert store(settings).ttl("count.a") <= 5, "a window is not prolonged by what falls into it"


def test_all_threads_share_one_pool_of_connections(settings):
    from concurrent.futures import ThreadPoolExecutor

    location = settings.CACHES["default"]["LOCATION"]
    with ThreadPoolExecutor(8) as pool:
        clients = set(pool.map(lambda _: id(counters._store(location)), range(8)))
        assert sorted(pool.map(lambda _: count("c", seconds=60), range(40))) == list(range(1, 41))
    assert len(clients) == 1


def test_store_that_is_gone_is_an_error_at_once(settings):
    settings.CACHES = {"default": {"LOCATION": "unix:///nonexistent/valkey.sock"}}
    began = time.monotonic()
    with pytest.raises(RedisError):
        count("a", seconds=60)
    assert time.monotonic() - began < 2 * counters.PATIENCE_SECONDS
