"""The order socket on the order page."""

from typing import Any, ClassVar

from pydantic import TypeAdapter

from marketplace.core.sockets import Rate
from merchants.access import member_where
from merchants.boundaries import CustomerSocketMixin, MemberSocketMixin
from merchants.roles import Permission
from merchants.scope import Scope
from orders.consumers.common import OrdersSocket, in_scope
from orders.groups import order_group
from orders.messages import ORDER_MESSAGES, SyncOrder
from orders.models import Order
from orders.selectors import order_for_customer, order_for_member
from orders.states import Role
from orders.summaries import order_summary


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
        self.shown = summary["state"]
        order = {**summary, "url": self.own_url(summary["code"])}
        return {"order": order, "role": self.role.value}

    def _summary(self) -> dict[str, Any]:
        return order_summary(self.find(self.order.code))

    async def version(self) -> dict[str, Any]:
        """Return the order's state."""
        order = await self.db(in_scope, self.scope_of_actor, self.find, self.order.code)
        return {"state": order.state}

    def missed(self, version: dict[str, Any]) -> bool:
        """Say whether a change of state was lost."""
        return bool(version["state"] != self.shown)

    async def deliver(self, event: dict[str, Any]) -> None:
        """Pass an announcement on, noting the state shown."""
        if event["frame"]["type"] == "order.updated":
            self.shown = event["frame"]["order"]["state"]
        await super().deliver(event)

    async def sync(self, _message: SyncOrder) -> dict[str, Any]:
        """Answer with the order as it is."""
        return await self.snapshot()


class CustomerOrderSocket(CustomerSocketMixin, OrderSocket):  # type: ignore[misc]  # "scope"
    """The customer's order page."""

    role: ClassVar[Role] = Role.CUSTOMER

    async def authorise(self) -> None:
        """Let in the customer of the order."""
        await super().authorise()
        await self.find_customer()
        code = self.scope["url_route"]["kwargs"]["code"]
        self.order = await self.db(in_scope, self.scope_of_actor, self.find, code)

    def find(self, code: str) -> Order:
        """Return the customer's own order."""
        return order_for_customer(code)


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
