"""Sockets a test leaves open are closed before its channel layer goes."""

from collections.abc import AsyncIterator

import pytest

from tests.calls.peers import close_all


@pytest.fixture
async def tidy_sockets(db, layer) -> AsyncIterator[None]:
    """Real database, real layer, and no socket left behind."""
    yield
    await close_all()
