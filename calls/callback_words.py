"""What a desk reads of a request to be called back: why it was left, and how it was closed."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from calls.states import CloseReason

CAUSES: Final[Mapping[str, str | Promise]] = {
    "not_answered": _("Called, and nobody answered."),
    "declined": _("Called, and was declined."),
    "cancelled": _("Called and hung up."),
    "left_queue": _("Waited in the queue and left."),
    "waited_too_long": _("Waited in the queue too long."),
    "busy": _("Called while everybody was busy."),
    "nobody_there": _("Called while nobody was at the desk."),
    "closed": _("Called while you were closed."),
    "lost": _("The call was lost."),
    "completed": _("Left after a call."),
}
"""By `calls.outcomes.Outcome`; a request that follows no call has no cause."""

CLOSES: Final[Mapping[str, str | Promise]] = {
    CloseReason.REACHED: _("We have talked or written to each other"),
    CloseReason.NOT_REACHED: _("The customer could not be reached"),
    CloseReason.CANNOT_HELP: _("We cannot help with this"),
    CloseReason.UNWANTED: _("Not a real request"),
    CloseReason.WITHDRAWN: _("The customer withdrew it"),
}
