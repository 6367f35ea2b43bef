"""Which calls a desk shows: those that ring at this very desk, and the queue of all of them."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from calls.models import Endpoint
from calls.services.watch_desk import Watched, watch_desk
from calls.states import CallState
from merchants.models import Member
from merchants.scope import Scope

_LATE: Final = 0.05
"""Seconds; a little late, so that the second stage has begun by the clock of the rows too."""


class RingingDesk:
    """The part of a desk socket that follows rings and queue.

    A ring says at which desks it rings. Whatever else may change that (its second stage, a member
    who begins or ends to talk, a lost frame) makes the desk look at the rows and, if it has to show
    something else now, send its snapshot.
    """

    scope_of_actor: Scope
    member: Member
    endpoint: Endpoint | None
    # Code → state of the calls the browser has been told of.
    shown: dict[str, str]
    offers: dict[str, str]
    widening: asyncio.Task[None] | None = None
    widens: datetime | None = None

    db: Callable[..., Coroutine[Any, Any, Any]]
    show: Callable[[], Coroutine[Any, Any, None]]

    async def follow_call(self, event: dict[str, Any]) -> bool:
        """Note what an announcement changes; return whether the browser is to hear it."""
        frame = event["frame"]
        kind, call = frame["type"], frame.get("call")
        if kind == "call.rang":
            return await self._rang(event, call["code"])
        if kind == "call.queued":
            self.shown[call["code"]] = str(CallState.QUEUED)
        elif kind.startswith("call.") and isinstance(call, str):
            self.shown.pop(call, None)
        return True

    async def _rang(self, event: dict[str, Any], code: str) -> bool:
        self.look_at(event["widens"])
        if self.endpoint is not None and self.endpoint.code in event["rings"]:
            self.shown[code] = str(CallState.RINGING)
            return True
        if code in self.shown:  # it waits no longer, and rings at other desks
            await self.look()
        return False

    async def look(self) -> None:
        """Look at the rows, and send the snapshot if the browser shows something else."""
        found: Watched = await self.db(watch_desk, self.scope_of_actor, self.member, self.endpoint)
        await self.follow_rows(found)

    async def follow_rows(self, found: Watched) -> None:
        """Send the snapshot if the browser shows something else than the rows say."""
        self.look_at(found.widens.isoformat() if found.widens else None)
        if (found.shown, found.offers) != (self.shown, self.offers):
            await self.show()

    def look_at(self, moment: str | None) -> None:
        """Look again once a call begins to ring at all desks; the first such moment counts."""
        if moment is None or self.endpoint is None:
            return
        at = datetime.fromisoformat(moment)
        if self.widens is not None and timezone.now() < self.widens <= at:
            return
        self.stop_looking()
        self.widens = at
        self.widening = asyncio.create_task(self._look_later(at))

    async def _look_later(self, at: datetime) -> None:
        await asyncio.sleep(max(0.0, (at - timezone.now()).total_seconds()) + _LATE)
        self.widening = None
        await self.look()

    def stop_looking(self) -> None:
        """Forget the moment: the desk is gone, or an earlier one counts."""
        if self.widening is not None:
            self.widening.cancel()
        self.widening = self.widens = None
