"""The caller's place in the queue, on their call socket."""

from collections.abc import Callable, Coroutine
from typing import Any

from calls.consumers.common import in_scope
from calls.models import Call
from calls.selectors import place_of
from calls.states import CallState
from merchants.boundaries import system_scope_at


class PlaceInLine:
    """The part of a call socket that tells a waiting caller their place."""

    # What the browser was told last; None while the call does not wait.
    place: dict[str, int | None] | None = None

    db: Callable[..., Coroutine[Any, Any, Any]]
    send_frame: Callable[[dict[str, Any]], Coroutine[Any, Any, None]]

    async def read_place(self, call: Call) -> dict[str, int | None] | None:
        """Return the place as it is now. Read as the merchant: others wait before this caller."""
        self.place = None
        if call.state == CallState.QUEUED:
            found = await self.db(in_scope, system_scope_at(call.merchant_id), place_of, call)
            self.place = found.as_dict() if found else None
        return self.place

    async def look_for_place(self, call: Call) -> None:
        """Tell the place if an announcement of it was lost."""
        told = self.place
        now = await self.read_place(call)
        if now is not None and now != told:
            await self.send_frame({"type": "call.queued", **now})

    def follow_place(self, frame: dict[str, Any]) -> None:
        """Note what was announced."""
        if frame["type"] == "call.queued":
            self.place = {key: frame[key] for key in ("position", "estimate_seconds")}
