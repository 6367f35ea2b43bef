"""The part of a desk socket that promises to be there for customers who left a request."""

from typing import Any

from calls.callbacks import stand_of
from calls.consumers.common import in_scope
from calls.messages import MarkReady
from calls.services.callback import mark_ready
from merchants.models import Member
from merchants.scope import Scope


class ReadyAtDesk:
    """What a desk socket can say about requests to be called back."""

    member: Member
    scope_of_actor: Scope
    db: Any

    async def mark_ready(self, message: MarkReady) -> dict[str, Any]:
        """Promise to be there for the customer's call."""
        callback = await self.db(
            in_scope, self.scope_of_actor, mark_ready, message.callback, member=self.member
        )
        return {"callback": stand_of(callback)}
