"""A browser's end of our sockets, through the same origin check and session as in production."""

import asyncio
import itertools
import json
from contextlib import asynccontextmanager

from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from django.conf import settings
from django.test import Client

from calls.routing import websocket_urlpatterns
from marketplace.accounts.guests import COOKIE, cookie_for
from marketplace.origin import ExactOrigin

application = ExactOrigin(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)))
outside = sync_to_async(thread_sensitive=True)
QUIET = {"heartbeat", "address.published", "endpoints.changed"}
opened: list["Peer"] = []


def cookies(*, user=None, customer=None) -> str:
    """The Cookie header of a signed-in person or of a guest."""
    found = []
    if user is not None:
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        found.append(f"{name}={client.cookies[name].value}")
    if customer is not None:
        found.append(f"{COOKIE}={cookie_for(customer)}")
    return "; ".join(found)


class Peer:
    """One socket. `ask` returns the reply, `hear` the next broadcast of a type."""

    def __init__(self, path: str, *, cookie: str = "", address: str = "198.51.100.7", **headers):
        given = {"origin": settings.TRUSTED_ORIGINS[0], "cookie": cookie, **headers}
        raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()]
        # Not channels.testing's communicator: it keeps database connections from going back.
        scope = {
            "type": "websocket",
            "path": path,
            "query_string": b"",
            "headers": raw,
            "client": (address, 50_000),
            "subprotocols": [],
        }
        self.socket = ApplicationCommunicator(application, scope)
        self.frames: list[dict] = []
        opened.append(self)
        self.ids = itertools.count(1)

    async def open(self) -> "Peer":
        assert (await self.handshake())["type"] == "websocket.accept"
        return self

    async def handshake(self) -> dict:
        await self.socket.send_input({"type": "websocket.connect"})
        return await self.socket.receive_output(timeout=5)

    async def refused(self) -> int:
        """Open a socket that must be refused; return the close code."""
        answer = await self.handshake()
        return answer["code"] if answer["type"] == "websocket.close" else await self.closed()

    async def closed(self) -> int:
        while True:
            output = await self.socket.receive_output(timeout=5)
            if output["type"] == "websocket.close":
                return output["code"]

    async def next(self) -> dict:
        output = await self.socket.receive_output(timeout=5)
        assert output["type"] == "websocket.send", output
        return json.loads(output["text"])

    async def say(self, kind: str, **data) -> int:
        number = next(self.ids)
        await self.send(text=json.dumps({"type": kind, "id": number, **data}))
        return number

    async def send(self, **data) -> None:
        """Send one raw frame, `text=` or `bytes=`."""
        await self.socket.send_input({"type": "websocket.receive", **data})

    async def ask(self, kind: str, **data) -> dict:
        number = await self.say(kind, **data)
        while True:
            frame = await self.next()
            if frame.get("id") == number:
                return frame
            self.frames.append(frame)

    async def hear(self, kind: str) -> dict:
        for frame in self.frames:
            if frame["type"] == kind:
                self.frames.remove(frame)
                return frame
        while True:
            frame = await self.next()
            if frame["type"] == kind:
                return frame
            self.frames.append(frame)

    async def silent(self, seconds: float = 0.2) -> bool:
        """Whether nothing but heartbeats comes, and nothing has come unheard."""
        try:
            while True:
                async with asyncio.timeout(seconds):
                    frame = await self.socket.output_queue.get()
                if frame["type"] != "websocket.send":
                    return False
                self.frames.append(json.loads(frame["text"]))
        except TimeoutError:
            return all(frame["type"] in QUIET for frame in self.frames)

    async def close(self) -> None:
        if self in opened:
            opened.remove(self)
            await self.socket.send_input({"type": "websocket.disconnect", "code": 1000})
            await self.socket.wait(timeout=5)


async def close_all() -> None:
    """Close what a test has left open."""
    while opened:
        await opened[-1].close()


async def desk(member, *, online: bool = True, **given) -> Peer:
    """The open desk of a member."""
    cookie = await outside(cookies)(user=member.user)
    peer = await Peer(f"/ws/desk/{member.merchant.handle}/", cookie=cookie, **given).open()
    peer.snapshot = await peer.hear("desk.snapshot")
    if online:
        peer.endpoint = await peer.ask("desk.go_online", device="Laptop")
        assert peer.endpoint["type"] == "ok", peer.endpoint
    return peer


async def customer_side(call, customer=None) -> Peer:
    """The customer's tab of a call."""
    cookie = await outside(cookies)(customer=customer or call.customer)
    return await _side(call, "customer", cookie)


async def merchant_side(call, member=None) -> Peer:
    """The merchant's tab of a call."""
    cookie = await outside(cookies)(user=(member or call.member_hint).user)
    return await _side(call, "merchant", cookie)


async def _side(call, role: str, cookie: str) -> Peer:
    peer = await Peer(f"/ws/calls/{call.code}/{role}/", cookie=cookie).open()
    peer.snapshot = await peer.hear("call.snapshot")
    return peer


@asynccontextmanager
async def both(call):
    """Both sides of a call, each aware of the other."""
    customer = await customer_side(call)
    merchant = await merchant_side(call)
    await customer.hear("peer.joined")
    try:
        yield customer, merchant
    finally:
        await close_all()
