"""The start of a request to be called back."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from calls.services.leave_callback import Reach
from orders.errors import FieldRefusedError
from orders.faults import FieldError
from orders.fields import FIELDS, clean
from orders.states import Role

LEAST_FIGURES: Final = 5


class RequestForm(forms.Form):
    """Who asks, how they are reached (one way is enough), and what it is about.

    The rules are those of the order form's own fields; the address is checked by Django too.
    """

    name = forms.CharField(max_length=80, required=False)
    email = forms.EmailField(max_length=254, required=False)
    phone = forms.CharField(max_length=32, required=False)
    content = forms.CharField(max_length=FIELDS["content"].max_length, required=False)
    call = forms.CharField(max_length=22, required=False)

    def clean_name(self) -> str:
        """Return a name as the order form takes it."""
        return self._as_field("name", "contact.name")

    def clean_email(self) -> str:
        """Return an address as the order form takes it."""
        return self._as_field("email", "contact.email")

    def clean_phone(self) -> str:
        """Return a number with enough figures to be dialled."""
        phone = self._as_field("phone", "contact.phone")
        if phone and sum(character.isdigit() for character in phone) < LEAST_FIGURES:
            raise forms.ValidationError(_("Enter the whole number."))
        return phone

    def clean_content(self) -> str:
        """Return the words as the order form takes them."""
        return self._as_field("content", "content")

    def clean(self) -> dict[str, Any]:
        """Require one way to be reached; a wrong one has been named already."""
        values = super().clean() or self.cleaned_data
        if not {"email", "phone"} & self.errors.keys() and not (
            values.get("email") or values.get("phone")
        ):
            self.add_error("email", _("Leave an e-mail address or a phone number."))
        return values

    def reach(self, language: str) -> Reach:
        """Return how the customer is reached, once the form is valid."""
        found = self.cleaned_data
        return Reach(
            name=found["name"], email=found["email"], phone=found["phone"], language=language
        )

    def _as_field(self, name: str, key: str) -> str:
        try:
            return clean(key, self.cleaned_data[name], role=Role.CUSTOMER, currency="EUR")
        except FieldError as fault:
            raise forms.ValidationError(str(FieldRefusedError.of(fault).message)) from fault
