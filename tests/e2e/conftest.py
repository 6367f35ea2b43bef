"""A whole product of its own, started as `make run` starts it, once for all browser tests."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright

from marketplace.launcher.places import ROOT
from marketplace.launcher.product import Product
from tests.e2e.browsers import launch
from tests.engines_plugin import outer_environ

SETTINGS = {"VISAVIS_TEST_HOOKS": "1", "SETTLEMENT_HOLD_SECONDS": "3"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/e2e/" in str(item.path):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """Web, worker, sandbox and engines in a state folder of their own."""
    running = Product(
        ROOT / ".visavis" / "e2e",
        environ=outer_environ(),
        settings=SETTINGS,
        database="visavis_e2e",
    )
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One quiet browser for pages without a call."""
    found = launch(playwright)
    yield found
    found.close()
