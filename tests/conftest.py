"""Fixtures everybody uses: a real database with real commits, the real channel layer, people."""

from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest
from channels.layers import channel_layers, get_channel_layer
from django.conf import settings
from django.core.cache import cache
from playwright.sync_api import Playwright, sync_playwright

from marketplace.core import env


@pytest.fixture(scope="session")
def owner_connection() -> Iterator[psycopg.Connection]:
    """The owner of the tables (role mig); only it may empty them."""
    with psycopg.connect(env.text("DATABASE_OWNER_URL"), autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def all_tables(owner_connection: psycopg.Connection) -> str:
    rows = owner_connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        " AND tablename NOT IN ('django_migrations', 'django_content_type')"
    ).fetchall()
    return ", ".join(f'"{name}"' for (name,) in rows)


@pytest.fixture
def db(django_db_blocker, owner_connection, all_tables) -> Iterator[None]:
    """Real commits as role `app`; every table is emptied afterwards."""
    with django_db_blocker.unblock():
        yield
    cache.clear()
    owner_connection.execute(f"TRUNCATE {all_tables} CASCADE")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The one Playwright of a run; two in one thread refuse each other."""
    with sync_playwright() as started:
        yield started


@pytest.fixture
async def layer() -> AsyncIterator[object]:
    """The real channel layer, fresh for the test's event loop."""
    channel_layers.backends.clear()
    found = get_channel_layer()
    assert type(found).__name__ == settings.CHANNEL_LAYERS["default"]["BACKEND"].rsplit(".", 1)[1]
    yield found
    await found.flush()
