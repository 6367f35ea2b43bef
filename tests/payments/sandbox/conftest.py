"""One sandbox process for all tests, emptied before each."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import stripe

from tests.payments.sandbox.running import Receiver, RunningSandbox


@pytest.fixture(scope="package")
def receiver_server() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture(scope="package")
def shared_process(
    tmp_path_factory: pytest.TempPathFactory, receiver_server: Receiver
) -> Iterator[RunningSandbox]:
    running = RunningSandbox(tmp_path_factory.mktemp("sandbox") / "db.sqlite3", receiver_server.url)
    running.start()
    yield running
    assert running.stop() == 0


@pytest.fixture
def sandbox(shared_process: RunningSandbox, receiver_server: Receiver) -> RunningSandbox:
    """An empty sandbox that fills charges and retries webhooks quickly."""
    shared_process.control("reset")
    shared_process.control("config", capture_delay=0.3, retry_delays=[0.2, 0.4])
    time.sleep(0.05)  # a webhook of the test before may be on its way
    receiver_server.clear()
    return shared_process


@pytest.fixture
def receiver(sandbox: RunningSandbox, receiver_server: Receiver) -> Receiver:
    return receiver_server


@pytest.fixture
def client(sandbox: RunningSandbox) -> stripe.StripeClient:
    return sandbox.client()


@pytest.fixture
def own_receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def own_sandbox(tmp_path, own_receiver: Receiver) -> Iterator[RunningSandbox]:
    """A process of the test's own, to be stopped, killed and started."""
    running = RunningSandbox(tmp_path / "own.sqlite3", own_receiver.url)
    running.start()
    yield running
    if running.process.poll() is None:
        running.stop()
