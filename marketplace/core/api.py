"""The base of every JSON endpoint: CSRF always, problem details always."""

import logging
from typing import Any

from django.http import Http404, HttpRequest
from django.middleware.csrf import CsrfViewMiddleware
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketplace.core.errors import DomainError

log = logging.getLogger(__name__)


class _CsrfCheck(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> Any:  # noqa: ARG002  # Django's signature
        return reason


def _no_response(_request: HttpRequest) -> Any:
    return None


class CsrfAuthentication(BaseAuthentication):
    """Checks the CSRF token for everybody; guests act by cookie, so they need it as well.

    REST framework's own SessionAuthentication checks it for signed-in users only.
    """

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        """Return the session's user, if one is signed in.

        Raises PermissionDenied when the token is missing or wrong.
        """
        check = _CsrfCheck(_no_response)
        check.process_request(request._request)  # noqa: SLF001  # the way REST framework does it
        reason = check.process_view(request._request, _no_response, (), {})  # noqa: SLF001
        if reason:
            raise exceptions.PermissionDenied(f"CSRF: {reason}", code="csrf_failed")
        user = getattr(request._request, "user", None)  # noqa: SLF001
        return (user, None) if user is not None and user.is_authenticated else None


class ApiView(APIView):
    """JSON in, JSON out, coded errors."""

    authentication_classes = [CsrfAuthentication]
    permission_classes = []
    parser_classes = [JSONParser]
    renderer_classes = [JSONRenderer]

    def get_exception_handler(self) -> Any:
        """Use the house's problem details."""
        return problem


def problem(error: Exception, _context: dict[str, Any]) -> Response | None:
    """Turn an error into problem details (RFC 9457) with our code; None for the unknown."""
    if isinstance(error, DomainError):
        body = {"title": str(error.message), "status": error.status, **error.as_dict()}
        return _response(error.status, body)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    if isinstance(error, exceptions.APIException):
        code = error.get_codes()
        body = {
            "title": str(error.default_detail),
            "status": error.status_code,
            "code": code if isinstance(code, str) else "input_invalid",
            "message": str(error.detail) if isinstance(code, str) else str(error.default_detail),
            "data": {} if isinstance(code, str) else {"fields": error.detail},
        }
        return _response(error.status_code, body)
    return None


def _response(status: int, body: dict[str, Any]) -> Response:
    return Response(
        {"type": "about:blank", **body}, status=status, content_type="application/problem+json"
    )
