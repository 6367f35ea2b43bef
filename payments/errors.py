"""What can go wrong with money, in words a person can act on."""

from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import DomainError


class StaleRevisionError(DomainError):
    """What was on the screen is not the order as it stands; nothing is charged."""

    code = "stale_revision"
    message = _("The order has changed. Please check it again before you pay.")


class OrderAlreadyPaidError(DomainError):
    """The order is paid, or Stripe has the money and our books are about to say so."""

    code = "order_already_paid"
    message = _("This order is already paid.")


class OrderNotPayableError(DomainError):
    """The order was cancelled, has expired or was replaced."""

    code = "order_not_payable"
    message = _("This order can no longer be paid.")


class PaymentProcessingError(DomainError):
    """The customer is done, the bank is not; a second payment must not begin."""

    code = "payment_processing"
    message = _("Your payment is being processed. There is nothing more to do.")


class CheckoutRefusedError(DomainError):
    """Stripe will not take this payment; `data["reason"]` is Stripe's own code."""

    code = "checkout_refused"
    message = _("This payment cannot be made. Please tell the merchant.")


class CheckoutUnavailableError(DomainError):
    """Stripe does not answer; the same request may simply be repeated."""

    code = "checkout_unavailable"
    status = 503
    message = _("Payment is not available right now. Please try again in a moment.")


class SignatureInvalidError(DomainError):
    """A webhook that Stripe did not sign, or not just now."""

    code = "signature_invalid"
    status = 400
    message = _("The signature is not valid.")


# -- between the gateway and the services; never shown to people ------------------------


class GatewayError(Exception):
    """Stripe did not do what we asked."""

    def __init__(self, code: str, param: str = "") -> None:
        """Keep Stripe's own code and the parameter it complains about."""
        super().__init__(f"{code} {param}".strip())
        self.code, self.param = code, param


class GatewayRefused(GatewayError):  # noqa: N818  # the house's name for it
    """Stripe said no and will say no again: nothing happened there."""


class GatewayUnavailable(GatewayError):  # noqa: N818
    """No answer, a limit or a fault: the outcome is unknown, repeat with the same key."""


class GatewayFailed(GatewayUnavailable):
    """Stripe answered with a fault of its own.

    It replays that answer to every repeat under the same key for a day; so whoever repeats looks
    first whether the object was made all the same.
    """


class GatewayInTransactionError(RuntimeError):
    """A programming error: an outside call inside a database transaction."""
