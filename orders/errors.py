"""What can go wrong with a form, a request or an order, in words for the person."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import DomainError, InputInvalidError
from orders.faults import FieldError

_WORDS: Final[Mapping[str, str | Promise]] = {
    "field_unknown": _("There is no such field."),
    "field_forbidden": _("Only the merchant can set this."),
    "field_too_long": _("This is too long."),
    "field_control_character": _("This contains characters that cannot be used here."),
    "field_missing": _("This is still missing."),
    "amount_invalid": _("Enter an amount in figures, like 48.00."),
    "amount_negative": _("The amount cannot be below zero."),
    "amount_too_precise": _("This currency has fewer decimals."),
    "amount_too_large": _("The amount is too large."),
    "time_malformed": _("Enter a date and a time."),
    "time_in_gap": _("The clocks go forward over this time; it does not exist that day."),
    "time_past": _("This time has passed."),
    "time_end_before_start": _("The end is before the start."),
    "zone_unknown": _("This time zone is not known."),
    "country_unknown": _("Choose a country."),
    "phone_malformed": _("A phone number has figures, spaces and + - ( ) only."),
    "email_malformed": _("An e-mail address looks like name@example.com."),
}


class FieldRefusedError(InputInvalidError):
    """A value was refused; the code says why, `data["field"]` where."""

    def __init__(self, code: str, field: str, **data: Any) -> None:
        """Keep the reason as this error's own code."""
        super().__init__(_WORDS.get(code), field=field, **data)
        self.code = code  # type: ignore[misc]  # one class, many reasons: the code is per instance

    @classmethod
    def of(cls, fault: FieldError) -> "FieldRefusedError":
        """Return the pure fault in words."""
        return cls(fault.code, fault.field, **fault.data)


class CallNotAcceptedError(DomainError):
    """Nobody has accepted the call yet, so there is no form."""

    code = "call_not_accepted"
    status = 403
    message = _("The order form opens when the call is answered.")


class CallNotActiveError(DomainError):
    """A request can be sent only while the two are talking."""

    code = "call_not_active"
    message = _("This is possible only during the call.")


class FormClosedError(DomainError):
    """The form is ordered or expired and takes no more changes; `data["state"]` says which."""

    code = "form_closed"
    message = _("This form is closed.")


class OpReusedError(DomainError):
    """The operation id belongs to another edit."""

    code = "op_reused"
    message = _("This change could not be told apart from another one. Please type it again.")


class StaleConfirmationError(DomainError):
    """The form has moved on; `data` names the new revision and the keys that changed."""

    code = "stale_confirmation"
    message = _("Something changed in the meantime. Please look again.")


class FormIncompleteError(DomainError):
    """Something is missing or no longer right; `data["fields"]` maps keys to codes."""

    code = "form_incomplete"
    status = 400
    message = _("Some information is still missing.")


class NotConfirmedError(DomainError):
    """Not both sides confirmed this revision."""

    code = "not_confirmed"
    message = _("Both sides have to confirm first.")


class RequestClosedError(DomainError):
    """The request was recalled or dealt with; `data["state"]` says which."""

    code = "request_closed"
    message = _("This request is no longer open. What you typed is kept.")


class GroupUnknownError(InputInvalidError):
    """The customer cannot be asked for this group of fields."""

    code = "group_unknown"
    message = _("This cannot be asked for.")


class MerchantClosedError(DomainError):
    """The merchant is not live, so no order can be made."""

    code = "merchant_suspended"
    message = _("This merchant cannot take orders right now.")
