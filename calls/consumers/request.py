"""The socket of a request to be called back: how it stands, for the pages of both sides."""

import logging
from typing import Any, ClassVar

from django.db import DatabaseError

from calls.callbacks import callback_by_code, stand_of
from calls.consumers.common import LOOK_EVERY_BEATS, in_scope
from calls.groups import callback_group
from calls.messages import REQUEST, SyncRequest
from calls.models import Callback
from marketplace.core.sockets import Rate, Socket
from merchants.access import member_where
from merchants.boundaries import CustomerSocketMixin, MemberSocketMixin
from merchants.roles import Permission
from merchants.scope import Scope

log = logging.getLogger(__name__)


class RequestSocket(Socket):
    """One page that shows a request."""

    messages = REQUEST
    handlers: ClassVar[dict[str, str]] = {"callback.sync": "sync"}
    default_rate: ClassVar[Rate] = Rate(per_second=2, burst=10)

    callback: Callback
    scope_of_actor: Scope

    async def joined(self) -> None:
        """Join the request's group, then show it."""
        self.beats = 0
        await self.join(callback_group(self.callback.id))
        await self.show(await self.look())

    async def look(self) -> dict[str, Any]:
        """Read how the request stands."""
        return await self.db(in_scope, self.scope_of_actor, self._stand)

    def _stand(self) -> dict[str, Any]:
        return stand_of(callback_by_code(self.callback.code))

    async def show(self, stand: dict[str, Any]) -> None:
        """Send how the request stands."""
        self.shown = stand
        await self.send_frame({"type": "callback.snapshot", "callback": stand})

    async def sync(self, _message: SyncRequest) -> dict[str, Any]:
        """Answer with how the request stands."""
        self.shown = await self.look()
        return {"callback": self.shown}

    async def deliver(self, event: dict[str, Any]) -> None:
        """Pass an announcement on, noting what is shown."""
        self.shown = event["frame"]["callback"]
        await super().deliver(event)

    def heartbeat_data(self) -> dict[str, Any]:
        """Return the state as last read."""
        return {"state": self.shown["state"]}

    async def beat(self) -> None:
        """Look for what was lost: an announcement, or a promise that ran out."""
        self.beats += 1
        if self.beats % LOOK_EVERY_BEATS:
            return
        try:
            stand = await self.look()
        except DatabaseError:
            log.warning("request heartbeat without the database")
            return
        if stand != self.shown:
            await self.show(stand)


class CustomerRequestSocket(CustomerSocketMixin, RequestSocket):  # type: ignore[misc]  # "scope"
    """The customer's page of their request."""

    async def authorise(self) -> None:
        """Let in the customer of the request."""
        await self.find_customer()
        code = self.scope["url_route"]["kwargs"]["code"]
        self.callback = await self.db(in_scope, self.scope_of_actor, callback_by_code, code)


class MemberRequestSocket(MemberSocketMixin, RequestSocket):  # type: ignore[misc]  # "scope"
    """A member's page of a request."""

    async def authorise(self) -> None:
        """Let in members of the request's merchant who may answer calls."""
        code = self.scope["url_route"]["kwargs"]["code"]
        self.member, self.scope_of_actor, self.callback = await self.db(
            member_where,
            self.scope["user"],
            Permission.CALLS_ANSWER,
            lambda: callback_by_code(code),
        )
