"""What a client may say on the form and order sockets. Pure.

Replies carry the frame's `id`. `docs/protocol.md` describes every frame in both directions.
"""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from marketplace.core.frames import Code, Frame

Op = Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
Key = Annotated[str, Field(max_length=40)]
Revision = Annotated[int, Field(ge=0, lt=2**31)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Groups = Annotated[list[Annotated[str, Field(max_length=20)]], Field(min_length=1, max_length=10)]


class EditField(Frame):
    """Set one field; `base` is the revision the writer had seen, `op` its own id of the edit."""

    type: Literal["form.edit"]
    op: Op
    field: Key
    value: Annotated[str, Field(max_length=8000)]
    base: Revision


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


class SendRequest(Frame):
    """Ask the customer for groups of fields (merchant)."""

    type: Literal["request.send"]
    groups: Groups
    hint: Annotated[str, Field(max_length=300)] = ""


class RecallRequest(Frame):
    """Take a request back (merchant)."""

    type: Literal["request.recall"]
    request: Code


class AnswerRequest(Frame):
    """Say that a request is answered (customer)."""

    type: Literal["request.answer"]
    request: Code


class DeclineRequest(Frame):
    """Decline groups of a request, with a reason (customer)."""

    type: Literal["request.decline"]
    request: Code
    groups: Groups
    reason: Annotated[str, Field(max_length=300)] = ""


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
        | SendRequest
        | RecallRequest
        | AnswerRequest
        | DeclineRequest
        | CreateOrder,
        Field(discriminator="type"),
    ]
)
ORDER_MESSAGES: TypeAdapter[Frame] = TypeAdapter(SyncOrder)
