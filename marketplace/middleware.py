"""Translates coded errors into pages, and names the devices a page may use."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode

from marketplace.core.errors import DomainError, NotFoundError, SignInRequiredError

Handler = Callable[[HttpRequest], HttpResponse]
# Pages on which people talk to each other, by name of the URL; everywhere else camera and
# microphone stay shut.
_CALL_PAGES = frozenset({"call-start", "call", "desk-call"})


class DomainErrorMiddleware:
    """Turns a DomainError of a page into its page: sign-in, 403, 404, or the refusal in words.

    No cache keeps it: an error passes by what the view's own decorators would have said.
    """

    def __init__(self, get_response: Handler) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        _view: Handler,
        _args: Sequence[str],
        kwargs: Mapping[str, str],
    ) -> HttpResponse | None:
        """Answer 404 for a name with the one character that no row can hold."""
        found = any("\x00" in value for value in kwargs.values())
        return self.process_exception(request, NotFoundError()) if found else None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for a DomainError; leave everything else to Django."""
        if not isinstance(error, DomainError):
            return None
        response = self._answer(request, error)
        add_never_cache_headers(response)
        return response

    @staticmethod
    def _answer(request: HttpRequest, error: DomainError) -> HttpResponse:
        if isinstance(error, SignInRequiredError):
            query = urlencode({"next": request.get_full_path()})
            return redirect(f"{reverse('sign-in')}?{query}")
        known = {HTTPStatus.NOT_FOUND: "404.html", HTTPStatus.FORBIDDEN: "403.html"}
        template = known.get(HTTPStatus(error.status), "refused.html")
        return render(request, template, {"error": error}, status=error.status)


class PermissionsPolicyMiddleware:
    """Allows camera and microphone on the call pages only."""

    def __init__(self, get_response: Handler) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the header."""
        response = self.get_response(request)
        matched = request.resolver_match
        allowed = "(self)" if matched and matched.url_name in _CALL_PAGES else "()"
        response.headers["Permissions-Policy"] = (
            f"camera={allowed}, microphone={allowed}, display-capture={allowed},"
            f" screen-wake-lock={allowed}, payment=(self), geolocation=()"
        )
        return response
