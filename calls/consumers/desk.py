"""The desk socket: endpoint, ringing, answering."""

import logging
import time
from typing import Any, ClassVar, Final

from django.db import DatabaseError

from calls.consumers.common import LOOK_EVERY_BEATS, address_of, in_scope
from calls.errors import EndpointOfflineError
from calls.groups import desk_group
from calls.messages import DESK, AcceptCall, DeclineCall, GoOffline, GoOnline
from calls.models import Endpoint, PublishedAddress
from calls.selectors import desk_calls, mode_in_force, standing_address
from calls.services.answer_call import accept_call, decline_call
from calls.services.register_endpoint import leave_desk, refresh_endpoint, register_endpoint
from marketplace.core.sockets import Rate, Socket
from merchants.boundaries import MemberSocketMixin
from merchants.roles import Permission

log = logging.getLogger(__name__)

HEARD_WITHIN_SECONDS: Final = 12.0
"""A browser that has not answered the last two heartbeats does not keep its endpoint alive."""


class DeskSocket(MemberSocketMixin, Socket):  # type: ignore[misc]  # "scope"
    """One open desk of one member; online it is an endpoint and rings."""

    messages = DESK
    handlers: ClassVar[dict[str, str]] = {
        "desk.go_online": "go_online",
        "desk.go_offline": "go_offline",
        "call.accept": "accept_call",
        "call.decline": "decline_call",
    }
    default_rate: ClassVar[Rate] = Rate(per_second=2, burst=20)

    async def authorise(self) -> None:
        """Let in members who may answer calls."""
        handle = self.scope["url_route"]["kwargs"]["handle"]
        await self.find_member(handle, Permission.CALLS_ANSWER)
        self.endpoint: Endpoint | None = None
        self.ringing: set[str] = set()
        self.beats = 0

    async def joined(self) -> None:
        """Join the merchant's desks and show what is there."""
        await self.join(desk_group(self.member.merchant_id))
        await self.show()

    async def left(self) -> None:
        """Stop being an endpoint; if this never runs, the endpoint expires."""
        if self.endpoint is not None:
            await self.leave()

    async def show(self) -> None:
        """Send the snapshot."""
        snapshot = await self.db(in_scope, self.scope_of_actor, self._snapshot)
        self.ringing = {call["code"] for call in snapshot["calls"]}
        await self.send_frame({"type": "desk.snapshot", **snapshot})

    def _snapshot(self) -> dict[str, Any]:
        merchant = self.member.merchant
        return {
            "merchant": {"name": merchant.name, "handle": merchant.handle},
            "member": {"name": self.member.user.name, "role": self.member.role},
            "endpoint": self.endpoint.code if self.endpoint else None,
            **self._address(standing_address(merchant)),
            "calls": desk_calls(),
        }

    def _address(self, published: PublishedAddress | None) -> dict[str, Any]:
        mode, reason = mode_in_force(self.member.merchant)
        address = published.address if published is not None else None
        return {"address": address, "mode": str(mode), "mode_reason": reason}

    # -- what a member may say -------------------------------------------------------------

    async def go_online(self, message: GoOnline) -> dict[str, Any]:
        """Make this desk an endpoint; a repeat replaces the endpoint it was."""
        if self.endpoint is not None:
            await self.leave()
        endpoint, published = await self.db(
            in_scope,
            self.scope_of_actor,
            register_endpoint,
            self.member,
            device=message.device,
            address=address_of(self.scope),
        )
        self.endpoint = endpoint
        return {"endpoint": endpoint.code, **self._address(published)}

    async def go_offline(self, _message: GoOffline) -> None:
        """Stop being an endpoint."""
        if self.endpoint is not None:
            await self.leave()

    async def leave(self) -> None:
        """Take this desk's endpoint away."""
        endpoint, self.endpoint = self.endpoint, None
        if endpoint is not None:
            await self.db(in_scope, self.scope_of_actor, leave_desk, self.member, endpoint.code)

    async def accept_call(self, message: AcceptCall) -> dict[str, Any]:
        """Answer at this desk; the page to go to is the answer."""
        if self.endpoint is None:
            raise EndpointOfflineError
        call = await self.db(
            in_scope,
            self.scope_of_actor,
            accept_call,
            message.call,
            member=self.member,
            endpoint=self.endpoint.code,
        )
        return {"url": f"/desk/{self.member.merchant.handle}/c/{call.code}/", "call": call.code}

    async def decline_call(self, message: DeclineCall) -> None:
        """Refuse for the whole merchant."""
        await self.db(
            in_scope, self.scope_of_actor, decline_call, message.call, reason=message.reason
        )

    # -- announcements and heartbeat --------------------------------------------------------

    async def deliver(self, event: dict[str, Any]) -> None:
        """Pass an announcement on, noting which calls ring."""
        frame = event["frame"]
        kind, call = frame["type"], frame.get("call")
        if kind == "call.rang":
            self.ringing.add(call["code"])
        elif kind.startswith("call."):
            self.ringing.discard(call)
        await super().deliver(event)

    def heartbeat_data(self) -> dict[str, Any]:
        """Return which endpoint this is and how many calls ring."""
        return {
            "endpoint": self.endpoint.code if self.endpoint else None,
            "ringing": sorted(self.ringing),
        }

    async def beat(self) -> None:
        """Keep the endpoint alive while the browser answers, and look for what was lost."""
        self.beats += 1
        if self.beats % LOOK_EVERY_BEATS:
            return
        try:
            kept = await self._keep_endpoint()
            calls = await self.db(in_scope, self.scope_of_actor, desk_calls)
            if not kept or {call["code"] for call in calls} != self.ringing:
                await self.show()
        except DatabaseError:
            log.warning("desk heartbeat without the database")

    async def _keep_endpoint(self) -> bool:
        """Return False when the endpoint has expired: the snapshot makes the browser come back."""
        if self.endpoint is None or time.monotonic() - self.heard_at > HEARD_WITHIN_SECONDS:
            return True
        try:
            await self.db(
                in_scope, self.scope_of_actor, refresh_endpoint, self.member, self.endpoint.code
            )
        except EndpointOfflineError:
            self.endpoint = None
            return False
        return True
