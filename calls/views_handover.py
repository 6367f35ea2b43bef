"""The page behind the link: one button, and the call goes on here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from calls.gate import address_of_request, require_handover_rate_of_address
from calls.services.handover import Claim, look_at_handover, read_token, use_handover
from marketplace.accounts.guests import customer_of, remember
from marketplace.accounts.models import Customer
from marketplace.core.errors import NotFoundError
from merchants.access import scope_of_customer
from merchants.scope import entered


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def continue_call(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """Ask, then make this device the customer's and lead to the call.

    A GET changes nothing, because mail programs and messengers open links by themselves. Raises
    NotFoundError, HandoverExpiredError, HandoverUsedError, CallOverError, TooFastError.
    """
    require_handover_rate_of_address(address_of_request(request))
    claim = read_token(code, token)
    customer = Customer.objects.filter(id=claim.customer_id).first()
    if customer is None:
        raise NotFoundError
    if customer_of(request) == customer:
        return redirect("call", code=code)
    with entered(scope_of_customer(customer)):
        taken = request.method == "POST"
        response = _taken(claim, customer) if taken else _asked(request, claim, customer)
    # the address holds the token: no other site is told of it
    response["Referrer-Policy"] = "strict-origin"
    return response


def _taken(claim: Claim, customer: Customer) -> HttpResponse:
    use_handover(claim)
    response = redirect("call", code=claim.call)
    remember(response, customer, moved=True)
    return response


def _asked(request: HttpRequest, claim: Claim, customer: Customer) -> HttpResponse:
    call = look_at_handover(claim)
    context = {
        "call": call,
        "merchant": call.merchant,
        "customer": customer,
        "somebody_else": customer_of(request) is not None,
    }
    return render(request, "calls/continue.html", context)
