"""The form socket: on the call page by the call, elsewhere by the form itself."""

import logging
from collections.abc import Callable
from typing import Any, ClassVar, ParamSpec, TypeVar

from channels.db import database_sync_to_async
from pydantic import TypeAdapter
from redis.exceptions import RedisError

from calls.selectors import call_for_customer, call_for_member
from marketplace.core.sockets import Rate
from merchants.access import member_where
from merchants.boundaries import CustomerSocketMixin, MemberSocketMixin
from merchants.models import Member
from merchants.roles import Permission
from merchants.scope import Scope, entered
from orders.access import Party, party_of, rights_of
from orders.consumers.common import OrdersSocket, in_scope
from orders.errors import FieldRefusedError
from orders.fields import FIELDS
from orders.groups import form_group
from orders.messages import (
    FORM_MESSAGES,
    AnswerRequest,
    ConfirmForm,
    CreateOrder,
    DeclineRequest,
    EditField,
    FocusField,
    RecallRequest,
    SendRequest,
    SyncForm,
)
from orders.selectors import form_snapshot, form_version
from orders.services.confirm_form import confirm_form
from orders.services.create_order import create_order
from orders.services.edit_form import Edit, edit_form
from orders.services.open_form import open_form
from orders.services.request_information import (
    answer_request,
    decline_request,
    recall_request,
    send_request,
)
from orders.states import Role
from orders.summaries import order_summary

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")


