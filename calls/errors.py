"""What may be refused in a call, each with its code and its words."""

from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import DomainError, NotFoundError, TooFastError


class MerchantUnknownError(NotFoundError):
    """No merchant of that handle has a storefront."""

    code = "merchant_unknown"
    message = _("There is no such storefront.")


class MerchantSuspendedError(DomainError):
    """The platform has suspended the merchant."""

    code = "merchant_suspended"
    message = _("This storefront is suspended and takes no calls.")


class StorefrontClosedError(DomainError):
    """The merchant takes no calls at present, or for good."""

    code = "storefront_closed"
    message = _("This storefront is closed right now.")


class MerchantUnavailableError(DomainError):
    """Nobody is at the desk."""

    code = "merchant_unavailable"
    message = _("Nobody is at the desk right now.")


class AddressMissingError(DomainError):
    """The call request names no address."""

    code = "address_missing"
    status = 400
    message = _("The call request carries no address.")


class AddressMalformedError(DomainError):
    """What the call request names is no IP address."""

    code = "address_malformed"
    status = 400
    message = _("The address in the call request is not an IP address.")


class AddressUnknownError(DomainError):
    """The address is not this merchant's; it never rings anybody."""

    code = "address_unknown"
    message = _("The address in the call request is not this merchant's.")


class AddressStaleError(DomainError):
    """The merchant has moved; `data["address"]` is the address now."""

    code = "address_stale"
    message = _("The merchant has moved to another address.")


class CallsTooOftenError(TooFastError):
    """More call requests than the limit allows."""

    message = _("You have called very often just now. Please wait a minute.")


class CallOverError(DomainError):
    """The call has ended, or its ringing has; `data["state"]` says how."""

    code = "call_over"
    message = _("This call is over.")


class CallNotAnsweredError(DomainError):
    """Nobody has answered the call yet."""

    code = "call_not_answered"
    message = _("Nobody has answered this call yet.")


class CallTakenError(DomainError):
    """A colleague answered first."""

    code = "call_taken"
    message = _("A colleague has answered this call.")


class EndpointOfflineError(DomainError):
    """The desk is not online, so it cannot answer."""

    code = "endpoint_offline"
    message = _("Go online first to answer calls.")


class EndpointBusyError(DomainError):
    """The desk is in another call."""

    code = "endpoint_busy"
    message = _("This desk is in another call.")


class AddressUnseenError(DomainError):
    """The server cannot tell which address the desk comes from."""

    code = "address_unseen"
    message = _("Your address could not be seen. Check the proxy settings.")


class GenerationStaleError(DomainError):
    """The signal belongs to older media; `data["generation"]` is in force."""

    code = "generation_stale"
    message = _("The connection has been rebuilt in the meantime.")


class DescriptionRefusedError(DomainError):
    """A session description or candidate breaks a limit; `data["reason"]` says which."""

    code = "signal_refused"
    status = 400
    message = _("The connection details were refused.")


class SeatTakenError(DomainError):
    """Another tab of the same side has taken over."""

    code = "taken_over"
    message = _("This call goes on in another tab.")
