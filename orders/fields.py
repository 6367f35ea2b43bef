"""The fields of an order form: kinds, limits, and who may write what. Pure.

The one place for these rules: socket, page and API all go through `clean`.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from marketplace.core.money import Money, MoneyError
from orders.countries import COUNTRIES
from orders.faults import FieldError
from orders.states import Role
from orders.times import is_zone, parse_local

BOTH: Final = frozenset(Role)
MERCHANT_ONLY: Final = frozenset({Role.MERCHANT})


class Kind(StrEnum):
    """How a field's text is read."""

    LINE = "line"
    PROSE = "prose"
    MONEY = "money"
    LOCAL_TIME = "local_time"
    ZONE = "zone"
    COUNTRY = "country"
    PHONE = "phone"
    EMAIL = "email"


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


_ALL: Final = (
    Field("content", "content", Kind.PROSE, 2000),
    Field("price", "price", Kind.MONEY, 20, MERCHANT_ONLY, inputmode="decimal"),
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
# What a customer can be asked for: nothing only the merchant may write.
REQUESTABLE: Final = frozenset(f.group for f in _ALL if Role.CUSTOMER in f.writers)

_PHONE: Final = re.compile(r"\+?[0-9 ()./-]*")
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")


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

    Free text keeps every character as typed. Raises FieldError with the code of the first
    thing wrong: rights, length, characters, then the kind's own rules.
    """
    field = field_for(key, role)
    if len(text) > field.max_length:
        raise FieldError("field_too_long", key, limit=field.max_length, length=len(text))
    text = _printable(text.replace("\r\n", "\n"), field)
    if field.kind in _FREE:
        return text
    text = text.strip()
    return _CLEANERS[field.kind](text, key, currency) if text else ""


def _printable(text: str, field: Field) -> str:
    """Refuse control characters and lone surrogates; direction marks and emoji are text."""
    for character in text:
        if unicodedata.category(character) not in {"Cc", "Cs"}:
            continue
        if character != "\n" or field.kind is not Kind.PROSE:
            raise FieldError("field_control_character", field.key)
    return text


def _money(text: str, key: str, currency: str) -> str:
    try:
        return Money.parse(text, currency).text
    except MoneyError as error:
        raise FieldError(error.code, key, currency=currency) from error


def _local_time(text: str, key: str, _currency: str) -> str:
    parse_local(text, key)
    return text


def _zone(text: str, key: str, _currency: str) -> str:
    if not is_zone(text):
        raise FieldError("zone_unknown", key)
    return text


def _country(text: str, key: str, _currency: str) -> str:
    code = text.upper()
    if code not in COUNTRIES:
        raise FieldError("country_unknown", key)
    return code


def _phone(text: str, key: str, _currency: str) -> str:
    if not _PHONE.fullmatch(text):
        raise FieldError("phone_malformed", key)
    return text


def _email(text: str, key: str, _currency: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise FieldError("email_malformed", key)
    return text


_FREE: Final = frozenset({Kind.LINE, Kind.PROSE})
_CLEANERS: Final[Mapping[Kind, Callable[[str, str, str], str]]] = {
    Kind.MONEY: _money,
    Kind.LOCAL_TIME: _local_time,
    Kind.ZONE: _zone,
    Kind.COUNTRY: _country,
    Kind.PHONE: _phone,
    Kind.EMAIL: _email,
}
