"""Fixtures of the order tests."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection


@pytest.fixture
def at_once() -> Callable[..., list[Any]]:
    """Run functions at the same moment, each in a thread with a connection of its own.

    Returns what each returned or raised, in order.
    """

    def run(*functions: Callable[[], Any]) -> list[Any]:
        barrier = Barrier(len(functions))

        def one(function: Callable[[], Any]) -> Any:
            try:
                barrier.wait(10)
                return function()
            except Exception as error:  # noqa: BLE001  # handed to the test
                return error
            finally:
                connection.close()

        with ThreadPoolExecutor(len(functions)) as pool:
            return list(pool.map(one, functions))

    return run
