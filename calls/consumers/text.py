"""Real-time text on a call socket: the line being typed is passed on, a finished one is kept."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from calls.consumers.common import in_scope
from calls.messages import SayText, SyncText, TypeText
from calls.services.text import read_lines, say_line
from calls.states import Side
from calls.text import clean_text
from merchants.scope import Scope


class TextTalk:
    """The part of a call socket that carries text; it works whatever the media do."""

    scope_of_actor: Scope
    code: str
    side: Side
    seat: int
    # The number of the last line there is, as far as this socket knows.
    lines: int

    db: Callable[..., Coroutine[Any, Any, Any]]
    require_talking: Callable[[], None]
    send_to_peer: Callable[[dict[str, Any]], Coroutine[Any, Any, None]]

    async def type_text(self, message: TypeText) -> None:
        """Show the peer the line as it is now. No row is touched, and it may get lost."""
        self.require_talking()
        text = clean_text(message.text)
        await self.send_to_peer({"type": "text.typed", "role": str(self.side), "text": text})

    async def say_text(self, message: SayText) -> dict[str, Any]:
        """Keep a finished line; both sides are told after commit."""
        say = partial(
            say_line, self.code, side=self.side, seat=self.seat, op=message.op, text=message.text
        )
        line = await self.db(in_scope, self.scope_of_actor, say)
        return {"number": line.number, "at": line.created_at.isoformat()}

    async def sync_text(self, message: SyncText) -> dict[str, Any]:
        """Give the lines after a number, for a client that has noticed a gap."""
        read = partial(read_lines, self.code, side=self.side, seat=self.seat, after=message.after)
        return {"texts": await self.db(in_scope, self.scope_of_actor, read)}
