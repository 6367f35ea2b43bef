"""The form over HTTP: the same values, services and refusals as on the socket."""

from typing import Any, Final

from django.http import HttpRequest
from pydantic import ValidationError
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.response import Response

from marketplace.core.after_commit import send_now
from marketplace.core.api import ApiView
from marketplace.core.counters import count
from marketplace.core.errors import InputInvalidError, TooFastError
from merchants.scope import entered
from orders.access import rights_of
from orders.form_parties import Seat, seat_at
from orders.groups import form_group
from orders.messages import EditInput
from orders.selectors import form_snapshot
from orders.services.edit_form import Edit, edit_form

EDITS_PER_MINUTE: Final = 600
_FRESH: Final = {"Cache-Control": "no-store"}


class FormView(ApiView):
    """`GET /api/v1/forms/<code>/`: the form as it is."""

    def get(self, request: Request, code: str) -> Response:
        """Return the snapshot a screen shows; raises NotFoundError for strangers."""
        seat = seat_at(_page(request), code)
        return Response(_snapshot(seat), headers=_FRESH)


class EditsView(ApiView):
    """`POST /api/v1/forms/<code>/edits/`: set one field."""

    def post(self, request: Request, code: str) -> Response:
        """Apply an edit and tell the sockets; a repeated `op` gets its first answer again."""
        seat = seat_at(_page(request), code)
        try:
            given = EditInput.model_validate(request.data)
        except ValidationError as error:
            where = ".".join(str(part) for part in error.errors()[0]["loc"])
            raise InputInvalidError(field=where) from error
        _require_rate(seat)
        edit = Edit(op=given.op, field=given.field, value=given.value, base=given.base)
        applied = edit_form(seat.party, edit)
        if applied.frame:
            send_now(form_group(seat.party.form_id), applied.frame)
        return Response(applied.reply, headers=_FRESH)


def _page(request: Request) -> HttpRequest:
    """Return Django's own request, which the cookie and the session came with."""
    return request._request  # noqa: SLF001


def _snapshot(seat: Seat) -> dict[str, Any]:
    party = seat.party
    with entered(party.scope):
        found = form_snapshot(party.form_id)
    if found["order"]:
        found["order"]["url"] = seat.order_url(found["order"]["code"])
    rights = rights_of(party.role, seat.member)
    return {**found, "role": party.role.value, "permissions": rights}


def _require_rate(seat: Seat) -> None:
    """Count one edit of a person; without the counter's store things go on."""
    try:
        edits = count(f"edits.{seat.party.actor_id.hex}", seconds=60)
    except (RedisError, OSError):
        return
    if edits > EDITS_PER_MINUTE:
        raise TooFastError
