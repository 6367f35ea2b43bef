"""Sets of values a merchant keeps to fill forms with: kept under a name, and dropped."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from calls.text import clean_text
from marketplace.accounts import audit
from marketplace.core.errors import NotFoundError
from merchants.models import Merchant
from merchants.scope import current_scope
from orders.errors import FieldRefusedError, TemplatesFullError
from orders.faults import FieldError
from orders.fields import LINE_PARTS, LINES, clean, line_key
from orders.models import OrderTemplate
from orders.states import Role

MOST: Final = 50
NAME_CHARACTERS: Final = 80
_PARTS: Final = tuple(part for part in LINE_PARTS if part != "photo")
KEPT: Final = frozenset(
    {
        "content",
        "price",
        "discount",
        "delivery",
        "tax.rate",
        "tax.included",
        "deposit",
        "pay_within",
        *(line_key(number, part) for number in range(1, LINES + 1) for part in _PARTS),
    }
)
"""What a template may hold: nothing of one customer."""


def keep_template(merchant: Merchant, *, name: str, values: Mapping[str, str]) -> OrderTemplate:
    """Keep values under a name, in place of what had the name before.

    Values are checked as an edit of the merchant would be; lines move up into gaps. Raises
    FieldRefusedError, TemplatesFullError.
    """
    label = " ".join(clean_text(name).split())
    if not label:
        raise FieldRefusedError("field_missing", "name")
    if len(label) > NAME_CHARACTERS:
        raise FieldRefusedError("field_too_long", "name", limit=NAME_CHARACTERS)
    kept = _moved_up(_checked(values, merchant.currency))
    if not kept:
        raise FieldRefusedError("field_missing", "values")
    others = OrderTemplate.objects.exclude(name=label).count()
    if others >= MOST:
        raise TemplatesFullError(limit=MOST)
    template: OrderTemplate
    template, _made = OrderTemplate.objects.update_or_create(
        merchant=merchant, name=label, defaults={"values": kept, "position": others}
    )
    _audited("template.kept", template)
    return template


def drop_template(key: str) -> None:
    """Drop a template of the merchant in scope by its key; raises NotFoundError."""
    template = template_by_key(key)
    _audited("template.dropped", template)
    template.delete()


def template_by_key(key: str) -> OrderTemplate:
    """Return a template of the merchant in scope; raises NotFoundError."""
    try:
        template: OrderTemplate | None = OrderTemplate.objects.filter(id=UUID(key)).first()
    except ValueError:
        template = None
    if template is None:
        raise NotFoundError
    return template


def _checked(values: Mapping[str, str], currency: str) -> dict[str, str]:
    found = {}
    for key, text in values.items():
        if key not in KEPT:
            raise FieldRefusedError("field_unknown", key[:40])
        try:
            value = clean(key, text, role=Role.MERCHANT, currency=currency)
        except FieldError as error:
            raise FieldRefusedError.of(error) from error
        if value:
            found[key] = value
    return found


def _moved_up(values: Mapping[str, str]) -> dict[str, str]:
    """Return the values with their lines counted from 1, without gaps."""
    used = [
        number
        for number in range(1, LINES + 1)
        if any(line_key(number, part) in values for part in _PARTS)
    ]
    moved = {key: value for key, value in values.items() if not key.startswith("line.")}
    for place, number in enumerate(used, 1):
        for part in _PARTS:
            if line_key(number, part) in values:
                moved[line_key(place, part)] = values[line_key(number, part)]
    return moved


def _audited(what: str, template: OrderTemplate) -> None:
    audit.record(
        current_scope().actor,
        what,
        subject=("template", template.id),
        merchant_id=template.merchant_id,
    )
