"""The customer's pages of a request to be called back: leave one, see how it stands, withdraw."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from calls.callbacks import callback_by_code, open_callback_of_customer, stand_of
from calls.errors import RequestKeyError
from calls.gate import address_of_request, require_request_rate_of_address
from calls.models import Call, Callback
from calls.outcomes import outcome_of
from calls.request_keys import read_key
from calls.services.callback import close_callback
from calls.services.use_request_key import look_at_key, use_request_key
from calls.states import CALLBACK_OPEN, TERMINAL, CloseReason
from calls.text import clean_text
from marketplace.accounts.guests import customer_of, ensure_customer, introduce, remember
from marketplace.accounts.models import Customer
from marketplace.core.errors import NotFoundError
from merchants.access import scope_of_customer
from merchants.boundaries import CustomerRequest, customer_page
from merchants.models import Merchant
from merchants.scope import entered
from merchants.selectors import public_merchant
from merchants.states import MerchantState
from orders.cells import values_of
from orders.forms import RequestForm
from orders.models import OrderForm
from orders.selectors import form_of_callback
from orders.services.leave_request import leave_request
from orders.states import FormState

LONGEST_PAGE = 200


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, handle: str) -> HttpResponse:
    """Let a customer leave a request; who has an open one is led to it, or changes the reach.

    A merchant who is not live has the storefront say why. Raises NotFoundError,
    RequestsTooOftenError, CustomerBlockedError.
    """
    merchant = public_merchant(handle)
    if merchant.state != MerchantState.LIVE:
        return redirect("storefront", handle=handle)
    if request.method == "POST":
        return _left(request, merchant)
    known = _known(customer_of(request), merchant)
    left = known.get("callback")
    if left is not None and "change" not in request.GET:
        return redirect("request", code=left.code)
    values = {**known["values"], "call": request.GET.get("call", "")[:22]}
    return _start(request, merchant, RequestForm(initial=values), left=left)


def _left(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    form = RequestForm(request.POST)
    if not form.is_valid():
        left = _known(customer_of(request), merchant)["callback"]
        return _start(request, merchant, form, left=left, status=400)
    require_request_rate_of_address(address_of_request(request))
    customer = ensure_customer(request)
    introduce(customer, form.cleaned_data["name"])
    callback = leave_request(
        customer,
        merchant,
        form.reach(get_language() or ""),
        content=form.cleaned_data["content"],
        cause=_cause(customer, merchant, form.cleaned_data["call"]),
        page=clean_text(request.GET.get("page", ""))[:LONGEST_PAGE],
    )
    return redirect("request", code=callback.code)


def _start(
    request: HttpRequest,
    merchant: Merchant,
    form: RequestForm,
    *,
    left: Callback | None,
    status: int = 200,
) -> HttpResponse:
    context = {"merchant": merchant, "form": form, "left": left}
    return render(request, "requests/start.html", context, status=status)


def _known(customer: Customer | None, merchant: Merchant) -> dict[str, Any]:
    """Return what is known of the customer here: the open request, and what to fill in."""
    if customer is None:
        return {"callback": None, "values": {}}
    with entered(scope_of_customer(customer, merchant.id)):
        callback = open_callback_of_customer(merchant.id)
        form = OrderForm.objects.filter(merchant=merchant, state=FormState.OPEN).first()
    values = {"name": customer.name}
    if callback is not None:
        values |= {"name": callback.name, "email": callback.email, "phone": callback.phone}
    if form is not None:
        values["content"] = values_of(form.fields).get("content", "")
    return {"callback": callback, "values": values}


def _cause(customer: Customer, merchant: Merchant, code: str) -> str:
    """Return how the call came out that led here, if it was this customer's; else nothing."""
    if not code:
        return ""
    with entered(scope_of_customer(customer, merchant.id)):
        call = Call.objects.filter(code=code, state__in=TERMINAL).first()
    return str(outcome_of(call.state, call.end_reason)) if call is not None else ""


@never_cache
@require_safe
def request_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show a request to its customer; with a mailed key, one button that opens it on this device.

    Only looking uses no key up, so a preview of the link does no harm. Raises NotFoundError for
    everybody else.
    """
    customer = customer_of(request)
    key = request.GET.get("key")
    if customer is not None:
        with entered(scope_of_customer(customer)):
            callback = _own(code)
            if callback is not None:
                return redirect("request", code) if key else _show(request, callback)
    if key is None:
        raise NotFoundError
    return _ask_to_open(request, code, key)


def _own(code: str) -> Callback | None:
    try:
        return callback_by_code(code)
    except NotFoundError:
        return None


def _show(request: HttpRequest, callback: Callback) -> HttpResponse:
    is_open = callback.state in CALLBACK_OPEN
    form = form_of_callback(callback)
    context = {
        "callback": callback,
        "stand": stand_of(callback),
        "merchant": callback.merchant,
        "form": form,
        "is_open": is_open,
    }
    return render(request, "requests/request.html", context)


def _ask_to_open(request: HttpRequest, code: str, key: str) -> HttpResponse:
    try:
        look_at_key(read_key(key, code=code))
    except RequestKeyError as error:
        return render(request, "requests/key_over.html", {"error": error}, status=error.status)
    context = {"code": code, "key": key, "somebody_else": customer_of(request) is not None}
    response = render(request, "requests/open.html", context)
    # The key is in this page's address, and nothing the page leads to may learn it. Without any
    # referrer at all the browser would hide the origin too, and the button would be refused.
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


@never_cache
@require_POST
def open_request(request: HttpRequest, code: str) -> HttpResponse:
    """Use a mailed key up: this device is the customer's from now on."""
    try:
        customer = use_request_key(read_key(request.POST.get("key", ""), code=code))
    except RequestKeyError as error:
        return render(request, "requests/key_over.html", {"error": error}, status=error.status)
    response = redirect("request", code=code)
    if customer_of(request) != customer:
        remember(response, customer, moved=True)
    return response


@never_cache
@require_POST
@customer_page
def withdraw(_request: CustomerRequest, code: str) -> HttpResponse:
    """Withdraw the customer's request; raises NotFoundError, CallbackOverError."""
    close_callback(code, reason=CloseReason.WITHDRAWN)
    return redirect("request", code=code)
