"""The order socket on the order page."""

from typing import Any, ClassVar

from pydantic import TypeAdapter

from marketplace.core.errors import NotFoundError
from marketplace.core.sockets import Rate
from merchants.access import member_where
from merchants.boundaries import MemberSocketMixin
from merchants.roles import Permission
from merchants.scope import Scope
from orders.consumers.common import OrdersSocket, in_scope
from orders.groups import order_group
from orders.messages import ORDER_MESSAGES, SyncOrder
from orders.models import Order
from orders.order_links import Access, access_from_cookies
from orders.order_summary import order_summary
from orders.selectors import order_for_customer, order_for_member
from orders.states import Role


class OrderSocket(OrdersSocket):
    """One page that shows an order."""

    messages: ClassVar[TypeAdapter[Any]] = ORDER_MESSAGES
    handlers: ClassVar[dict[str, str]] = {"order.sync": "sync"}
    default_rate: ClassVar[Rate] = Rate(per_second=2, burst=10)

    order: Order
    scope_of_actor: Scope

    def find(self, code: str) -> Order:
        """Return the order inside this side's scope; raises NotFoundError."""
        raise NotImplementedError

    async def joined(self) -> None:
        """Join the order's group, then show it."""
        await self.join(order_group(self.order.id))
        await self.show()

    async def show(self) -> None:
        """Send the order as it is."""
        await self.send_frame({"type": "order.snapshot", **await self.snapshot()})

    async def snapshot(self) -> dict[str, Any]:
        """Return the order as it is, for this side."""
        summary = await self.db(in_scope, self.scope_of_actor, self._summary)
        self.beat_data = {"state": summary["state"]}
        self.shown = _stand(summary)
        order = {**summary, "url": self.own_url(summary["code"])}
        return {"order": order, "role": self.role.value}

    def _summary(self) -> dict[str, Any]:
        return order_summary(self.find(self.order.code))

    async def version(self) -> dict[str, Any]:
        """Return the order's state."""
        summary = await self.db(in_scope, self.scope_of_actor, self._summary)
        return {"state": summary["state"], "notices": _stand(summary)}

    def missed(self, version: dict[str, Any]) -> bool:
        """Say whether a change was lost: of the state, a revision's, or a mark."""
        return bool(version["notices"] != self.shown)

    async def deliver(self, event: dict[str, Any]) -> None:
        """Pass an announcement on, noting what it shows."""
        if event["frame"]["type"] == "order.updated":
            self.shown = _stand(event["frame"]["order"])
        await super().deliver(event)

    async def sync(self, _message: SyncOrder) -> dict[str, Any]:
        """Answer with the order as it is."""
        return await self.snapshot()


def _stand(summary: dict[str, Any]) -> list[Any]:
    """Return what of an order can change once it is made."""
    return [summary["state"], summary["revising"], len(summary["marks"])]


class CustomerOrderSocket(OrderSocket):
    """The customer's order page, on a device of theirs or one that was given a pass."""

    role: ClassVar[Role] = Role.CUSTOMER
    access: Access

    async def authorise(self) -> None:
        """Let in the customer of the order, and who has a pass for it."""
        await super().authorise()
        code = self.scope["url_route"]["kwargs"]["code"]
        cookies = self.scope.get("cookies", {})
        self.access = await self.db(access_from_cookies, cookies, code)
        self.scope_of_actor = self.access.scope
        self.order = await self.db(in_scope, self.scope_of_actor, self.find, code)

    def find(self, code: str) -> Order:
        """Return the customer's own order; raises NotFoundError once a pass is revoked."""
        order = order_for_customer(code)
        if not self.access.covers(order):
            raise NotFoundError
        return order


class MemberOrderSocket(MemberSocketMixin, OrderSocket):  # type: ignore[misc]  # "scope"
    """A member's order page."""

    role: ClassVar[Role] = Role.MERCHANT

    async def authorise(self) -> None:
        """Let in members of the order's merchant who may read orders."""
        await super().authorise()
        code = self.scope["url_route"]["kwargs"]["code"]
        self.member, self.scope_of_actor, self.order = await self.db(
            member_where,
            self.scope["user"],
            Permission.ORDERS_READ,
            lambda: order_for_member(code),
        )

    def find(self, code: str) -> Order:
        """Return the merchant's order."""
        return order_for_member(code)

    def own_url(self, code: str) -> str:
        """Return the merchant's page of the order."""
        return f"/desk/{self.member.merchant.handle}/orders/{code}/"
