"""How the text of a field is read: one reader per kind, each giving the canonical value. Pure."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Final

from marketplace.core.money import Money, MoneyError
from orders.countries import COUNTRIES
from orders.faults import FieldError
from orders.times import is_zone, parse_local

LARGEST_QUANTITY: Final = Decimal(100_000)
PAY_WITHIN_HOURS: Final = (1, 24, 72, 168, 720)
"""How long an offer can hold, in hours."""
_PHONE: Final = re.compile(r"\+?[0-9 ()./-]*")
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_DECIMAL: Final = re.compile(r"(?P<whole>[0-9]{1,6})(?:[.,](?P<part>[0-9]{0,3}))?", re.ASCII)
_PHOTO: Final = re.compile(r"[0-9A-Za-z_-]{22}", re.ASCII)


class Kind(StrEnum):
    """How a field's text is read."""

    LINE = "line"
    PROSE = "prose"
    MONEY = "money"
    QUANTITY = "quantity"
    PERCENT = "percent"
    SHARE = "share"
    YES_NO = "yes_no"
    HOURS = "hours"
    PHOTO = "photo"
    LOCAL_TIME = "local_time"
    ZONE = "zone"
    COUNTRY = "country"
    PHONE = "phone"
    EMAIL = "email"


def read(kind: Kind, text: str, *, key: str, currency: str) -> str:
    """Return the canonical value of a text that is not too long; empty stays empty.

    Free text keeps every character as typed. Raises FieldError.
    """
    text = _printable(text.replace("\r\n", "\n"), kind, key)
    if kind in _FREE:
        return text
    text = text.strip()
    return _READERS[kind](text, key, currency) if text else ""


def _printable(text: str, kind: Kind, key: str) -> str:
    """Refuse control characters and lone surrogates; direction marks and emoji are text."""
    for character in text:
        if unicodedata.category(character) not in {"Cc", "Cs"}:
            continue
        if character != "\n" or kind is not Kind.PROSE:
            raise FieldError("field_control_character", key)
    return text


def _money(text: str, key: str, currency: str) -> str:
    try:
        return Money.parse(text, currency).text
    except MoneyError as error:
        raise FieldError(error.code, key, currency=currency) from error


def _decimal(text: str, key: str, code: str) -> Decimal:
    found = _DECIMAL.fullmatch(text)
    if not found:
        raise FieldError(code, key)
    return Decimal(f"{found['whole']}.{found['part'] or '0'}")


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _quantity(text: str, key: str, _currency: str) -> str:
    value = _decimal(text, key, "quantity_invalid")
    if not 0 < value <= LARGEST_QUANTITY:
        raise FieldError("quantity_invalid", key)
    return _plain(value)


def _percent(text: str, key: str, _currency: str) -> str:
    value = _decimal(text.removesuffix("%").rstrip(), key, "percent_invalid")
    if value > 100:  # noqa: PLR2004  # percent
        raise FieldError("percent_invalid", key)
    return _plain(value)


def _share(text: str, key: str, currency: str) -> str:
    """Read an amount, or a part in percent written with its sign."""
    return (
        f"{_percent(text, key, currency)}%" if text.endswith("%") else _money(text, key, currency)
    )


def _yes_no(text: str, key: str, _currency: str) -> str:
    if text not in {"yes", "no"}:
        raise FieldError("choice_unknown", key)
    return text


def _hours(text: str, key: str, _currency: str) -> str:
    if text not in {str(hours) for hours in PAY_WITHIN_HOURS}:
        raise FieldError("choice_unknown", key)
    return text


def _photo(text: str, key: str, _currency: str) -> str:
    if not _PHOTO.fullmatch(text):
        raise FieldError("photo_unknown", key)
    return text


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
_READERS: Final[Mapping[Kind, Callable[[str, str, str], str]]] = {
    Kind.MONEY: _money,
    Kind.QUANTITY: _quantity,
    Kind.PERCENT: _percent,
    Kind.SHARE: _share,
    Kind.YES_NO: _yes_no,
    Kind.HOURS: _hours,
    Kind.PHOTO: _photo,
    Kind.LOCAL_TIME: _local_time,
    Kind.ZONE: _zone,
    Kind.COUNTRY: _country,
    Kind.PHONE: _phone,
    Kind.EMAIL: _email,
}
