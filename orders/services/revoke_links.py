"""Make every link to an order worthless, and every pass they gave."""

from django.db.models import F

from marketplace.accounts import audit
from merchants.scope import current_scope
from orders.models import Order
from orders.selectors import order_for_customer


def revoke_links(code: str) -> None:
    """Revoke the links to the customer's order; open pages close at their next heartbeat.

    Raises NotFoundError.
    """
    order = order_for_customer(code)
    Order.objects.filter(pk=order.pk).update(link_epoch=F("link_epoch") + 1)
    audit.record(
        current_scope().actor,
        "order.links_revoked",
        subject=("order", order.id),
        merchant_id=order.merchant_id,
        customer_id=order.customer_id,
    )
