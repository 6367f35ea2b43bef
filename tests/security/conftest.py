"""The world of the security tests, and the one crawl that most of them read."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.cache import cache
from django.test import override_settings
from django.urls import reverse

from tests.payments.conftest import sandbox_process, stripe_sandbox  # noqa: F401  # fixtures
from tests.payments.stripe_sandbox import SECRET
from tests.security.crawl import Crawl, crawl
from tests.security.world import World, make_world


@pytest.fixture
def world(db) -> World:
    """Fresh rows for one test."""
    return make_world()


@pytest.fixture(scope="session")
def crawled(django_db_blocker, owner_connection, all_tables, sandbox_process) -> Crawl:  # noqa: F811
    """The whole matrix, asked once; the tests read its notes and need no rows."""
    sandbox_process.reset()
    with django_db_blocker.unblock(), _quick(sandbox_process):
        try:
            found = crawl(make_world(), reverse)
        finally:
            cache.clear()
            owner_connection.execute(f"TRUNCATE {all_tables} CASCADE")
    return found


@contextmanager
def _quick(sandbox) -> Iterator[None]:
    log = logging.getLogger("django.request")
    level = log.level
    log.setLevel(logging.ERROR)  # thousands of refusals are what is wanted here
    try:
        with override_settings(
            STRIPE_API_BASE=sandbox.base,
            STRIPE_SECRET_KEY="sk_test_sandbox",
            STRIPE_WEBHOOK_SECRET=SECRET,
            # Thousands of requests come from one address; the limits have tests of their own.
            CALL_REQUESTS_PER_MINUTE_OF_ADDRESS=10**6,
            HANDOVERS_PER_MINUTE_OF_ADDRESS=10**6,
            CALLBACKS_PER_HOUR_OF_ADDRESS=10**6,
        ):
            yield
    finally:
        log.setLevel(level)
