"""Requests to be called back, for pages below orders: what is wanted, and how they stand."""

from collections.abc import Iterable

from django import template

from calls import callbacks as reading
from calls.models import Callback
from orders.cells import values_of
from orders.models import OrderForm

register = template.Library()
register.filter("masked", reading.masked)
register.filter("promised", reading.promised)


@register.simple_tag
def with_wanted(callbacks: Iterable[Callback]) -> list[tuple[Callback, str]]:
    """Return each callback with what its form says is wanted, empty without: one query."""
    rows = list(callbacks)
    forms = OrderForm.objects.filter(callback__in=rows)
    found = {key: values_of(cells) for key, cells in forms.values_list("callback_id", "fields")}
    return [(row, found.get(row.id, {}).get("content", "")) for row in rows]
