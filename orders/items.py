"""What a merchant can fill a form with at a stroke: quick items, templates, this customer's last.

Applying one is a set of ordinary edits by the member; nothing is written here.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import get_language, gettext

from marketplace.core.money import Money
from merchants.models import Merchant, QuickItem
from merchants.selectors import quick_items_of
from orders.fields import line_key
from orders.models import Order, OrderForm, OrderTemplate
from orders.pricing import totals_of
from orders.services.keep_template import KEPT

LAST_ORDERS: Final = 3


def items_for(merchant: Merchant, form: OrderForm | None) -> list[dict[str, Any]]:
    """Return what can be picked for a form, in the merchant's scope: quick items first."""
    quick = [_quick(item, merchant.currency) for item in quick_items_of(merchant)]
    kept = [_template(row, merchant.currency) for row in OrderTemplate.objects.all()]
    return [*quick, *kept, *(_last_orders(form) if form else [])]


def _quick(item: QuickItem, currency: str) -> dict[str, Any]:
    price = Money(item.price_minor, currency)
    values = {line_key(1, "description"): item.title, line_key(1, "price"): price.text}
    return _item("quick", str(item.id), item.title, price, values)


def _template(row: OrderTemplate, currency: str) -> dict[str, Any]:
    total = Money(totals_of(row.values, currency).total_minor, currency)
    return _item("template", str(row.id), row.name, total, row.values)


def _last_orders(form: OrderForm) -> list[dict[str, Any]]:
    rows = Order.objects.filter(customer_id=form.customer_id, currency=form.currency)
    rows = rows.exclude(form_id=form.id).order_by("-created_at")
    return [_last(order) for order in rows[:LAST_ORDERS]]


def _last(order: Order) -> dict[str, Any]:
    values = {key: cell["value"] for key, cell in order.values.items() if key in KEPT}
    what = next(iter(order.content.splitlines()), "")
    name = gettext("Order %(number)s: %(what)s") % {"number": order.number_text, "what": what}
    return _item("last", order.code, name, order.total, values)


def _item(
    kind: str, key: str, name: str, price: Money, values: Mapping[str, str]
) -> dict[str, Any]:
    text = price.format(get_language() or "en") if price.minor else ""
    return {"id": key, "kind": kind, "name": name, "price_text": text, "values": dict(values)}
