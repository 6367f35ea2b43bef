"""Remembers a new guest on the answer that made them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from marketplace.accounts.guests import customer_of, remember


class CustomerMiddleware:
    """Sets the cookie of a new guest; an answer to a customer is nobody else's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then remember."""
        response = self.get_response(request)
        if hasattr(request, "_customer") or hasattr(request, "_claim"):
            # The answer, be it a refusal, depends on who asked: no cache gives it to others.
            patch_vary_headers(response, ("Cookie",))
        if getattr(request, "_customer_is_new", False):
            customer = customer_of(request)
            if customer is not None:
                remember(response, customer)
                # Kept by a cache, it would make the next stranger the same guest.
                add_never_cache_headers(response)
        return response
