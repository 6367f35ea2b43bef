"""What a client may say on the desk and call sockets. Pure.

Replies carry the frame's `id`. `docs/protocol.md` describes every frame in both directions.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from calls.limits import CANDIDATE_BYTES, SDP_BYTES
from marketplace.core.frames import Code, Frame

Reason = Annotated[str, Field(max_length=32, pattern=r"^[a-z_]+$")]
Generation = Annotated[int, Field(ge=1, lt=2**31)]


# -- desk ----------------------------------------------------------------------------------


class GoOnline(Frame):
    """Make this desk an endpoint; `device` is the name colleagues see."""

    type: Literal["desk.go_online"]
    device: Annotated[str, Field(max_length=80)] = ""


class GoOffline(Frame):
    """Stop being an endpoint."""

    type: Literal["desk.go_offline"]


class AcceptCall(Frame):
    """Answer a ringing call."""

    type: Literal["call.accept"]
    call: Code


class DeclineCall(Frame):
    """Refuse a ringing call for the whole merchant."""

    type: Literal["call.decline"]
    call: Code
    reason: Reason = "declined"


DeskMessage = Annotated[
    GoOnline | GoOffline | AcceptCall | DeclineCall, Field(discriminator="type")
]
DESK: TypeAdapter[DeskMessage] = TypeAdapter(DeskMessage)


# -- call ----------------------------------------------------------------------------------


class Description(BaseModel):
    """A session description as the browser makes it."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    type: Literal["offer", "answer", "pranswer"]
    sdp: Annotated[str, Field(max_length=SDP_BYTES)]


class Candidate(BaseModel):
    """A candidate as the browser makes it."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    candidate: Annotated[str, Field(max_length=CANDIDATE_BYTES)]
    sdpMid: Annotated[str, Field(max_length=32)] | None = None  # noqa: N815  # the browser's name
    sdpMLineIndex: Annotated[int, Field(ge=0, lt=8)] | None = None  # noqa: N815
    usernameFragment: Annotated[str, Field(max_length=256)] | None = None  # noqa: N815


class Describe(Frame):
    """Pass an offer or answer to the peer."""

    type: Literal["signal.describe"]
    generation: Generation
    description: Description


class Trickle(Frame):
    """Pass a candidate to the peer; null ends the list."""

    type: Literal["signal.trickle"]
    generation: Generation
    candidate: Candidate | None


class Restart(Frame):
    """Ask for new media from scratch; the server raises the generation."""

    type: Literal["signal.restart"]
    generation: Generation


class CancelCall(Frame):
    """Stop ringing (customer)."""

    type: Literal["call.cancel"]


class HangUp(Frame):
    """End the call."""

    type: Literal["call.hang_up"]


class Connected(Frame):
    """Say that media flow."""

    type: Literal["call.connected"]


class ChangeMedia(Frame):
    """Tell the peer what is switched on."""

    type: Literal["media.change"]
    microphone: bool
    camera: bool


class RefreshIce(Frame):
    """Ask for fresh relay credentials."""

    type: Literal["ice.refresh"]


CallMessage = Annotated[
    Describe | Trickle | Restart | CancelCall | HangUp | Connected | ChangeMedia | RefreshIce,
    Field(discriminator="type"),
]
CALL: TypeAdapter[CallMessage] = TypeAdapter(CallMessage)
