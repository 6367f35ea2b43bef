"""The running sandbox: its database, its address, its worker, shared by all requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from payments.sandbox.contract import API_VERSION
from payments.sandbox.rows import deliveries, idempotency, objects
from payments.sandbox.rows.store import Store, clear
from payments.sandbox.world import Cause, World

DEFAULT_ENDPOINT = "we_sandboxDefault"


@dataclass(frozen=True)
class Arguments:
    """How the sandbox was started. `allow_origins` may frame the embedded page."""

    database: Path
    host: str = "127.0.0.1"
    port: int = 0
    webhook_url: str | None = None
    webhook_secret: str | None = None
    allow_origins: tuple[str, ...] = ()


@dataclass
class Sandbox:
    """`on_commit` is called after each transaction that may have left work for the worker."""

    store: Store
    arguments: Arguments
    base_url: str
    on_commit: Callable[[], None] = field(default=lambda: None)

    @contextmanager
    def world(self, cause: Cause | None = None) -> Iterator[World]:
        """One transaction; wakes the worker when it is committed."""
        with self.store.transaction() as db:
            yield World(db, self.base_url, cause)
        self.on_commit()

    def prepare(self) -> None:
        """After a start: takes up what a stop or a crash interrupted, and sets the endpoint from
        the command line.
        """
        with self.world() as world:
            deliveries.resume(world.db)
            idempotency.release_interrupted(world.db)
            self._set_endpoint(world)

    def reset(self) -> None:
        """Forgets everything but the endpoint from the command line."""
        with self.world() as world:
            clear(world.db)
            self._set_endpoint(world)

    def _set_endpoint(self, world: World) -> None:
        url, secret = self.arguments.webhook_url, self.arguments.webhook_secret
        endpoint = objects.find(world.db, DEFAULT_ENDPOINT)
        if endpoint is None and url:
            endpoint = world.new(
                "webhook_endpoint",
                "we",
                id=DEFAULT_ENDPOINT,
                url=url,
                enabled_events=["*"],
                status="enabled",
                api_version=API_VERSION,
                description="From the command line",
                private={"connect": False},
            )
        if endpoint is None:
            return
        endpoint.body.update(
            status="enabled" if url else "disabled", url=url or endpoint.body["url"]
        )
        endpoint.private["secret"] = secret
        world.save(endpoint)
