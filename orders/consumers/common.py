"""What form and order socket share."""

import logging
from collections.abc import Callable
from typing import Any, ClassVar, ParamSpec, TypeVar

from django.db import DatabaseError

from marketplace.core.errors import DomainError
from marketplace.core.sockets import FORBIDDEN, Socket
from merchants.scope import Scope, entered
from orders.states import Role

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")


def in_scope(scope: Scope, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a service or selector inside `scope`."""
    with entered(scope):
        return function(*args, **kwargs)


class OrdersSocket(Socket):
    """A socket with a version, so that a lost announcement heals at the next heartbeat."""

    role: ClassVar[Role]

    async def version(self) -> dict[str, Any]:
        """Read where the object stands, for the heartbeat; raises DomainError when it is lost."""
        raise NotImplementedError

    async def show(self) -> None:
        """Send a whole snapshot."""
        raise NotImplementedError

    def missed(self, version: dict[str, Any]) -> bool:
        """Say whether an announcement was lost that the client cannot notice by itself."""
        raise NotImplementedError

    async def authorise(self) -> None:
        """Start without a version; the two sides add who they are."""
        self.beat_data: dict[str, Any] = {}

    async def beat(self) -> None:
        """Read the version again; the layer is a hint, the row is the truth."""
        try:
            self.beat_data = await self.version()
        except DomainError:
            await self.close(code=FORBIDDEN)
            return
        except DatabaseError:
            log.warning("heartbeat without the database")
            return
        if self.missed(self.beat_data):
            await self.show()

    def heartbeat_data(self) -> dict[str, Any]:
        """Return the version as last read."""
        return {key: value for key, value in self.beat_data.items() if key != "notices"}

    def own_url(self, code: str) -> str:
        """Return this side's page of an order."""
        return f"/o/{code}/"

    async def deliver(self, event: dict[str, Any]) -> None:
        """Pass an announcement on, with the order's page of this side."""
        order = event["frame"].get("order")
        if isinstance(order, dict):
            order["url"] = self.own_url(order["code"])
        await super().deliver(event)
