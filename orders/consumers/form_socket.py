"""The form socket: on the call page by the call, elsewhere by the form itself."""

import logging
from typing import Any, ClassVar

from pydantic import TypeAdapter
from redis.exceptions import RedisError

from calls.selectors import call_for_customer, call_for_member
from marketplace.core.errors import DomainError
from marketplace.core.sockets import Rate
from merchants.access import member_where
from merchants.boundaries import CustomerSocketMixin, MemberSocketMixin
from merchants.models import Member
from merchants.roles import Permission
from merchants.scope import Scope, entered
from orders.access import Party, party_of, rights_of
from orders.consumers.common import in_scope
from orders.consumers.form_steps import FormSteps
from orders.errors import FieldRefusedError
from orders.fields import FIELDS
from orders.groups import form_group
from orders.messages import FORM_MESSAGES, EditField, FocusField, SyncForm, UndoEdit
from orders.selectors import form_snapshot, form_version
from orders.services.edit_form import Applied, Edit, edit_form
from orders.services.open_form import open_form
from orders.services.undo_edit import undo_edit
from orders.states import FormState, Role

log = logging.getLogger(__name__)


class FormSocket(FormSteps):
    """One screen that shows a form."""

    messages: ClassVar[TypeAdapter[Any]] = FORM_MESSAGES
    handlers: ClassVar[dict[str, str]] = {
        "form.edit": "edit",
        "form.focus": "focus",
        "form.sync": "sync",
        "form.undo": "undo",
        **FormSteps.steps,
    }
    rates: ClassVar[dict[str, Rate]] = {"form.edit": Rate(per_second=40, burst=120)}
    default_rate: ClassVar[Rate] = Rate(per_second=10, burst=40)
    hints: ClassVar[frozenset[str]] = frozenset({"form.focus"})

    member: Member | None = None

    async def joined(self) -> None:
        """Join the form's group, then show it: what happens in between arrives after."""
        self.notices = 0
        await self.join(form_group(self.party.form_id))
        await self.show()
        self.shown_notices, self.shown_revision = self.notices, self.beat_data["revision"]

    async def show(self) -> None:
        """Send a whole snapshot; one of a form that is over makes this screen look again."""
        snapshot = await self.snapshot()
        await self.send_frame({"type": "form.snapshot", **snapshot})
        if snapshot["state"] == FormState.EXPIRED:
            await self.look_again()

    async def look_again(self) -> None:
        """Show the form that has come in the place of this one, if one has.

        An order that is revised brings its form into the running call, where an empty one was.
        """
        try:
            party = await self.find_party()
        except DomainError:
            return
        if party.form_id == self.party.form_id:
            return
        former = form_group(self.party.form_id)
        await self.channel_layer.group_discard(former, self.channel_name)
        self.groups_joined.remove(former)
        self.party = party
        await self.joined()

    async def find_party(self) -> Party:
        """Return this side of the form as the address names it; raises DomainError."""
        raise NotImplementedError

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

    # -- what a side may say ---------------------------------------------------------------

    async def edit(self, message: EditField) -> dict[str, Any]:
        """Apply an edit and tell the others; the hint may be lost, the edit may not."""
        edit = Edit(op=message.op, field=message.field, value=message.value, base=message.base)
        return await self._told(await self.db(edit_form, self.party, edit))

    async def undo(self, _message: UndoEdit) -> dict[str, Any]:
        """Take back one's own last change."""
        return await self._told(await self.db(undo_edit, self.party))

    async def _told(self, applied: Applied) -> dict[str, Any]:
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


class CustomerFormSocket(CustomerSocketMixin, FormSocket):  # type: ignore[misc]  # "scope"
    """The customer's screen of a form."""

    role: ClassVar[Role] = Role.CUSTOMER

    async def authorise(self) -> None:
        """Let in the customer of the call."""
        await super().authorise()
        await self.find_customer()
        self.party = await self.find_party()

    async def find_party(self) -> Party:
        """Return the customer's side."""
        code = self.scope["url_route"]["kwargs"]["code"]
        return await self.db(in_scope, self.scope_of_actor, self._party, code)

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
        self.party = await self.find_party()

    async def find_party(self) -> Party:
        """Return the member's side, with the membership as it is now."""
        code = self.scope["url_route"]["kwargs"]["code"]
        self.member, self.scope_of_actor, party = await self.db(self._find, code)
        return party

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
