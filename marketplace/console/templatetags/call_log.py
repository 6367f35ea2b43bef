"""How lengths of time and stars are written in the call log."""

from datetime import timedelta

from django import template
from django.utils.translation import gettext as _

register = template.Library()
_MINUTE = 60
_HOUR = 3600
_MOST = 5


@register.filter
def span(length: timedelta | None) -> str:
    """Return a length as people say it: “12 s”, “3 min 20 s”, “1 h 5 min”; a dash for none."""
    if length is None:
        return "–"
    seconds = max(0, round(length.total_seconds()))
    if seconds < _MINUTE:
        return _("%(seconds)s s") % {"seconds": seconds}
    if seconds < _HOUR:
        minutes, rest = divmod(seconds, _MINUTE)
        return _("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": rest}
    hours, rest = divmod(seconds // _MINUTE, _MINUTE)
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}


@register.filter
def stars(number: int) -> str:
    """Return so many of five stars, for the eye; the words stand beside them."""
    return "★" * number + "☆" * (_MOST - number)
