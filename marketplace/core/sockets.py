"""The base of every WebSocket: decode, limit, dispatch, answer, heartbeat.

Client frames are `{type, id, …}`; the reply carries the same id and is `ok` or `error`;
broadcasts have a past-tense type. The channel layer is a hint: a subclass sends a snapshot
on join and puts its revision into the heartbeat, so that a client can notice a gap.
"""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, ClassVar, Final, ParamSpec, TypeVar

from channels.consumer import get_handler_name
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import TypeAdapter, ValidationError

from marketplace.core.errors import DomainError, NotFoundError, SignInRequiredError
from marketplace.core.language import language_of

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")

SIGN_IN, FORBIDDEN, NOT_FOUND = 4401, 4403, 4404
SILENT, TAKEN_OVER, TOO_FAST, TOO_LONG = 4408, 4409, 4429, 1009
HEARTBEAT_SECONDS: Final = 5.0
SILENCE_SECONDS: Final = 20.0
DEPTH_LIMIT: Final = 6


@dataclass(frozen=True, slots=True)
class Rate:
    """A token bucket: `per_second` on average, `burst` at once."""

    per_second: float
    burst: int


class Bucket:
    """One running token bucket on the monotonic clock."""

    def __init__(self, rate: Rate) -> None:
        """Start full."""
        self.rate, self.tokens, self.at = rate, float(rate.burst), time.monotonic()

    def take(self) -> bool:
        """Take one token; False when there is none."""
        now = time.monotonic()
        grown = self.tokens + (now - self.at) * self.rate.per_second
        self.tokens, self.at = min(grown, float(self.rate.burst)), now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class Socket(AsyncWebsocketConsumer):
    """What all our sockets share. A subclass names its messages and handlers."""

    messages: ClassVar[TypeAdapter[Any]]
    handlers: ClassVar[dict[str, str]] = {}
    rates: ClassVar[dict[str, Rate]] = {}
    default_rate: ClassVar[Rate] = Rate(per_second=20, burst=60)
    # Frames that may get lost: too many of them are left out, only very many close the socket.
    hints: ClassVar[frozenset[str]] = frozenset()
    left_out_rate: ClassVar[Rate] = Rate(per_second=20, burst=200)
    max_bytes: ClassVar[int] = 16 * 1024

    async def authorise(self) -> None:
        """Decide before accept who this is; raise DomainError to refuse."""
        raise NotImplementedError

    async def joined(self) -> None:
        """Join groups and send the snapshot, after accept."""

    async def left(self) -> None:
        """Tidy up when the socket is gone; a hint only, it may never run."""

    def heartbeat_data(self) -> dict[str, Any]:
        """Return what the heartbeat carries, such as the revision."""
        return {}

    async def beat(self) -> None:
        """Do what a heartbeat of the server does besides sending it (presence rows)."""

    # -- life cycle -------------------------------------------------------------------

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Hand an event to its handler, in the loop itself.

        Channels enters a thread before each event, to give back connections that handlers have left
        there. Ours leave none: `db` gives back its own.
        """
        handler = getattr(self, get_handler_name(message), None)
        if handler is None:
            raise ValueError(f"no handler for {message['type']}")
        await handler(message)

    async def connect(self) -> None:
        """Authorise, accept, join; refusals close with a code a client understands."""
        self.groups_joined: list[str] = []
        self.buckets: dict[str, Bucket] = {}
        self.heard_at = time.monotonic()
        self.closing = False
        self.heart: asyncio.Task[None] | None = None
        try:
            self._require_text()
            await self.authorise()
        except DomainError as error:
            # accept first: a browser cannot read the code of a refused handshake
            await self.accept()
            await self.close(code=_close_code(error))
            return
        await self.accept()
        await self.joined()
        self.heart = asyncio.create_task(self._heartbeat())

    def _require_text(self) -> None:
        """Raise NotFoundError for a name with the one character that no row can hold."""
        named = self.scope.get("url_route", {}).get("kwargs", {})
        if any("\x00" in value for value in named.values()):
            raise NotFoundError

    async def disconnect(self, code: int) -> None:  # noqa: ARG002  # Channels' signature
        """Leave all groups and stop the heart."""
        heart = getattr(self, "heart", None)
        if heart is not None:
            heart.cancel()
        for group in getattr(self, "groups_joined", []):
            await self.channel_layer.group_discard(group, self.channel_name)
        if heart is not None:
            await self.left()

    async def close(
        self,
        code: int | bool | None = None,  # noqa: FBT001  # Channels' signature
        reason: str | None = None,
    ) -> None:
        """Close, and from now on listen to nothing and say nothing."""
        self.closing = True
        await super().close(code=code, reason=reason)

    async def join(self, group: str) -> None:
        """Join a group whose name comes from an authorised object."""
        await self.channel_layer.group_add(group, self.channel_name)
        self.groups_joined.append(group)

    async def _heartbeat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            if time.monotonic() - self.heard_at > SILENCE_SECONDS:
                await self.close(code=SILENT)
                return
            try:
                await self.beat()
            except DomainError as error:
                log.info("heartbeat refused: %s", error.code)
            except Exception:  # a failing database must not silence the heart
                log.exception("heartbeat failed")
            if self.closing:
                return
            await self.send_frame({"type": "heartbeat", **self.heartbeat_data()})

    # -- frames -----------------------------------------------------------------------

    async def receive(
        self,
        text_data: str | None = None,
        bytes_data: bytes | None = None,  # noqa: ARG002  # Channels' signature; we take text only
    ) -> None:
        """Decode, limit, dispatch and answer one frame."""
        if self.closing:
            return  # already on its way when we refused or ended the socket: it counts no more
        self.heard_at = time.monotonic()
        if text_data is None or len(text_data.encode()) > self.max_bytes:
            await self.close(code=TOO_LONG)
            return
        raw = _decode(text_data)
        if raw is None:
            await self._refuse_garbage()
            return
        kind, frame_id = raw.get("type"), raw.get("id")
        if not self._allowed(str(kind)):
            await self._slow_down(kind, frame_id)
            return
        if kind == "alive":
            return
        if kind == "ping":
            await self.send_frame({"type": "pong", "id": frame_id})
            return
        await self._dispatch(kind, frame_id, raw)

    async def _refuse_garbage(self) -> None:
        if self._allowed("?"):
            await self.send_error(None, "message_malformed", "The message could not be read.")
        else:
            await self._slow_down(None, None)

    async def _dispatch(self, kind: object, frame_id: object, raw: dict[str, Any]) -> None:
        handler = self.handlers.get(kind) if isinstance(kind, str) else None
        if handler is None:
            await self.send_error(frame_id, "message_unknown", "This message is not known.")
            return
        try:
            message = self.messages.validate_python(raw)
        except ValidationError as error:
            where = ".".join(str(part) for part in error.errors()[0]["loc"])
            await self.send_error(
                frame_id, "message_malformed", "The message could not be read.", {"where": where}
            )
            return
        await self._answer(getattr(self, handler), message, frame_id)

    async def _answer(
        self,
        handler: Callable[[Any], Awaitable[dict[str, Any] | None]],
        message: Any,
        frame_id: object,
    ) -> None:
        try:
            data = await handler(message)
        except DomainError as error:
            await self.send_error(frame_id, error.code, error.message, error.data)
        except Exception:  # the adapter's outermost edge: log, tell, keep the socket
            log.exception("handler failed: %s", type(message).__name__)
            await self.send_error(frame_id, "failed", _("Something went wrong on our side."))
        else:
            if frame_id is not None:
                await self.send_frame({"type": "ok", "id": frame_id, **(data or {})})

    async def _slow_down(self, kind: object, frame_id: object) -> None:
        """Leave a hint out; close on anything else, and on a flood of hints."""
        await self.send_error(frame_id, "too_fast", _("Too many messages."))
        hint = isinstance(kind, str) and kind in self.hints
        if not hint or not self._bucket("left out", self.left_out_rate).take():
            await self.close(code=TOO_FAST)

    def _allowed(self, kind: str) -> bool:
        known = kind if kind in self.handlers or kind in ("ping", "alive") else "?"
        return self._bucket(known, self.rates.get(known, self.default_rate)).take()

    def _bucket(self, name: str, rate: Rate) -> Bucket:
        return self.buckets.setdefault(name, Bucket(rate))

    async def send_frame(self, frame: dict[str, Any]) -> None:
        """Send one frame as compact JSON."""
        text = json.dumps(frame, ensure_ascii=False, separators=(",", ":"), default=str)
        await self.send(text_data=text)

    async def send_error(
        self,
        frame_id: object,
        code: str,
        message: str | Promise,
        data: dict[str, Any] | None = None,
    ) -> None:
        """Answer a frame with a coded error, in the language of the person's pages."""
        with translation.override(language_of(self.scope)):
            words = str(message)
        await self.send_frame(
            {"type": "error", "id": frame_id, "code": code, "message": words, "data": data or {}}
        )

    async def deliver(self, event: dict[str, Any]) -> None:
        """Pass a group's frame on, except to the channel that caused it."""
        if event.get("skip") != self.channel_name and not self.closing:
            await self.send_frame(event["frame"])

    async def tell(self, group: str, frame: dict[str, Any], *, skip_self: bool = True) -> None:
        """Send `frame` to `group` now; by default not to this socket itself."""
        skip = self.channel_name if skip_self else None
        await self.channel_layer.group_send(
            group, {"type": "deliver", "frame": frame, "skip": skip}
        )

    def db(
        self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs
    ) -> Coroutine[Any, Any, R]:
        """Run synchronous database work in a thread of its own, giving its connection back."""
        run = database_sync_to_async(function, thread_sensitive=False)
        return run(*args, **kwargs)


def _decode(text: str) -> dict[str, Any] | None:
    try:
        raw = json.loads(text, parse_constant=_refuse)
        if "\\u" in text:  # half a character, written as an escape, could never be sent on
            json.dumps(raw, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return raw if isinstance(raw, dict) and _depth(raw) <= DEPTH_LIMIT else None


def _refuse(constant: str) -> None:
    """Refuse NaN and Infinity, which no other reader of JSON takes."""
    raise ValueError(constant)


def _depth(value: object, depth: int = 1) -> int:
    if depth > DEPTH_LIMIT:
        return depth
    children: list[object] = []
    if isinstance(value, dict):
        children = list(value.values())
    elif isinstance(value, list):
        children = value
    return max((_depth(child, depth + 1) for child in children), default=depth)


def _close_code(error: DomainError) -> int:
    if isinstance(error, SignInRequiredError):
        return SIGN_IN
    return NOT_FOUND if isinstance(error, NotFoundError) else FORBIDDEN
