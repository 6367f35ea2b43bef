"""Remembers a new guest on the answer that made them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from marketplace.accounts.guests import customer_of, remember


class CustomerMiddleware:
    """Sets the customer's cookie when the request made a new guest."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then remember."""
        response = self.get_response(request)
        if getattr(request, "_customer_is_new", False):
            customer = customer_of(request)
            if customer is not None:
                remember(response, customer)
        return response