class FormSocket(OrdersSocket):
    """One screen that shows a form."""

    messages: ClassVar[TypeAdapter[Any]] = FORM_MESSAGES
    handlers: ClassVar[dict[str, str]] = {
        "form.edit": "edit",
        "form.focus": "focus",
        "form.sync": "sync",
        "form.confirm": "confirm",
        "request.send": "send_request",
        "request.recall": "recall_request",
        "request.answer": "answer_request",
        "request.decline": "decline_request",
        "order.create": "create_order",
    }
    rates: ClassVar[dict[str, Rate]] = {"form.edit": Rate(per_second=40, burst=120)}
    default_rate: ClassVar[Rate] = Rate(per_second=10, burst=40)
    hints: ClassVar[frozenset[str]] = frozenset({"form.focus"})

    party: Party
    member: Member | None = None

    async def joined(self) -> None:
        """Join the form's group, then show it: what happens in between arrives after."""
        self.notices = 0
        await self.join(form_group(self.party.form_id))
        await self.show()
        self.shown_notices, self.shown_revision = self.notices, self.beat_data["revision"]

    async def show(self) -> None:
        """Send a whole snapshot."""
        await self.send_frame({"type": "form.snapshot", **await self.snapshot()})

    async def snapshot(self) -> dict[str, Any]:
        """Return the whole form for this side."""
        found = await self.inside(form_snapshot, self.party.form_id)
        self.notices = found.pop("notices")
        self.beat_data = {"epoch": found["epoch"], "revision": found["revision"]}
        if found["order"]:
            found["order"]["url"] = self.own_url(found["order"]["code"])
        rights = rights_of(self.role, self.member)
        return {**found, "role": self.role.value, "permissions": rights}

    async def version(self) -> dict[str, Any]:
        """Return epoch, revision and notices of the form."""
        found = await self.db(form_version, self.party)
        return {"epoch": found.epoch, "revision": found.revision, "notices": found.notices}

    def missed(self, version: dict[str, Any]) -> bool:
        """Say whether a notice was lost; a lost edit the client notices by its revision."""
        return bool(version["notices"] > self.notices)

    async def deliver(self, event: dict[str, Any]) -> None:
        """Pass an announcement on, counting notices; what closes the form shows it whole.

        The layer may deliver what was said before this socket joined: what its first snapshot
        held already is dropped.
        """
        frame = event["frame"]
        notices = frame.get("notices", 0)
        self.notices = max(self.notices, notices)
        is_edit = frame["type"] == "form.edited"
        if is_edit and frame["revision"] <= self.shown_revision:
            return
        if 0 < notices <= self.shown_notices:
            return
        await super().deliver(event)
        if frame["type"] == "form.expired":
            await self.show()

    async def inside(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a service or selector in this side's scope, in a thread."""
        run = database_sync_to_async(in_scope, thread_sensitive=False)
        found: R = await run(self.party.scope, function, *args, **kwargs)
        return found

    # -- what a side may say ---------------------------------------------------------------

    async def edit(self, message: EditField) -> dict[str, Any]:
        """Apply an edit and tell the others; the hint may be lost, the edit may not."""
        edit = Edit(op=message.op, field=message.field, value=message.value, base=message.base)
        applied = await self.db(edit_form, self.party, edit)
        if applied.frame:
            try:
                await self.tell(form_group(self.party.form_id), applied.frame)
            except (OSError, RedisError):
                log.warning("announcement lost: form.edited")
        return applied.reply

    async def focus(self, message: FocusField) -> None:
        """Pass a presence hint on; nothing is stored."""
        if message.field is not None and message.field not in FIELDS:
            raise FieldRefusedError("field_unknown", message.field)
        frame = {"type": "form.focused", "role": self.role.value, "field": message.field}
        await self.tell(form_group(self.party.form_id), frame)

    async def sync(self, _message: SyncForm) -> dict[str, Any]:
        """Answer with a whole snapshot."""
        return await self.snapshot()

    async def confirm(self, message: ConfirmForm) -> dict[str, Any]:
        """Acknowledge a revision."""
        confirmations = await self.inside(
            confirm_form, self.party, revision=message.revision, digest=message.digest
        )
        return {"revision": message.revision, "confirmations": confirmations}

    async def send_request(self, message: SendRequest) -> dict[str, Any]:
        """Ask the customer for fields."""
        found = await self.inside(
            send_request, self.party, groups=message.groups, hint=message.hint
        )
        return {"request": found}

    async def recall_request(self, message: RecallRequest) -> dict[str, Any]:
        """Take a request back."""
        return {"request": await self.inside(recall_request, self.party, message.request)}

    async def answer_request(self, message: AnswerRequest) -> dict[str, Any]:
        """Say that a request is answered."""
        return {"request": await self.inside(answer_request, self.party, message.request)}

    async def decline_request(self, message: DeclineRequest) -> dict[str, Any]:
        """Decline groups of a request."""
        found = await self.inside(
            decline_request,
            self.party,
            message.request,
            groups=message.groups,
            reason=message.reason,
        )
        return {"request": found}

    async def create_order(self, message: CreateOrder) -> dict[str, Any]:
        """Make the order, or find the one this revision already became."""
        summary = await self.inside(
            _created, self.party, revision=message.revision, digest=message.digest
        )
        return {"order": {**summary, "url": self.own_url(summary["code"])}}


def _created(party: Party, *, revision: int, digest: str) -> dict[str, Any]:
    return order_summary(create_order(party, revision=revision, digest=digest))


class CustomerFormSocket(CustomerSocketMixin, FormSocket):  # type: ignore[misc]  # "scope"
    """The customer's screen of a form."""

    role: ClassVar[Role] = Role.CUSTOMER

    async def authorise(self) -> None:
        """Let in the customer of the call."""
        await super().authorise()
        await self.find_customer()
        code = self.scope["url_route"]["kwargs"]["code"]
        self.party = await self.db(in_scope, self.scope_of_actor, self._party, code)

    def _party(self, code: str) -> Party:
        call = call_for_customer(code)
        return party_of(open_form(call), self.role, self.scope_of_actor, call.customer_name)


class MemberFormSocket(MemberSocketMixin, FormSocket):  # type: ignore[misc]  # "scope"
    """A member's screen of a form."""

    role: ClassVar[Role] = Role.MERCHANT
    member: Member

    async def authorise(self) -> None:
        """Let in members of the call's merchant who may edit forms."""
        await super().authorise()
        code = self.scope["url_route"]["kwargs"]["code"]
        self.member, self.scope_of_actor, self.party = await self.db(self._find, code)

    def _find(self, code: str) -> tuple[Member, Scope, Party]:
        member, scope, call = member_where(
            self.scope["user"], Permission.FORMS_EDIT, lambda: call_for_member(code)
        )
        with entered(scope):
            form = open_form(call)
        return member, scope, party_of(form, self.role, scope, scope.actor.name)

    def own_url(self, code: str) -> str:
        """Return the merchant's page of an order."""
        return f"/desk/{self.member.merchant.handle}/orders/{code}/"
