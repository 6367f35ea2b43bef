"""Who may use the API: test keys only."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from payments.sandbox.errors import ApiError, invalid

_SECRET = ("sk_test_", "rk_test_")


def check_key(headers: Mapping[str, str]) -> None:
    """Let test keys through. Raises 401; nothing of the key is repeated or kept."""
    key = _sent_key(headers.get("authorization", ""))
    if "_live_" in key:
        raise _refused("The sandbox refuses live keys. Use sk_test_… keys only.")
    if key.startswith("pk_"):
        message = "This API call cannot be made with a publishable API key."
        raise invalid(message, code="secret_key_required", status=401)
    if not key:
        raise _refused(
            "You did not provide an API key. You need to provide your API key in the "
            "Authorization header, using Bearer auth."
        )
    if not key.startswith(_SECRET):
        raise _refused("Invalid API Key provided.")


def _refused(message: str) -> ApiError:
    return invalid(message, status=401)


def _sent_key(authorization: str) -> str:
    """Return the bearer token (SDK) or the user name of basic authentication (curl)."""
    scheme, _, value = authorization.partition(" ")
    if scheme == "Basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[0]
        except ValueError:
            return ""
    return value.strip() if scheme == "Bearer" else ""
