"""Errors in the shape Stripe answers them."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """An answer other than 200. `keeps_effects`: what the request wrote stays (a declined charge is
    a fact).
    """

    def __init__(
        self, status: int, kind: str, message: str, *, code: str | None = None, **details: Any
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        fields = {"type": kind, "message": message, "code": code, **details}
        self.body: Json = {
            "error": {name: value for name, value in fields.items() if value is not None}
        }

    @property
    def keeps_effects(self) -> bool:
        """Tell whether the transaction is committed all the same."""
        return self.status == 402


def invalid(
    message: str, *, code: str | None = None, param: str | None = None, status: int = 400
) -> ApiError:
    """Return a refusal of a request that makes no sense to Stripe."""
    return ApiError(status, "invalid_request_error", message, code=code, param=param)


def missing_object(kind: str, object_id: str, *, param: str = "id", status: int = 404) -> ApiError:
    """No object of that kind and id in this account."""
    return invalid(
        f"No such {kind}: '{object_id}'", code="resource_missing", param=param, status=status
    )


def not_served(what: str) -> ApiError:
    """Stripe can do this, the sandbox cannot yet: said loudly, never a silent success."""
    return ApiError(
        501, "api_error", f"The sandbox does not serve {what} yet.", code="sandbox_not_served"
    )


def unknown_url(method: str, path: str) -> ApiError:
    """Neither Stripe nor the sandbox knows this address."""
    return invalid(
        f"Unrecognized request URL ({method}: {path}). "
        "Please see https://stripe.com/docs or we can help at https://support.stripe.com/.",
        status=404,
    )
