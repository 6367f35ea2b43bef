"""Who can be called right now, for pages of apps below calls in the import order."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calls.models import PublishedAddress

register = template.Library()
_STEP: Final = 5
_MINUTE: Final = 60


@register.simple_tag
def reachable_merchants() -> dict[UUID, int | None]:
    """Return the merchants of the scope in force with somebody at the desk: one query.

    Each with the seconds in which calls are usually answered there, where that is known.
    """
    valid = PublishedAddress.objects.filter(address__isnull=False, valid_until__gt=timezone.now())
    return dict(valid.values_list("merchant_id", "answer_seconds"))


@register.filter
def usually_answers(reachable: Mapping[UUID, int | None], merchant_id: UUID) -> str:
    """Return how fast a merchant usually answers, rounded up to fair steps; empty if unknown."""
    seconds = reachable.get(merchant_id)
    if seconds is None:
        return ""
    if seconds < _MINUTE:
        fair = max(_STEP, -(-seconds // _STEP) * _STEP)
        return _("usually answers in %(seconds)s s") % {"seconds": fair}
    minutes = -(-seconds // _MINUTE)
    return ngettext(
        "usually answers in %(minutes)s minute", "usually answers in %(minutes)s minutes", minutes
    ) % {"minutes": minutes}
