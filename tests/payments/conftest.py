"""The real sandbox, one process for all payment tests, empty at the start of each."""

from collections.abc import Iterator

import pytest

from tests.payments.stripe_sandbox import SECRET, StripeSandbox, running_sandbox


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory) -> Iterator[StripeSandbox]:
    with running_sandbox(tmp_path_factory.mktemp("stripe")) as sandbox:
        yield sandbox


@pytest.fixture
def stripe_sandbox(db, sandbox_process, settings) -> Iterator[StripeSandbox]:
    """The sandbox with the product pointed at it; what it was asked must fit the SDK's types."""
    sandbox_process.reset()
    sandbox_process.control("config", capture_delay=0)
    settings.STRIPE_API_BASE = sandbox_process.base
    settings.STRIPE_SECRET_KEY = "sk_test_sandbox"
    settings.STRIPE_WEBHOOK_SECRET = SECRET
    settings.SETTLEMENT_HOLD_SECONDS = 0
    yield sandbox_process
    assert sandbox_process.contract() == []
