"""What a client may say on the desk and call sockets. Pure.

Replies carry the frame's `id`. `docs/protocol.md` describes every frame in both directions.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from calls.limits import (
    CANDIDATE_BYTES,
    SAID_CHARACTERS,
    SDP_BYTES,
    TRANSFER_NOTE_CHARACTERS,
    TYPED_CHARACTERS,
)
from marketplace.core.frames import Code, Frame

Reason = Annotated[str, Field(max_length=32, pattern=r"^[a-z_]+$")]
Generation = Annotated[int, Field(ge=1, lt=2**31)]
Op = Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
MemberKey = Annotated[str, Field(pattern=r"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
# What keeps a camera, microphone or screen from being used, or a choice to go on without; the
# browser's own words stay there.
Trouble = Annotated[
    str,
    Field(
        max_length=32,
        pattern=(
            r"^(?:text_only|sound_only"
            r"|(?:camera|microphone|devices|screen)_(?:blocked|missing|busy|failed))?$"
        ),
    ),
]


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


class AcceptTransfer(Frame):
    """Take over a colleague's running call."""

    type: Literal["transfer.accept"]
    transfer: Code


class DeclineTransfer(Frame):
    """Leave a colleague's running call with them."""

    type: Literal["transfer.decline"]
    transfer: Code


class MarkReady(Frame):
    """Promise to be there for a customer who left a request; said again, it lasts longer."""

    type: Literal["callback.ready"]
    callback: Code


DeskMessage = Annotated[
    GoOnline | GoOffline | AcceptCall | DeclineCall | MarkReady | AcceptTransfer | DeclineTransfer,
    Field(discriminator="type"),
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
    """Tell the peer what is switched on, and what keeps something from being switched on."""

    type: Literal["media.change"]
    microphone: bool
    camera: bool
    screen: bool = False
    trouble: Trouble = ""


class RefreshIce(Frame):
    """Ask for fresh relay credentials."""

    type: Literal["ice.refresh"]


class TypeText(Frame):
    """Show the peer the line being typed, as a whole; empty takes it back."""

    type: Literal["text.type"]
    text: Annotated[str, Field(max_length=TYPED_CHARACTERS)]


class SayText(Frame):
    """Finish a line; `op` is the writer's own id of it."""

    type: Literal["text.say"]
    op: Op
    text: Annotated[str, Field(max_length=SAID_CHARACTERS)]


class SyncText(Frame):
    """Ask for the lines after that number."""

    type: Literal["text.sync"]
    after: Annotated[int, Field(ge=0, lt=2**31)]


class ListColleagues(Frame):
    """Ask which colleagues could take the call over (merchant)."""

    type: Literal["colleagues.list"]


class OfferTransfer(Frame):
    """Offer the running call to a colleague (merchant)."""

    type: Literal["transfer.offer"]
    member: MemberKey
    note: Annotated[str, Field(max_length=TRANSFER_NOTE_CHARACTERS)] = ""


class WithdrawTransfer(Frame):
    """Keep the call after all (merchant)."""

    type: Literal["transfer.withdraw"]
    transfer: Code


CallMessage = Annotated[
    Describe
    | Trickle
    | Restart
    | CancelCall
    | HangUp
    | Connected
    | ChangeMedia
    | RefreshIce
    | TypeText
    | SayText
    | SyncText
    | ListColleagues
    | OfferTransfer
    | WithdrawTransfer,
    Field(discriminator="type"),
]
CALL: TypeAdapter[CallMessage] = TypeAdapter(CallMessage)


# -- request to be called back -------------------------------------------------------------


class SyncRequest(Frame):
    """Ask how the request stands now."""

    type: Literal["callback.sync"]


REQUEST: TypeAdapter[SyncRequest] = TypeAdapter(SyncRequest)
