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
    "quantity_invalid": _("Enter a quantity, like 2 or 1.5, with at most three decimals."),
    "percent_invalid": _("Enter a percentage from 0 to 100."),
    "choice_unknown": _("Choose one of the answers offered."),
    "photo_unknown": _("This picture is not here any more. Please add it again."),
    "price_is_sum": _("The price is the sum of the lines."),
    "discount_too_large": _("The discount is more than the price."),
    "deposit_too_large": _("The deposit is more than the total."),
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


class ReplyEmptyError(InputInvalidError):
    """A question about nothing, without a word."""

    code = "reply_empty"
    message = _("Choose what you ask about, or write it down.")


class NothingToUndoError(DomainError):
    """None of the person's own changes stands any more."""

    code = "nothing_to_undo"
    message = _("There is nothing of yours to take back.")


class RequestClosedError(DomainError):
    """The request was recalled or dealt with; `data["state"]` says which."""

    code = "request_closed"
    message = _("This request is no longer open. What you typed is kept.")


class FieldNotAskableError(InputInvalidError):
    """The customer cannot be asked for this, or was not; `data["fields"]` names the keys."""

    code = "field_not_askable"
    message = _("This cannot be asked for.")


class TooSoonError(DomainError):
    """The last reminder was a moment ago; `data["seconds"]` says how long to wait."""

    code = "too_soon"
    message = _("Please leave the customer a moment before you remind them.")


class TemplatesFullError(DomainError):
    """The merchant keeps as many templates as it can; `data["limit"]` says how many."""

    code = "templates_full"
    message = _("There is no room for another template. Delete one first.")


class OrderNotPaidError(DomainError):
    """Nothing can be marked as done for it: it is not paid, or closed, see `data["state"]`."""

    code = "order_not_paid"
    message = _("Nothing can be marked for this order now: it is not paid, or it is closed.")


class OrderKeyError(DomainError):
    """The key of a link to an order is changed, too old, or revoked."""

    code = "order_key_over"
    status = 410
    message = _("This link no longer works.")


class MerchantClosedError(DomainError):
    """The merchant is not live, so no order can be made."""

    code = "merchant_suspended"
    message = _("This merchant cannot take orders right now.")


class OrderNotOpenError(DomainError):
    """The order does not wait for its payment any more, so it cannot be revised."""

    code = "order_not_open"
    message = _("This order can no longer be changed.")


class OtherFormOpenError(DomainError):
    """The two have another form open; `data["form"]` is its code."""

    code = "other_form_open"
    message = _("Another order form with this customer is open. Finish that one first.")


class PictureInvalidError(InputInvalidError):
    """The bytes are no picture of a format we read."""

    code = "picture_invalid"
    message = _("This is not a picture we can read. JPEG, PNG and WebP work.")


class PictureTooLargeError(DomainError):
    """More bytes or more pixels than a picture may have."""

    code = "picture_too_large"
    status = 413
    message = _("This picture is too large. At most 8 MB.")


class PhotosFullError(DomainError):
    """The form keeps as many pictures as it can; `data["most"]` says how many."""

    code = "photos_full"
    message = _("There are too many pictures in this form.")
