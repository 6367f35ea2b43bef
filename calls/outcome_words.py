"""How a call came out, in a merchant's words: chip and sentence for desk and log.

What the customer reads on their own page is in templates/calls/_ending_words.html.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class OutcomeWords(NamedTuple):
    """Word, colour and icon of the chip, and a sentence that says what happened."""

    label: str | Promise
    kind: str
    icon: str
    text: str | Promise


OUTCOME_WORDS: Final[Mapping[str, OutcomeWords]] = {
    "completed": OutcomeWords(
        _("Answered"), "pine", "check", _("Somebody answered, and one side hung up.")
    ),
    "lost": OutcomeWords(
        _("Connection lost"), "crimson", "warn", _("The connection broke and did not come back.")
    ),
    "declined": OutcomeWords(_("Declined"), "", "phone-off", _("A member declined the call.")),
    "cancelled": OutcomeWords(
        _("Cancelled"), "amber", "phone-off", _("The customer hung up before somebody answered.")
    ),
    "not_answered": OutcomeWords(
        _("Missed"), "crimson", "phone-off", _("It rang, and nobody answered in time.")
    ),
    "left_queue": OutcomeWords(
        _("Left the queue"), "amber", "phone-off", _("The customer waited and left the queue.")
    ),
    "waited_too_long": OutcomeWords(
        _("Waited too long"), "crimson", "clock", _("No member became free in time.")
    ),
    "busy": OutcomeWords(
        _("All busy"), "crimson", "users", _("All members were in calls and the queue was full.")
    ),
    "nobody_there": OutcomeWords(
        _("Nobody at the desk"), "crimson", "moon", _("It did not ring: no desk was reachable.")
    ),
    "closed": OutcomeWords(
        _("Closed"), "", "moon", _("The customer called while the storefront was closed.")
    ),
    "blocked": OutcomeWords(
        _("Blocked"), "", "lock", _("You take no calls from this customer, so it did not ring.")
    ),
    "talking": OutcomeWords(_("In call"), "pine", "phone", _("The call is going on.")),
    "ringing": OutcomeWords(_("Ringing"), "amber", "bell", _("The call is ringing.")),
    "queued": OutcomeWords(_("Waiting"), "amber", "clock", _("The customer waits in the queue.")),
}
