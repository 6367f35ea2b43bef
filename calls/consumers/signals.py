"""Signals from one browser to the other: checked, rebuilt, and to the current peer only."""

from collections.abc import Callable, Coroutine
from typing import Any
from uuid import UUID

from django.conf import settings

from calls.errors import (
    CallNotAnsweredError,
    CallOverError,
    DescriptionRefusedError,
    GenerationStaleError,
)
from calls.groups import call_group
from calls.limits import CANDIDATES_PER_SIDE
from calls.messages import Candidate, ChangeMedia, Describe, Trickle
from calls.signalling import SignalRefusedError, clean_candidate, clean_sdp
from calls.states import TALKING, TERMINAL, CallState, Side


class SignalRelay:
    """The part of a call socket that passes signals on. No row is touched on this path."""

    channel_layer: Any
    call_id: UUID
    side: Side
    seat: int
    state: CallState
    relay_only: bool
    generation: int = 0
    peer_seat: int
    candidates: int

    send_frame: Callable[[dict[str, Any]], Coroutine[Any, Any, None]]

    def start_generation(self, generation: int) -> None:
        """Begin counting anew for rebuilt media."""
        if generation != self.generation:
            self.generation, self.candidates = generation, 0

    async def describe(self, message: Describe) -> None:
        """Pass an offer or answer on, rebuilt from the allow-list."""
        self._require_generation(message.generation)
        try:
            sdp = clean_sdp(
                message.description.sdp,
                private=self.relay_only,
                local=settings.ALLOW_PRIVATE_ADDRESSES,
            )
        except SignalRefusedError as error:
            raise DescriptionRefusedError(reason=error.reason) from error
        description = {"type": message.description.type, "sdp": sdp}
        await self._pass_on("signal.described", message.generation, description=description)

    async def trickle(self, message: Trickle) -> dict[str, Any]:
        """Pass a candidate on, unless the peer must not learn it."""
        self._require_generation(message.generation)
        candidate = self._cleaned(message.candidate) if message.candidate else None
        if message.candidate is not None and candidate is None:
            return {"dropped": True}
        await self._pass_on("signal.trickled", message.generation, candidate=candidate)
        return {}

    async def change_media(self, message: ChangeMedia) -> None:
        """Tell the peer what is switched on."""
        self.require_talking()
        now = message.model_dump(include={"microphone", "camera", "screen", "trouble"})
        await self._pass_on("media.changed", self.generation, **now)

    async def relay(self, event: dict[str, Any]) -> None:
        """Pass the peer's signal to the browser; drop it if older media or an older tab sent it."""
        frame = event["frame"]
        generation = frame.get("generation", self.generation)
        current = event["seat"] >= self.peer_seat and generation == self.generation
        if event["to"] == self.side and current:
            await self.send_frame(frame)

    def require_talking(self) -> None:
        """Raise CallOverError or CallNotAnsweredError unless the two may talk."""
        if self.state in TERMINAL:
            raise CallOverError(state=str(self.state))
        if self.state not in TALKING:
            raise CallNotAnsweredError

    def _require_generation(self, generation: int) -> None:
        self.require_talking()
        if generation != self.generation:
            raise GenerationStaleError(generation=self.generation)

    def _cleaned(self, candidate: Candidate) -> dict[str, Any] | None:
        """Return the candidate rebuilt, None to keep it back; raises DescriptionRefusedError."""
        self.candidates += 1
        if self.candidates > CANDIDATES_PER_SIDE:
            raise DescriptionRefusedError(reason="too_many_candidates")
        try:
            text = clean_candidate(
                candidate.candidate,
                private=self.relay_only,
                local=settings.ALLOW_PRIVATE_ADDRESSES,
            )
        except SignalRefusedError as error:
            raise DescriptionRefusedError(reason=error.reason) from error
        return None if text is None else {**candidate.model_dump(), "candidate": text}

    async def _pass_on(self, kind: str, generation: int, **data: Any) -> None:
        await self.send_to_peer({"type": kind, "generation": generation, **data})

    async def send_to_peer(self, frame: dict[str, Any]) -> None:
        """Send a frame to the other side's current tab and to nobody else."""
        await self.channel_layer.group_send(
            call_group(self.call_id),
            {"type": "relay", "to": str(self.side.other), "seat": self.seat, "frame": frame},
        )
