"""How a call came out, for pages: `{% outcome_chip call %}` and `{% outcome_text call %}`."""

from typing import Any

from django import template
from django.utils.functional import Promise

from calls.models import Call
from calls.outcome_words import OUTCOME_WORDS, OutcomeWords
from calls.outcomes import outcome_of
from calls.states import TALKING

register = template.Library()


def words_of(call: Call) -> OutcomeWords:
    """Return the words for a call as it stands, ended or not."""
    if not call.is_open:
        return OUTCOME_WORDS[str(outcome_of(call.state, call.end_reason))]
    return OUTCOME_WORDS["talking" if call.state in TALKING else str(call.state)]


@register.inclusion_tag("components/_state.html")
def outcome_chip(call: Call) -> dict[str, Any]:
    """Show how a call came out as word, colour and icon."""
    return words_of(call)._asdict()


@register.simple_tag
def outcome_text(call: Call) -> str | Promise:
    """Return one sentence on how a call came out."""
    return words_of(call).text
