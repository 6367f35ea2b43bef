"""The call socket, one per side: state, seat, and signals to the other side only."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from django.db import DatabaseError

from calls.consumers.common import LOOK_EVERY_BEATS, in_scope
from calls.consumers.signals import SignalRelay
from calls.errors import SeatTakenError
from calls.groups import call_group
from calls.messages import CALL, CancelCall, Connected, HangUp, RefreshIce, Restart
from calls.models import Call
from calls.selectors import (
    PRESENT_WITHIN,
    call_for_customer,
    call_for_member,
    ice_for,
    merchant_of_call,
)
from calls.services.connect_call import mark_connected, restart_media
from calls.services.end_call import cancel_call, hang_up
from calls.services.take_seat import keep_seat, leave_seat, take_seat
from calls.states import OPEN, CallState, Side
from marketplace.core.errors import ForbiddenError, SignInRequiredError
from marketplace.core.sockets import TAKEN_OVER, Rate, Socket
from merchants.boundaries import CustomerSocketMixin, MemberSocketMixin
from merchants.roles import Permission

log = logging.getLogger(__name__)

_STATE_FRAMES = {
    "call.accepted": CallState.ACCEPTED,
    "call.live": CallState.LIVE,
}


class CallSocket(SignalRelay, CustomerSocketMixin, MemberSocketMixin, Socket):  # type: ignore[misc]  # "scope"
    """One tab of one side of one call."""

    messages = CALL
    handlers: ClassVar[dict[str, str]] = {
        "signal.describe": "describe",
        "signal.trickle": "trickle",
        "signal.restart": "restart",
        "call.cancel": "cancel",
        "call.hang_up": "hang_up",
        "call.connected": "connected",
        "media.change": "change_media",
        "ice.refresh": "refresh_ice",
    }
    # A description in JSON: 32 KiB, its line ends doubled by escaping, and the frame around it.
    max_bytes = 40 * 1024
    default_rate: ClassVar[Rate] = Rate(per_second=2, burst=20)
    rates: ClassVar[dict[str, Rate]] = {
        "signal.trickle": Rate(per_second=20, burst=128),
        "signal.describe": Rate(per_second=4, burst=24),
    }

    # -- who this is -----------------------------------------------------------------------

    async def authorise(self) -> None:
        """Let in the call's customer, or the one member who answered it."""
        kwargs = self.scope["url_route"]["kwargs"]
        self.code, self.side = kwargs["code"], Side(kwargs["role"])
        if self.side is Side.CUSTOMER:
            await self.find_customer()
            call = await self.db(in_scope, self.scope_of_actor, call_for_customer, self.code)
        else:
            if not self.scope["user"].is_authenticated:
                raise SignInRequiredError
            merchant_id = await self.db(merchant_of_call, self.code)
            await self.find_member_of(merchant_id, Permission.CALLS_ANSWER)
            call = await self.db(in_scope, self.scope_of_actor, call_for_member, self.code)
            if call.member_id != self.member.id:
                raise ForbiddenError
        self.merchant = call.merchant
        self.call_id, self.relay_only = call.id, call.relay_only
        self.beats = 0

    async def joined(self) -> None:
        """Take the side's seat from an older tab and show the call as it is."""
        await self.join(call_group(self.call_id))
        call = await self.db(in_scope, self.scope_of_actor, take_seat, self.code, self.side)
        self.seat: int = getattr(call, f"{self.side}_seat")
        self.adopt(call)
        await self.show(call)

    async def left(self) -> None:
        """Give the seat up; if this never runs, the seat is seen to be empty after a while."""
        await self.db(
            in_scope, self.scope_of_actor, leave_seat, self.code, side=self.side, seat=self.seat
        )

    def adopt(self, call: Call) -> None:
        """Take over what the row says."""
        self.state = CallState(call.state)
        self.start_generation(call.generation)
        self.peer_seat: int = getattr(call, f"{self.side.other}_seat")
        self.peer_present = call.present(self.side.other, within=PRESENT_WITHIN)

    async def show(self, call: Call) -> None:
        """Send the snapshot."""
        snapshot = {
            "type": "call.snapshot",
            "call": call.code,
            "state": call.state,
            "role": str(self.side),
            "merchant": {"name": self.merchant.name, "handle": self.merchant.handle},
            "customer_name": call.caller,
            "member_name": call.member_name,
            "page": call.page,
            "mode": call.mode,
            "peer_present": self.peer_present,
            "generation": call.generation,
            "ring_until": call.ring_until.isoformat(),
            "answered_at": _iso(call.answered_at),
            "ended_at": _iso(call.ended_at),
            "end_reason": call.end_reason,
            "ended_by": call.ended_by,
            "ice": ice_for(call, self.side),
        }
        await self.send_frame(snapshot)

    # -- what either side may say ----------------------------------------------------------

    async def cancel(self, _message: CancelCall) -> dict[str, Any]:
        """Stop ringing; the caller's right only."""
        if self.side is not Side.CUSTOMER:
            raise ForbiddenError
        return await self._do(cancel_call, seat=self.seat)

    async def hang_up(self, _message: HangUp) -> dict[str, Any]:
        """End the call."""
        return await self._do(hang_up, side=self.side, seat=self.seat)

    async def connected(self, _message: Connected) -> dict[str, Any]:
        """Note that media flow."""
        return await self._do(mark_connected, side=self.side, seat=self.seat)

    async def restart(self, message: Restart) -> dict[str, Any]:
        """Rebuild the media under a new generation."""
        done = await self._do(
            restart_media, side=self.side, seat=self.seat, generation=message.generation
        )
        return {**done, "generation": self.generation}

    async def refresh_ice(self, _message: RefreshIce) -> dict[str, Any]:
        """Give fresh relay credentials, as long as the call is open."""
        call = await self.db(in_scope, self.scope_of_actor, call_for_customer, self.code)
        return ice_for(call, self.side)

    async def _do(self, service: Callable[..., Call], **arguments: Any) -> dict[str, Any]:
        work = partial(service, self.code, **arguments)
        call = await self.db(in_scope, self.scope_of_actor, work)
        self.state = CallState(call.state)
        if call.generation > self.generation:
            self.start_generation(call.generation)
        return {"state": call.state}

    # -- announcements and heartbeat --------------------------------------------------------

    async def deliver(self, event: dict[str, Any]) -> None:
        """Follow what was announced, then pass on what concerns the browser."""
        frame = event["frame"]
        kind = frame["type"]
        if kind in {"peer.joined", "peer.left"}:
            await self._seat_changed(frame)
            return
        if kind == "signal.restarted" and frame["generation"] > self.generation:
            self.start_generation(frame["generation"])
        elif kind in _STATE_FRAMES:
            self.state = _STATE_FRAMES[kind]
        elif kind.startswith("call.") and "state" in frame:
            self.state = CallState(frame["state"])
        await super().deliver(event)

    async def _seat_changed(self, frame: dict[str, Any]) -> None:
        joined, seat = frame["type"] == "peer.joined", frame["seat"]
        if frame["side"] == self.side:
            if joined and seat > self.seat:
                await self.close(code=TAKEN_OVER)
            return
        if seat < self.peer_seat:
            return
        self.peer_seat, self.peer_present = seat, joined
        await self.send_frame({"type": frame["type"], "role": frame["side"]})

    def heartbeat_data(self) -> dict[str, Any]:
        """Return what a client needs to notice that it has missed something."""
        return {
            "state": str(self.state),
            "generation": self.generation,
            "peer_present": self.peer_present,
        }

    async def beat(self) -> None:
        """Keep the seat, and look for what was lost."""
        self.beats += 1
        if self.beats % LOOK_EVERY_BEATS or self.state not in OPEN:
            return
        try:
            call = await self.db(
                in_scope, self.scope_of_actor, keep_seat, self.code, side=self.side, seat=self.seat
            )
        except SeatTakenError:
            await self.close(code=TAKEN_OVER)
            return
        except DatabaseError:
            log.warning("call heartbeat without the database")
            return
        before = (self.state, self.generation, self.peer_present)
        self.adopt(call)
        if before != (self.state, self.generation, self.peer_present):
            await self.show(call)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
