"""The slow group: `make test-slow`. Says in one sentence what it lacks, and never skips."""

from collections.abc import Iterator

import pytest

from tests.relay.coturn import Coturn, running
from tests.slow import lab


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/tests/slow/" in str(item.path):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def network() -> Iterator[lab.Network]:
    """The namespaces; a test that breaks something finds everything healed before it."""
    sentence = lab.missing()
    if sentence:
        pytest.exit(sentence, returncode=1)
    made = lab.Network()
    made.make()
    yield made
    made.remove()


@pytest.fixture(scope="session")
def relay(network) -> Iterator[Coturn]:
    """The relay on the router."""
    with running(lab.relay_on_router()) as found:
        yield found


@pytest.fixture(scope="session")
def site(relay) -> Iterator[lab.Site]:
    """The product on the router."""
    found = lab.site_of(relay)
    found.start()
    yield found
    found.stop()


@pytest.fixture(scope="session")
def people(playwright, site, tmp_path_factory) -> Iterator[lab.Travellers]:
    """Customer and merchant in their namespaces."""
    found = lab.Travellers(playwright, tmp_path_factory.mktemp("people"), site.url)
    yield found
    found.close()


@pytest.fixture
def whole(network) -> Iterator[lab.Network]:
    """A network in which nothing is broken, before and after."""
    network.heal()
    yield network
    network.heal()
