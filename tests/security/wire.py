"""All eleven sockets, through origin check, cookies and session as in production."""

import itertools
from dataclasses import dataclass

from asgiref.testing import ApplicationCommunicator
from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from django.conf import settings

from marketplace.origin import ExactOrigin
from marketplace.routing import websocket_urlpatterns
from tests.calls import peers
from tests.security.people import Person
from tests.security.policy import ANSWERED_BY, MERCHANT_OF
from tests.security.world import World

application = ExactOrigin(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)))
SIGN_IN, FORBIDDEN, NOT_FOUND, OPEN = 4401, 4403, 4404, 0


class Wire(peers.Peer):
    """A browser's end of any socket of ours."""

    def __init__(self, path: str, cookie: str = "", headers: list | None = None) -> None:
        origin = [(b"origin", settings.TRUSTED_ORIGINS[0].encode())]
        scope = {
            "type": "websocket",
            "path": path,
            "query_string": b"",
            "headers": [*(origin if headers is None else headers), (b"cookie", cookie.encode())],
            "client": ("198.51.100.7", 50_000),
            "subprotocols": [],
        }
        self.socket = ApplicationCommunicator(application, scope)
        self.frames: list[dict] = []
        self.ids = itertools.count(1)
        peers.opened.append(self)

    async def verdict(self) -> tuple[int, str]:
        """The close code, or OPEN and the first frame's text."""
        answer = await self.handshake()
        if answer["type"] == "websocket.accept":
            answer = await self.socket.receive_output(timeout=5)
        if answer["type"] == "websocket.close":
            return answer["code"], ""
        return OPEN, answer["text"]

    async def mute(self) -> bool:
        """Whether nothing more came."""
        return await self.socket.receive_nothing(timeout=0.004, interval=0.002)


@dataclass(frozen=True)
class Kind:
    """One socket: its path, which objects it names, and who may open it."""

    name: str
    path: str
    objects: str
    side: str

    def url(self, world: World, which: str) -> str:
        return self.path.format(getattr(world, self.objects)[which])

    def verdict(self, person: Person, which: str) -> int:
        """The close code for this person; OPEN for the right one."""
        if self.side == "customer":
            return OPEN if person.customer and person.customer == which else NOT_FOUND
        if not person.signed_in:
            return SIGN_IN
        if not person.works_at or MERCHANT_OF.get(which) != person.works_at:
            return NOT_FOUND
        answered = person.role == ANSWERED_BY[which]
        return OPEN if self.name != "call_merchant" or answered else FORBIDDEN


KINDS = (
    Kind("desk", "/ws/desk/{}/", "merchants", "merchant"),
    Kind("call_customer", "/ws/calls/{}/customer/", "calls", "customer"),
    Kind("call_merchant", "/ws/calls/{}/merchant/", "calls", "merchant"),
    Kind("form_customer", "/ws/calls/{}/form/customer/", "calls", "customer"),
    Kind("form_merchant", "/ws/calls/{}/form/merchant/", "calls", "merchant"),
    Kind("form_alone_customer", "/ws/forms/{}/customer/", "forms", "customer"),
    Kind("form_alone_merchant", "/ws/forms/{}/merchant/", "forms", "merchant"),
    Kind("request_customer", "/ws/requests/{}/customer/", "callbacks", "customer"),
    Kind("request_merchant", "/ws/requests/{}/merchant/", "callbacks", "merchant"),
    Kind("order_customer", "/ws/orders/{}/customer/", "orders", "customer"),
    Kind("order_merchant", "/ws/orders/{}/merchant/", "orders", "merchant"),
)
BY_NAME = {kind.name: kind for kind in KINDS}
CUSTOMERS = {"own": "customer_own", "other": "customer_other", "foreign": "customer_foreign"}


def rightful(kind: Kind, which: str) -> str:
    """The role that may open this socket."""
    return CUSTOMERS[which] if kind.side == "customer" else ANSWERED_BY[which]


async def rightly_opened(world: World, kind: Kind, which: str = "own") -> Wire:
    """The socket, opened by whom it belongs to, its snapshot heard."""
    person = world.people[rightful(kind, which)]
    wire = await Wire(kind.url(world, which), person.header).open()
    wire.snapshot = await wire.next()
    assert wire.snapshot["type"].endswith(".snapshot")
    return wire
