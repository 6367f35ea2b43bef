"""State chips by subject and stored state."""

from typing import Any

from django import template
from django.utils.functional import Promise

from marketplace.console.words import HOLD, look_of

register = template.Library()


@register.inclusion_tag("components/_state.html")
def state_chip(subject: str, state: str) -> dict[str, Any]:
    """Show a stored state as word, colour and icon: `{% state_chip "order" order.state %}`."""
    return look_of(subject, state)._asdict()


@register.filter
def hold_words(reason: str) -> str | Promise:
    """Return why a settlement is held, in words."""
    return HOLD.get(reason, reason)
