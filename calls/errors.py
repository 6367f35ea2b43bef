"""What may be refused in a call, each with its code and its words."""

from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import DomainError, NotFoundError, TooFastError
from merchants.hours import Standing


class MerchantUnknownError(NotFoundError):
    """No merchant of that handle has a storefront."""

    code = "merchant_unknown"
    message = _("There is no such storefront.")


class MerchantSuspendedError(DomainError):
    """The platform has suspended the merchant."""

    code = "merchant_suspended"
    message = _("This storefront is suspended and takes no calls.")


class StorefrontClosedError(DomainError):
    """The merchant takes no calls at present (`data` says why, and from when on), or for good."""

    code = "storefront_closed"
    message = _("This storefront is closed right now.")

    @classmethod
    def of(cls, now: Standing, **data: Any) -> Self:
        """Return the refusal for a reception that is closed."""
        opens_at = now.opens_at.isoformat() if now.opens_at else None
        return cls(reason=now.reason, opens_at=opens_at, note=now.note, **data)


class MerchantUnavailableError(DomainError):
    """Nobody is at the desk."""

    code = "merchant_unavailable"
    message = _("Nobody is at the desk right now.")


class MerchantBusyError(DomainError):
    """All members are in calls, and nobody more may wait; `data["can_queue"]`: some others do."""

    code = "merchant_busy"
    message = _("Everybody is in a call right now.")


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
    """The member is in another call, at this desk or another one."""

    code = "endpoint_busy"
    message = _("You are in another call.")


class AddressUnseenError(DomainError):
    """The server cannot tell which address the desk comes from."""

    code = "address_unseen"
    message = _("Your address could not be seen. Check the proxy settings.")


class AddressPrivateError(DomainError):
    """In direct mode the desk's address would be told to customers, and it is a private one."""

    code = "address_private"
    message = _(
        "Your address is one of a private network, which customers cannot reach. Choose the relay,"
        " or check the proxy settings."
    )


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


class LineBlankError(DomainError):
    """Nothing is left of a line once what cannot be seen is taken out."""

    code = "text_blank"
    status = 400
    message = _("Type something first.")


class LineReusedError(DomainError):
    """The operation id belongs to another line."""

    code = "op_reused"
    message = _("This line could not be told apart from another one. Please send it again.")


class ColleagueUnavailableError(DomainError):
    """The colleague cannot take the call; `data["state"]` is busy or away."""

    code = "colleague_unavailable"
    message = _("This colleague cannot take the call right now.")


class TransferOpenError(DomainError):
    """The call is being offered to somebody else; `data["transfer"]` names the offer."""

    code = "transfer_open"
    message = _("The call is already being offered to a colleague.")


class TransferOverError(DomainError):
    """The offer is closed; `data["state"]` says how."""

    code = "transfer_over"
    message = _("This call is no longer being handed over.")


class HandoverExpiredError(DomainError):
    """The link to go on at another device is older than it may be."""

    code = "handover_expired"
    message = _("This link is too old. Make a new one on the device the call is on.")


class HandoverUsedError(DomainError):
    """The link to go on at another device has been used, or a newer one has."""

    code = "handover_used"
    message = _("This link has been used. Make a new one on the device the call is on.")


class RatingClosedError(DomainError):
    """The call cannot be rated: it was not answered, has not ended, or ended too long ago."""

    code = "rating_closed"
    message = _("This call can no longer be rated.")


class CustomerBlockedError(DomainError):
    """The merchant takes no calls from this customer."""

    code = "customer_blocked"
    message = _("This merchant takes no calls from you.")


class CallbackOverError(DomainError):
    """The request to be called back is no longer open; `data["state"]` says how it ended."""

    code = "callback_over"
    message = _("This request is no longer open.")


class ReadyTakenError(DomainError):
    """A colleague has promised to be there; `data` names them and says until when."""

    code = "ready_taken"
    message = _("A colleague has said ready already.")


class ReadyNotAtDeskError(DomainError):
    """Who says "ready now" must be reachable at a desk, where the call will ring."""

    code = "ready_not_at_desk"
    message = _("Go online at your desk first: the customer's call rings there.")


class ReachMissingError(DomainError):
    """Neither an e-mail address nor a phone number was left."""

    code = "reach_missing"
    status = 400
    message = _("Leave an e-mail address or a phone number.")


class RequestsTooOftenError(TooFastError):
    """More requests to be called back than the limit allows."""

    message = _("You have left many requests just now. Please wait a while.")


class RequestKeyError(DomainError):
    """The key of a mailed link is changed, used, of an older promise, or its time is over."""

    code = "request_key_over"
    status = 410
    message = _("This link no longer works.")
