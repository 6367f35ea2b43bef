"""What the two sides may say on a form socket besides editing: agree, answer, ask, order."""

from collections.abc import Callable
from typing import Any, ClassVar, ParamSpec, TypeVar
from uuid import UUID

from channels.db import database_sync_to_async

from orders.access import Party
from orders.consumers.common import OrdersSocket, in_scope
from orders.messages import (
    AnswerRequest,
    ConfirmForm,
    CreateOrder,
    DeclineRequest,
    ForgetKnown,
    ListKnown,
    PutOffRequest,
    QueryForm,
    RecallRequest,
    RefuseForm,
    RemindOfRequest,
    SendRequest,
    SettleReply,
)
from orders.order_summary import order_summary
from orders.services.answer_request import answer_request, decline_request, put_off_request
from orders.services.confirm_form import confirm_form
from orders.services.create_order import create_order
from orders.services.known_values import forget_known, known_values
from orders.services.reply_to_form import query_form, refuse_form, settle_reply
from orders.services.request_information import recall_request, remind_of_request, send_request

P = ParamSpec("P")
R = TypeVar("R")


class FormSteps(OrdersSocket):
    """The steps of a deal, each a service in this side's scope."""

    steps: ClassVar[dict[str, str]] = {
        "form.confirm": "confirm",
        "form.query": "query",
        "form.refuse": "refuse",
        "form.settle": "settle",
        "request.send": "send_request",
        "request.recall": "recall_request",
        "request.remind": "remind_of_request",
        "request.later": "put_off_request",
        "request.answer": "answer_request",
        "request.decline": "decline_request",
        "known.list": "list_known",
        "known.forget": "forget_known",
        "order.create": "create_order",
    }

    party: Party

    async def inside(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a service or selector in this side's scope, in a thread."""
        run = database_sync_to_async(in_scope, thread_sensitive=False)
        found: R = await run(self.party.scope, function, *args, **kwargs)
        return found

    async def confirm(self, message: ConfirmForm) -> dict[str, Any]:
        """Acknowledge a revision."""
        confirmations = await self.inside(
            confirm_form, self.party, revision=message.revision, digest=message.digest
        )
        return {"revision": message.revision, "confirmations": confirmations}

    async def query(self, message: QueryForm) -> dict[str, Any]:
        """Question values."""
        fields, words = message.fields, message.words
        return {"reply": await self.inside(query_form, self.party, fields=fields, words=words)}

    async def refuse(self, message: RefuseForm) -> dict[str, Any]:
        """Refuse a revision."""
        revision, words = message.revision, message.words
        reply = await self.inside(refuse_form, self.party, revision=revision, words=words)
        return {"reply": reply}

    async def settle(self, _message: SettleReply) -> dict[str, Any]:
        """Say that the customer's reply is dealt with."""
        await self.inside(settle_reply, self.party)
        return {"reply": None}

    async def send_request(self, message: SendRequest) -> dict[str, Any]:
        """Ask the customer for fields."""
        found = await self.inside(
            send_request,
            self.party,
            fields=message.fields,
            hint=message.hint,
            choices=message.choices,
        )
        return {"request": found}

    async def recall_request(self, message: RecallRequest) -> dict[str, Any]:
        """Take a request back."""
        return {"request": await self.inside(recall_request, self.party, message.request)}

    async def remind_of_request(self, message: RemindOfRequest) -> dict[str, Any]:
        """Show a request once more."""
        return {"request": await self.inside(remind_of_request, self.party, message.request)}

    async def put_off_request(self, message: PutOffRequest) -> dict[str, Any]:
        """Put a request off."""
        return {"request": await self.inside(put_off_request, self.party, message.request)}

    async def answer_request(self, message: AnswerRequest) -> dict[str, Any]:
        """Say that a request is answered."""
        code, keep = message.request, message.keep
        return {"request": await self.inside(answer_request, self.party, code, keep=keep)}

    async def decline_request(self, message: DeclineRequest) -> dict[str, Any]:
        """Decline fields of a request."""
        found = await self.inside(
            decline_request,
            self.party,
            message.request,
            fields=message.fields,
            reason=message.reason,
        )
        return {"request": found}

    async def list_known(self, _message: ListKnown) -> dict[str, Any]:
        """Show the own address book."""
        return {"known": await self.inside(known_values, self.party)}

    async def forget_known(self, message: ForgetKnown) -> dict[str, Any]:
        """Delete an entry of it, and show the rest."""
        return {"known": await self.inside(forget_known, self.party, UUID(message.known))}

    async def create_order(self, message: CreateOrder) -> dict[str, Any]:
        """Make the order, or find the one this revision already became."""
        summary = await self.inside(
            _created, self.party, revision=message.revision, digest=message.digest
        )
        return {"order": {**summary, "url": self.own_url(summary["code"])}}


def _created(party: Party, *, revision: int, digest: str) -> dict[str, Any]:
    return order_summary(create_order(party, revision=revision, digest=digest))
