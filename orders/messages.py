"""What a client may say on the form and order sockets. Pure.

Replies carry the frame's `id`. `docs/protocol.md` describes every frame in both directions.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from marketplace.core.frames import Code, Frame

Op = Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
Key = Annotated[str, Field(max_length=40)]
Revision = Annotated[int, Field(ge=0, lt=2**31)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Keys = Annotated[list[Key], Field(min_length=1, max_length=20)]
Words = Annotated[str, Field(max_length=300)]
Answers = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=80)]], Field(min_length=1, max_length=8)
]
Choices = Annotated[dict[Key, Answers], Field(max_length=20)]


class EditInput(BaseModel):
    """An edit, as the body of a request or in a frame.

    `base` is the revision the writer had seen, `op` its own id of the edit.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    op: Op
    field: Key
    value: Annotated[str, Field(max_length=8000)]
    base: Revision


class EditField(Frame, EditInput):
    """Set one field."""

    type: Literal["form.edit"]


class FocusField(Frame):
    """A presence hint: the writer is in this field, or in none."""

    type: Literal["form.focus"]
    field: Key | None


class SyncForm(Frame):
    """Ask for a whole snapshot; epoch and revision are what the client had."""

    type: Literal["form.sync"]
    epoch: Annotated[str, Field(max_length=20)]
    revision: Revision


class ConfirmForm(Frame):
    """Acknowledge one revision by its digest."""

    type: Literal["form.confirm"]
    revision: Revision
    digest: Digest


class UndoEdit(Frame):
    """Take back one's own last change, if it still stands."""

    type: Literal["form.undo"]


class QueryForm(Frame):
    """Question values instead of confirming (customer)."""

    type: Literal["form.query"]
    fields: Annotated[list[Key], Field(max_length=10)]
    words: Words = ""


class RefuseForm(Frame):
    """Refuse one revision (customer)."""

    type: Literal["form.refuse"]
    revision: Revision
    words: Words = ""


class SettleReply(Frame):
    """Say that the customer's query or refusal is dealt with (merchant)."""

    type: Literal["form.settle"]


class SendRequest(Frame):
    """Ask the customer for fields, with answers to choose from where there are any (merchant)."""

    type: Literal["request.send"]
    fields: Keys
    hint: Words = ""
    choices: Choices = {}


class RecallRequest(Frame):
    """Take a request back (merchant)."""

    type: Literal["request.recall"]
    request: Code


class RemindOfRequest(Frame):
    """Show a request to the customer once more (merchant)."""

    type: Literal["request.remind"]
    request: Code


class PutOffRequest(Frame):
    """Say “later” to a request (customer)."""

    type: Literal["request.later"]
    request: Code


class AnswerRequest(Frame):
    """Say that a request is answered; `keep` is for the own address book (customer)."""

    type: Literal["request.answer"]
    request: Code
    keep: bool = False


class DeclineRequest(Frame):
    """Decline fields of a request, with a reason (customer)."""

    type: Literal["request.decline"]
    request: Code
    fields: Keys
    reason: Words = ""


class ListKnown(Frame):
    """Ask for the own address book (customer)."""

    type: Literal["known.list"]


class ForgetKnown(Frame):
    """Delete an entry of the own address book (customer)."""

    type: Literal["known.forget"]
    known: Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]


class CreateOrder(Frame):
    """Make the order from exactly this confirmed revision (merchant)."""

    type: Literal["order.create"]
    revision: Revision
    digest: Digest


class SyncOrder(Frame):
    """Ask for the order as it is now."""

    type: Literal["order.sync"]


FORM_MESSAGES: TypeAdapter[Frame] = TypeAdapter(
    Annotated[
        EditField
        | FocusField
        | SyncForm
        | ConfirmForm
        | UndoEdit
        | QueryForm
        | RefuseForm
        | SettleReply
        | SendRequest
        | RecallRequest
        | RemindOfRequest
        | PutOffRequest
        | AnswerRequest
        | DeclineRequest
        | ListKnown
        | ForgetKnown
        | CreateOrder,
        Field(discriminator="type"),
    ]
)
ORDER_MESSAGES: TypeAdapter[Frame] = TypeAdapter(SyncOrder)
