"""The form socket outside of a call, as on the pages of a request to be called back.

It can do what it can in a call, except for asking for information: that needs a call.
"""

from merchants.access import member_where
from merchants.models import Member
from merchants.roles import Permission
from merchants.scope import Scope
from orders.access import Party, party_of
from orders.consumers.form_socket import CustomerFormSocket, MemberFormSocket
from orders.selectors import form_by_code


class CustomerFormByCodeSocket(CustomerFormSocket):
    """The customer's screen of one of their forms."""

    def _party(self, code: str) -> Party:
        form = form_by_code(code)
        name = form.callback.name if form.callback else ""
        return party_of(form, self.role, self.scope_of_actor, name)


class MemberFormByCodeSocket(MemberFormSocket):
    """A member's screen of one of the merchant's forms."""

    def _find(self, code: str) -> tuple[Member, Scope, Party]:
        member, scope, form = member_where(
            self.scope["user"], Permission.FORMS_EDIT, lambda: form_by_code(code)
        )
        return member, scope, party_of(form, self.role, scope, scope.actor.name)
