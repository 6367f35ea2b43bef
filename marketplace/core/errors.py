"""Errors a person or a program can act on: a code, words, and data."""

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A refusal with a stable code; adapters translate it once into HTTP, a frame or a log line."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    message: str | Promise = _("This is not possible right now.")

    def __init__(self, message: str | Promise | None = None, **data: Any) -> None:
        """Keep `message` (words for the person) and `data` (facts for the program)."""
        if message is not None:
            self.message = message
        self.data: dict[str, Any] = data
        super().__init__(self.code)

    def as_dict(self) -> dict[str, Any]:
        """Return the wire form shared by HTTP and sockets."""
        return {"code": self.code, "message": str(self.message), "data": self.data}


class NotFoundError(DomainError):
    """There is no such thing for this person: a foreign id and an unknown id look the same."""

    code = "not_found"
    status = 404
    message = _("There is nothing here.")


class ForbiddenError(DomainError):
    """The person belongs here but lacks the right."""

    code = "forbidden"
    status = 403
    message = _("You do not have the right to do this.")


class SignInRequiredError(DomainError):
    """Nobody is signed in and the action needs somebody."""

    code = "sign_in_required"
    status = 401
    message = _("Please sign in first.")


class TooFastError(DomainError):
    """More requests than the limit allows."""

    code = "too_fast"
    status = 429
    message = _("That was too fast. Please wait a moment and try again.")


class InputInvalidError(DomainError):
    """A value does not fit its field; `data["field"]` names it where there is one."""

    code = "input_invalid"
    status = 400
    message = _("Please check what you entered.")
