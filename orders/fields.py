"""The fields of an order form: kinds, limits, and who may write what. Pure.

The one place for these rules: socket, page and API all go through `clean`. The database holds
the rights too (`migrations/0006_deal_walls.py`); a test keeps both equal.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from orders.faults import FieldError
from orders.kinds import Kind, read
from orders.states import Role

BOTH: Final = frozenset(Role)
MERCHANT_ONLY: Final = frozenset({Role.MERCHANT})
CUSTOMER_ONLY: Final = frozenset({Role.CUSTOMER})
LINES: Final = 20
"""How many lines a form has room for; an empty one is no line."""
LINE_PARTS: Final = ("description", "quantity", "unit", "price", "photo")


@dataclass(frozen=True, slots=True)
class Field:
    """One field; its key is the contract between server, both screens and the order."""

    key: str
    group: str
    kind: Kind
    max_length: int
    writers: frozenset[Role] = BOTH
    autocomplete: str = "off"
    inputmode: str = "text"


def line_key(number: int, part: str) -> str:
    """Return the key of one part of a line, counted from 1."""
    return f"line.{number}.{part}"


def _line(number: int) -> tuple[Field, ...]:
    return (
        Field(line_key(number, "description"), "lines", Kind.LINE, 200),
        Field(line_key(number, "quantity"), "lines", Kind.QUANTITY, 12, inputmode="decimal"),
        Field(line_key(number, "unit"), "lines", Kind.LINE, 20),
        Field(
            line_key(number, "price"),
            "lines",
            Kind.MONEY,
            20,
            MERCHANT_ONLY,
            inputmode="decimal",
        ),
        Field(line_key(number, "photo"), "lines", Kind.PHOTO, 22),
    )


_ALL: Final = (
    Field("content", "content", Kind.PROSE, 2000),
    *(field for number in range(1, LINES + 1) for field in _line(number)),
    Field("price", "price", Kind.MONEY, 20, MERCHANT_ONLY, inputmode="decimal"),
    # What the customer would pay; counts when the merchant writes it into the price.
    Field("price.proposal", "proposal", Kind.MONEY, 20, CUSTOMER_ONLY, inputmode="decimal"),
    Field("discount", "terms", Kind.SHARE, 20, MERCHANT_ONLY, inputmode="decimal"),
    Field("delivery", "terms", Kind.MONEY, 20, MERCHANT_ONLY, inputmode="decimal"),
    Field("tax.rate", "terms", Kind.PERCENT, 8, MERCHANT_ONLY, inputmode="decimal"),
    Field("tax.included", "terms", Kind.YES_NO, 3, MERCHANT_ONLY),
    Field("deposit", "terms", Kind.SHARE, 20, MERCHANT_ONLY, inputmode="decimal"),
    Field("pay_within", "terms", Kind.HOURS, 4, MERCHANT_ONLY),
    Field("time.start", "time", Kind.LOCAL_TIME, 16),
    Field("time.end", "time", Kind.LOCAL_TIME, 16),
    Field("time.zone", "time", Kind.ZONE, 40),
    Field("address.line1", "address", Kind.LINE, 100, autocomplete="address-line1"),
    Field("address.line2", "address", Kind.LINE, 100, autocomplete="address-line2"),
    Field("address.postal_code", "address", Kind.LINE, 20, autocomplete="postal-code"),
    Field("address.city", "address", Kind.LINE, 80, autocomplete="address-level2"),
    Field("address.region", "address", Kind.LINE, 80, autocomplete="address-level1"),
    Field("address.country", "address", Kind.COUNTRY, 2, autocomplete="country"),
    Field("contact.name", "contact", Kind.LINE, 80, autocomplete="name"),
    Field("contact.phone", "contact", Kind.PHONE, 32, autocomplete="tel", inputmode="tel"),
    Field("contact.email", "contact", Kind.EMAIL, 254, autocomplete="email", inputmode="email"),
    Field("note", "note", Kind.PROSE, 1000),
)
FIELDS: Final[Mapping[str, Field]] = {field.key: field for field in _ALL}
GROUPS: Final = tuple(dict.fromkeys(field.group for field in _ALL))
ADDRESS_KEYS: Final = tuple(field.key for field in _ALL if field.group == "address")
CONTACT_KEYS: Final = tuple(field.key for field in _ALL if field.group == "contact")
REQUESTABLE: Final = frozenset(
    field.key
    for field in _ALL
    if Role.CUSTOMER in field.writers and field.group != "lines" and field.key != "time.zone"
)
"""What a customer can be asked for: nothing only the merchant may write."""


def field_for(key: str, role: Role) -> Field:
    """Return the field if `role` may write it; raises FieldError field_unknown, field_forbidden."""
    field = FIELDS.get(key)
    if field is None:
        raise FieldError("field_unknown", key[:40])
    if role not in field.writers:
        raise FieldError("field_forbidden", key)
    return field


def clean(key: str, text: str, *, role: Role, currency: str) -> str:
    """Return the canonical value `role` may put into field `key`; empty clears it.

    Raises FieldError with the code of the first thing wrong: rights, length, characters, then
    the kind's own rules.
    """
    field = field_for(key, role)
    if len(text) > field.max_length:
        raise FieldError("field_too_long", key, limit=field.max_length, length=len(text))
    return read(field.kind, text, key=key, currency=currency)
