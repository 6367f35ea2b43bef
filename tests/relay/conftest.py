"""One real relay for all tests that do not take it away."""

from collections.abc import Iterator

import pytest

from tests.relay.coturn import Coturn, running
from tests.relay.turn_client import TurnClient


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/tests/relay/" in str(item.path):
            item.add_marker(pytest.mark.integration)


@pytest.fixture(scope="session")
def coturn() -> Iterator[Coturn]:
    """The relay as it is deployed, on a port of its own."""
    with running(Coturn()) as found:
        yield found


@pytest.fixture
def user(coturn) -> Iterator[TurnClient]:
    """A participant of a call with an allocation."""
    login = coturn.login("c4ll-customer")
    with TurnClient(coturn.server, login.username, login.credential) as client:
        client.allocate()
        yield client
