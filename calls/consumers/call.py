"""The call socket, one per side: state, seat, and signals to the other side only."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar

from django.db import DatabaseError
from django.utils import timezone

from calls.consumers.common import LOOK_EVERY_BEATS, in_scope
from calls.consumers.signals import SignalRelay
from calls.consumers.snapshot import snapshot_of
from calls.consumers.text import TextTalk
from calls.consumers.transfer import TransferFromCall
from calls.consumers.waiting import PlaceInLine
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
from calls.selectors.talk import last_number
from calls.services.connect_call import mark_connected, restart_media
from calls.services.door import require_seat
from calls.services.end_call import cancel_call, hang_up
from calls.services.take_seat import keep_seat, leave_seat, take_seat
from calls.states import OPEN, CallState, Side
from marketplace.core.errors import ForbiddenError, SignInRequiredError
from marketplace.core.sockets import TAKEN_OVER, Rate, Socket
from merchants.boundaries import CustomerSocketMixin, MemberSocketMixin
from merchants.roles import Permission

log = logging.getLogger(__name__)

_STATE_FRAMES = {
    "call.queued": CallState.QUEUED,
    "call.rang": CallState.RINGING,
    "call.accepted": CallState.ACCEPTED,
    "call.live": CallState.LIVE,
}


class CallSocket(  # type: ignore[misc]  # "scope"
    SignalRelay,
    TextTalk,
    TransferFromCall,
    PlaceInLine,
    CustomerSocketMixin,
    MemberSocketMixin,
    Socket,
):
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
        "text.type": "type_text",
        "text.say": "say_text",
        "text.sync": "sync_text",
        "colleagues.list": "list_colleagues",
        "transfer.offer": "offer_transfer",
        "transfer.withdraw": "withdraw_transfer",
    }
    # A description in JSON: 32 KiB, its line ends doubled by escaping, and the frame around it.
    max_bytes = 40 * 1024
    default_rate: ClassVar[Rate] = Rate(per_second=2, burst=20)
    rates: ClassVar[dict[str, Rate]] = {
        "signal.trickle": Rate(per_second=20, burst=128),
        "signal.describe": Rate(per_second=4, burst=24),
        "text.type": Rate(per_second=8, burst=24),
        "text.say": Rate(per_second=4, burst=30),
    }
    hints: ClassVar[frozenset[str]] = frozenset({"text.type"})

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
        self.speaker = self.member if self.side is Side.MERCHANT else None
        self.beats = self.seat = self.lines = 0

    async def joined(self) -> None:
        """Take the side's seat from an older tab and show the call as it is."""
        await self.join(call_group(self.call_id))
        sit = partial(take_seat, self.code, self.side, member=self.speaker)
        try:
            call = await self.db(in_scope, self.scope_of_actor, sit)
        except SeatTakenError:  # it was handed to a colleague this very moment
            await self.close(code=TAKEN_OVER)
            return
        self.seat = getattr(call, f"{self.side}_seat")
        self.adopt(call)
        await self.show(call)

    async def left(self) -> None:
        """Give the seat up; if this never runs, the seat is seen to be empty after a while."""
        leave = partial(leave_seat, side=self.side, seat=self.seat, heard_at=self.last_heard)
        await self.db(in_scope, self.scope_of_actor, leave, self.code)

    @property
    def last_heard(self) -> datetime:
        """When this browser last said anything; a dead path looks open for a while."""
        return timezone.now() - timedelta(seconds=time.monotonic() - self.heard_at)

    def adopt(self, call: Call) -> None:
        """Take over what the row says."""
        self.state = CallState(call.state)
        self.start_generation(call.generation)
        self.peer_seat: int = getattr(call, f"{self.side.other}_seat")
        self.peer_present = call.present(self.side.other, within=PRESENT_WITHIN)

    async def show(self, call: Call) -> None:
        """Send the snapshot."""
        call.merchant = self.merchant
        snapshot = await self.db(
            in_scope, self.scope_of_actor, snapshot_of, call, self.side, self.speaker
        )
        self.lines = max([self.lines, *(text["number"] for text in snapshot["texts"])])
        await self.send_frame({**snapshot, "queue": await self.read_place(call)})

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
        require_seat(call, self.side, self.seat)
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
        if kind == "call.transferred":
            await self.change_hands(frame)
            return
        if kind == "text.said":
            self.lines = max(self.lines, frame["number"])
        elif kind == "signal.restarted" and frame["generation"] > self.generation:
            self.start_generation(frame["generation"])
        elif kind in _STATE_FRAMES:
            self.state = _STATE_FRAMES[kind]
            self.follow_place(frame)
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
            "lines": self.lines,
        }

    async def beat(self) -> None:
        """Keep the seat, and look for what was lost."""
        self.beats += 1
        if self.beats % LOOK_EVERY_BEATS or self.state not in OPEN:
            return
        try:
            call, self.lines = await self.db(in_scope, self.scope_of_actor, self._look)
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
        else:
            await self.look_for_place(call)

    def _look(self) -> tuple[Call, int]:
        call = keep_seat(self.code, side=self.side, seat=self.seat, heard_at=self.last_heard)
        return call, last_number(call.id)
