"""How calls ring, who may wait, and how media travels."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from merchants.models import MediaMode, Merchant

# The same words for whatever is wrong with a number: they name what fits.
_WRONG: Final = ("required", "invalid", "min_value", "max_value")
_SECONDS: Final = dict.fromkeys(_WRONG, _("Give 15 to 120 seconds."))
_CALLERS: Final = dict.fromkeys(_WRONG, _("Give a number from 0 to 50."))


class RingingForm(forms.Form):
    """Ring time, length of the queue, media mode."""

    ring_seconds = forms.IntegerField(min_value=15, max_value=120, error_messages=_SECONDS)
    queue_length = forms.IntegerField(min_value=0, max_value=50, error_messages=_CALLERS)
    media_mode = forms.ChoiceField(
        choices=MediaMode.choices,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose one of the two.")),
    )


def ringing_values(merchant: Merchant) -> dict[str, Any]:
    """Return what the form shows of a merchant."""
    return {name: getattr(merchant, name) for name in RingingForm.base_fields}
