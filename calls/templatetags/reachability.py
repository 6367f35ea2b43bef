"""Who can be called right now, for pages of apps below calls in the import order."""

from uuid import UUID

from django import template
from django.utils import timezone

from calls.models import PublishedAddress

register = template.Library()


@register.simple_tag
def reachable_merchants() -> set[UUID]:
    """Return the merchants of the scope in force with somebody at the desk: one query."""
    valid = PublishedAddress.objects.filter(address__isnull=False, valid_until__gt=timezone.now())
    return set(valid.values_list("merchant_id", flat=True))
