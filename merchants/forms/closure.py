"""The closure switch: until when, and what callers read."""

from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from merchants.models import Merchant

LONGEST: Final = timedelta(days=366)
_INPUT: Final = "%Y-%m-%dT%H:%M"


class ClosureForm(forms.Form):
    """An end on the merchant's clock, or none, and a note."""

    until = forms.DateTimeField(
        required=False,
        input_formats=[_INPUT],
        error_messages={"invalid": _("Choose day and time, or leave it empty.")},
    )
    note = forms.CharField(
        required=False,
        max_length=200,
        error_messages={"max_length": _("This note is too long: at most 200 letters.")},
    )

    def __init__(self, merchant: Merchant, *args: Any, **kwargs: Any) -> None:
        """Read and show times on the clock of the merchant."""
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(merchant.time_zone)

    def clean_until(self) -> datetime | None:
        """Return the end as a moment; it lies ahead, and not further than a year."""
        until: datetime | None = self.cleaned_data["until"]
        if until is None:
            return None
        moment = until.replace(tzinfo=self.zone)
        if moment <= timezone.now():
            raise forms.ValidationError(_("This moment has passed. Choose a later one."))
        if moment > timezone.now() + LONGEST:
            raise forms.ValidationError(_("Choose a moment within a year, or leave it empty."))
        return moment


def closure_values(merchant: Merchant) -> dict[str, str]:
    """Return what the form shows of a merchant's closure in force."""
    if not merchant.is_closed_by_hand:
        return {}
    until = merchant.closed_until
    local = until.astimezone(ZoneInfo(merchant.time_zone)).strftime(_INPUT) if until else ""
    return {"until": local, "note": merchant.closed_note}
