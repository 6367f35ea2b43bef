"""How people, money and artwork are written in a template."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from babel import Locale
from django import template
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.translation import get_language, to_locale

from marketplace.core.money import Money

register = template.Library()

# Day before month and a 24-hour clock: read the same by everybody who reads English here.
_DAYS: Final = {"zh-hans": "Y年n月j日"}
_DAY: Final = "j M Y"
_CLOCK: Final = "H:i"


@register.filter
def initials(name: str) -> str:
    """Return one or two letters for an avatar: “Jasmine & Smoke” → “JS”, “林小姐” → “林”."""
    words = [word for word in str(name).split() if word[0].isalnum()]
    if not words:
        return "·"
    if not words[0].isascii():
        return words[0][0]
    return "".join(word[0] for word in (words[0], words[-1])[: len(words)]).upper()


@register.filter
def money(minor: int, currency: str) -> str:
    """Return an amount of minor units as people read it in the page's language: “€48.00”."""
    return Money(int(minor), currency).format(get_language() or "en")


@register.simple_tag
def art_url(art: str, part: str) -> str:
    """Return the address of a merchant's “cover” or “logo”; empty when there is no artwork."""
    if not art:
        return ""
    try:
        return static(f"core/img/art/{art}-{part}.svg")
    except ValueError:  # the manifest knows no such file: the page shows initials instead
        return ""


@register.filter
def money_list(amounts: list[Money]) -> str:
    """Return amounts of several currencies, one a line; a dash for none."""
    language = get_language() or "en"
    return "\n".join(amount.format(language) for amount in amounts) or "–"


@register.filter
def percent(basis_points: int) -> str:
    """Return basis points as a percentage without needless zeros: 800 → “8”, 825 → “8.25”."""
    return f"{basis_points / 100:g}"


@register.filter(expects_localtime=True)
def day(moment: datetime) -> str:
    """Return a day in the page's language, in the time zone in force: “22 Nov 2026”."""
    return date_format(moment, _DAYS.get(get_language() or "", _DAY))


@register.filter(expects_localtime=True)
def clock(moment: datetime) -> str:
    """Return a time of day, in the time zone in force: “14:30”."""
    return date_format(moment, _CLOCK)


@register.filter(expects_localtime=True)
def day_time(moment: datetime) -> str:
    """Return day and time of day: “22 Nov 2026, 14:30”."""
    comma = " " if (get_language() or "") in _DAYS else ", "
    return f"{day(moment)}{comma}{clock(moment)}"


@register.filter
def address_lines(address: Mapping[str, str]) -> list[str]:
    """Return the lines of an address, the country by its name in the page's language."""
    country = address.get("country", "")
    locale = Locale.parse(to_locale(get_language() or "en"))
    place = f"{address.get('postal_code', '')} {address.get('city', '')}".strip()
    lines = [address.get("line1"), address.get("line2"), place, address.get("region")]
    return [line for line in [*lines, locale.territories.get(country, country)] if line]
