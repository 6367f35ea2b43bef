"""The desk socket: endpoint, ringing, answering."""

import logging
import time
from typing import Any, ClassVar, Final

from django.db import DatabaseError

from calls.consumers.common import LOOK_EVERY_BEATS, address_of, in_scope
from calls.consumers.ready import ReadyAtDesk
from calls.consumers.ringing import RingingDesk
from calls.consumers.transfer import TransferToDesk
from calls.errors import EndpointOfflineError
from calls.groups import desk_group, member_group
from calls.messages import DESK, AcceptCall, DeclineCall, GoOffline, GoOnline
from calls.models import Endpoint, PublishedAddress
from calls.selectors import desk_calls, mode_in_force, standing_address
from calls.selectors.talk import offers_to
from calls.services.answer_call import accept_call, decline_call
from calls.services.publish_address import publish_address
from calls.services.register_endpoint import leave_desk, register_endpoint
from calls.services.watch_desk import Watched, watch_desk
from marketplace.core.sockets import Rate, Socket
from merchants.boundaries import MemberSocketMixin
from merchants.roles import Permission

log = logging.getLogger(__name__)

HEARD_WITHIN_SECONDS: Final = 12.0
"""A browser that has not answered the last two heartbeats does not keep its endpoint alive."""


class DeskSocket(  # type: ignore[misc]  # "scope"
    RingingDesk, TransferToDesk, ReadyAtDesk, MemberSocketMixin, Socket
):
    """One open desk of one member; online it is an endpoint and rings."""

    messages = DESK
    handlers: ClassVar[dict[str, str]] = {
        "desk.go_online": "go_online",
        "desk.go_offline": "go_offline",
        "call.accept": "accept_call",
        "call.decline": "decline_call",
        "transfer.accept": "accept_transfer",
        "transfer.decline": "decline_transfer",
        "callback.ready": "mark_ready",
    }
    default_rate: ClassVar[Rate] = Rate(per_second=2, burst=20)

    async def authorise(self) -> None:
        """Let in members who may answer calls."""
        handle = self.scope["url_route"]["kwargs"]["handle"]
        await self.find_member(handle, Permission.CALLS_ANSWER)
        self.endpoint: Endpoint | None = None
        self.shown: dict[str, str] = {}
        self.offers: dict[str, str] = {}
        self.beats = 0

    async def joined(self) -> None:
        """Join the merchant's desks and show what is there."""
        await self.join(desk_group(self.member.merchant_id))
        await self.join(member_group(self.member.id))
        await self.show()

    async def left(self) -> None:
        """Stop being an endpoint; if this never runs, the endpoint expires."""
        self.stop_looking()
        if self.endpoint is not None:
            await self.leave()

    async def show(self) -> None:
        """Send the snapshot."""
        snapshot = await self.db(in_scope, self.scope_of_actor, self._snapshot)
        self.shown = {call["code"]: str(call["state"]) for call in snapshot["calls"]}
        self.offers = {offer["call"]: offer["code"] for offer in snapshot["transfers"]}
        await self.send_frame({"type": "desk.snapshot", **snapshot})

    def _snapshot(self) -> dict[str, Any]:
        merchant = self.member.merchant
        return {
            "merchant": {"name": merchant.name, "handle": merchant.handle},
            "member": {"name": self.member.user.name, "role": self.member.role},
            "endpoint": self.endpoint.code if self.endpoint else None,
            **self._address(standing_address(merchant)),
            "calls": desk_calls(self.endpoint),
            "transfers": offers_to(self.member),
        }

    def _address(self, published: PublishedAddress | None) -> dict[str, Any]:
        mode, reason = mode_in_force(self.member.merchant)
        address = published.address if published is not None else None
        return {"address": address, "mode": str(mode), "mode_reason": reason}

    # -- what a member may say -------------------------------------------------------------

    async def go_online(self, message: GoOnline) -> dict[str, Any]:
        """Make this desk an endpoint; a repeat replaces the endpoint it was.

        If calls ring at it already, a snapshot shows them.
        """
        former = self.endpoint
        endpoint, published = await self.db(
            in_scope,
            self.scope_of_actor,
            register_endpoint,
            self.member,
            device=message.device,
            address=address_of(self.scope),
        )
        self.endpoint = endpoint
        if former is not None:
            # only now: in between nobody would be at the desk, and a caller turned away
            await self.db(in_scope, self.scope_of_actor, leave_desk, self.member, former.code)
        await self.look()
        return {"endpoint": endpoint.code, **self._address(published)}

    async def go_offline(self, _message: GoOffline) -> None:
        """Stop being an endpoint."""
        if self.endpoint is not None:
            await self.leave()
            await self.look()

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
        """Pass an announcement on if it concerns this desk, noting what it changes."""
        if self.closing:
            return
        if await self.follow_call(event):
            await super().deliver(event)
        await self.follow_offers(event["frame"])
        if str(self.member.id) in event.get("of_members", ()):  # free now, or no longer
            await self.look()

    def heartbeat_data(self) -> dict[str, Any]:
        """Return which endpoint this is and which calls ring at it."""
        return {
            "endpoint": self.endpoint.code if self.endpoint else None,
            "ringing": sorted(code for code, state in self.shown.items() if state == "ringing"),
        }

    async def beat(self) -> None:
        """Keep the endpoint alive while the browser answers, and look for what was lost."""
        self.beats += 1
        if self.beats % LOOK_EVERY_BEATS:
            return
        heard = time.monotonic() - self.heard_at <= HEARD_WITHIN_SECONDS
        try:
            found: Watched = await self.db(
                watch_desk, self.scope_of_actor, self.member, self.endpoint, heard=heard
            )
            if self.endpoint is not None and heard:
                await self._stay(found)
            await self.follow_rows(found)
        except DatabaseError:
            log.warning("desk heartbeat without the database")

    async def _stay(self, found: Watched) -> None:
        """Go offline with an endpoint that has expired; put a published address right.

        The snapshot makes the browser of an expired endpoint come back.
        """
        if not found.kept:
            self.endpoint = None
            await self.show()
        elif not found.in_step:
            merchant = self.member.merchant
            await self.db(in_scope, self.scope_of_actor, publish_address, merchant)
