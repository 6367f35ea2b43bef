"""What the fields of an order are called, and how their values are read, for pages."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from babel import Locale
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext, to_locale
from django.utils.translation import gettext_lazy as _

from marketplace.core.money import Money, MoneyError
from orders.fields import FIELDS
from orders.kinds import Kind

_LABELS: Final[Mapping[str, str | Promise]] = {
    "content": _("What"),
    "price": _("Price"),
    "price.proposal": _("Proposed price"),
    "discount": _("Discount"),
    "delivery": _("Delivery"),
    "tax.rate": _("Tax rate"),
    "tax.included": _("Tax"),
    "deposit": _("Deposit"),
    "pay_within": _("Pay within"),
    "time.start": _("Start"),
    "time.end": _("End"),
    "time.zone": _("Time zone"),
    "address.line1": _("Street and number"),
    "address.line2": _("Floor, door, company"),
    "address.postal_code": _("Postal code"),
    "address.city": _("City"),
    "address.region": _("Region"),
    "address.country": _("Country"),
    "contact.name": _("Name"),
    "contact.phone": _("Phone"),
    "contact.email": _("E-mail"),
    "note": _("Note"),
}
_PARTS: Final[Mapping[str, str | Promise]] = {
    "description": _("Description"),
    "quantity": _("Quantity"),
    "unit": _("Unit"),
    "price": _("Unit price"),
    "photo": _("Picture"),
}
_DAY_HOURS: Final = 24


def label_of(key: str) -> str:
    """Return what a field is called: “Price”, “Line 2: Quantity”."""
    if key.startswith("line."):
        _line, number, part = key.split(".")
        return gettext("Line %(number)s: %(part)s") % {"number": number, "part": _PARTS[part]}
    return str(_LABELS[key])


def readable(key: str, value: str, currency: str) -> str:
    """Return a value as people read it; what cannot be read better stays as it is."""
    reader = _READERS.get(FIELDS[key].kind)
    return reader(value, currency) if reader and value else value


def _money(value: str, currency: str) -> str:
    try:
        return Money.parse(value, currency).format(get_language() or "en")
    except MoneyError:
        return value


def _share(value: str, currency: str) -> str:
    return value if value.endswith("%") else _money(value, currency)


def _percent(value: str, _currency: str) -> str:
    return f"{value}%"


def _included(value: str, _currency: str) -> str:
    return gettext("on top") if value == "no" else gettext("included")


def _hours(value: str, _currency: str) -> str:
    hours = int(value)
    if hours < _DAY_HOURS:
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    days = hours // _DAY_HOURS
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


def _country(value: str, _currency: str) -> str:
    locale = Locale.parse(to_locale(get_language() or "en"))
    return str(locale.territories.get(value, value))


def _local_time(value: str, _currency: str) -> str:
    try:
        return f"{datetime.fromisoformat(value):%Y-%m-%d %H:%M}"
    except ValueError:
        return value


def _picture(_value: str, _currency: str) -> str:
    return gettext("a picture")


_READERS: Final[Mapping[Kind, Callable[[str, str], str]]] = {
    Kind.MONEY: _money,
    Kind.SHARE: _share,
    Kind.PERCENT: _percent,
    Kind.YES_NO: _included,
    Kind.HOURS: _hours,
    Kind.COUNTRY: _country,
    Kind.LOCAL_TIME: _local_time,
    Kind.PHOTO: _picture,
}
