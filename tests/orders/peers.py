"""One side of a socket, driven over the real application, session, cookie and channel layer."""

import asyncio
from itertools import count
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.auth import AuthMiddlewareStack
from channels.db import database_sync_to_async
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client

from marketplace.accounts.guests import COOKIE, cookie_for
from marketplace.accounts.models import Customer, User
from marketplace.origin import ExactOrigin
from marketplace.routing import websocket_urlpatterns
from orders.digest import form_digest
from tests.factories.orders import Table

PATIENCE = 5.0
# As in marketplace.asgi, which checks the login when it is imported and so not inside a loop.
application = ExactOrigin(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)))


class Communicator(WebsocketCommunicator):
    """Channels' own keeps every database connection open while it waits; in a pool they run out."""

    async def send_input(self, message):
        return await ApplicationCommunicator.send_input(self, message)

    async def receive_output(self, timeout=1):  # noqa: ASYNC109  # as the base has it
        return await ApplicationCommunicator.receive_output(self, timeout)


async def work(function, *args, **kwargs):
    """Run synchronous work (factories, services) in a thread."""
    return await database_sync_to_async(function, thread_sensitive=False)(*args, **kwargs)


def _session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def _guest(customer: Customer) -> str:
    return f"{COOKIE}={cookie_for(customer)}"


class RefusedError(Exception):
    """An error frame answered; `code` and `data` are its own."""

    def __init__(self, frame: dict[str, Any]) -> None:
        self.code, self.data, self.frame = frame["code"], frame["data"], frame
        super().__init__(f"{self.code} {self.data}")


class Peer:
    """A browser's socket: sends frames, waits for their replies, keeps what else it hears."""

    def __init__(self, path: str, cookie: str = "") -> None:
        headers = [(b"origin", settings.ORIGIN.encode()), (b"cookie", cookie.encode())]
        self.socket = Communicator(application, path, headers=headers)
        self.ids = count(1)
        self.heard: list[dict[str, Any]] = []
        self.snapshot: dict[str, Any] = {}

    async def open(self) -> "Peer":
        """Connect and take the snapshot."""
        connected, _ = await self.socket.connect(timeout=PATIENCE)
        assert connected
        self.snapshot = await self.hear(self.snapshot_type)
        return self

    snapshot_type = "form.snapshot"

    async def refusal(self) -> int:
        """Connect and return the code the socket is closed with."""
        connected, code = await self.socket.connect(timeout=PATIENCE)
        if not connected:
            return code
        output = await self.socket.receive_output(timeout=PATIENCE)
        assert output["type"] == "websocket.close", output
        return output["code"]

    async def say(self, kind: str, **data: Any) -> dict[str, Any]:
        """Send a frame and return the answer to it; raises RefusedError."""
        number = next(self.ids)
        await self.socket.send_json_to({"type": kind, "id": number, **data})
        while True:
            frame = await self.socket.receive_json_from(timeout=PATIENCE)
            if frame.get("id") != number:
                self.heard.append(frame)
                continue
            if frame["type"] == "error":
                raise RefusedError(frame)
            return frame

    async def hear(self, kind: str) -> dict[str, Any]:
        """Return the next broadcast of a kind, heard already or to come."""
        while True:
            for frame in self.heard:
                if frame["type"] == kind:
                    self.heard.remove(frame)
                    return frame
            self.heard.append(await self.socket.receive_json_from(timeout=PATIENCE))

    async def quiet(self, seconds: float = 0.25) -> list[dict[str, Any]]:
        """Return everything heard, after waiting a moment for more; heartbeats left out."""
        while not await self.socket.receive_nothing(timeout=seconds):
            self.heard.append(await self.socket.receive_json_from(timeout=PATIENCE))
        return [frame for frame in self.heard if frame["type"] != "heartbeat"]

    async def edit(
        self, field: str, value: str, *, base: int = 10**6, op: str = ""
    ) -> dict[str, Any]:
        """Set a field."""
        return await self.say(
            "form.edit",
            op=op or f"op-{id(self)}-{next(self.ids)}",
            field=field,
            value=value,
            base=base,
        )

    async def shown(self) -> dict[str, Any]:
        """Return revision and digest of the form as it is now, as a screen computes them."""
        snapshot = await self.say("form.sync", epoch="1", revision=0)
        values = {key: cell["value"] for key, cell in snapshot["fields"].items() if cell["value"]}
        digest = form_digest(
            code=snapshot["form"],
            revision=snapshot["revision"],
            currency=snapshot["currency"],
            values=values,
        )
        return {"revision": snapshot["revision"], "digest": digest}

    async def close(self) -> None:
        """Go away."""
        await self.socket.disconnect()


class OrderPeer(Peer):
    """The order page's socket."""

    snapshot_type = "order.snapshot"


async def customer_at(table: Table, kind: type[Peer] = Peer, path: str = "") -> Peer:
    path = path or f"/ws/calls/{table.call.code}/form/customer/"
    return kind(path, await work(_guest, table.customer))


async def member_at(table: Table, kind: type[Peer] = Peer, path: str = "", user=None) -> Peer:
    path = path or f"/ws/calls/{table.call.code}/form/merchant/"
    return kind(path, await work(_session_of, user or table.member.user))


async def both_at(table: Table) -> tuple[Peer, Peer]:
    """Customer and member, joined."""
    customer, member = await asyncio.gather(customer_at(table), member_at(table))
    return await customer.open(), await member.open()


async def refused(awaitable) -> RefusedError:
    """Await an answer that must be an error, and return it."""
    with pytest.raises(RefusedError) as caught:
        await awaitable
    return caught.value
