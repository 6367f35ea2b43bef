"""Pictures of what is sold: sent by either side of a form, shown to the two and nobody else."""

from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from marketplace.accounts.guests import customer_of
from marketplace.core.api import ApiView
from marketplace.core.counters import count
from marketplace.core.errors import (
    InputInvalidError,
    NotFoundError,
    SignInRequiredError,
    TooFastError,
)
from merchants.access import member_where, scope_of_customer
from merchants.roles import Permission
from merchants.scope import entered
from orders.errors import PictureTooLargeError
from orders.form_parties import Seat, seat_at
from orders.models import Photo
from orders.order_links import access_of, passes_in
from orders.pictures import LARGEST_BYTES, small_picture
from orders.selectors import photo_by_code, photo_of_order
from orders.services.keep_photo import keep_photo

PER_MINUTE: Final = 30
_ENVELOPE: Final = 64 * 1024
"""What a multipart body has beside the picture."""
CLOSED: Final = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
)
"""What somebody sent is shown and can do nothing."""


class PhotosView(ApiView):
    """`POST /api/v1/forms/<code>/photos/`: a file named `photo`."""

    parser_classes = [MultiPartParser]

    def post(self, request: Request, code: str) -> Response:
        """Keep a picture and answer with its code, for `line.N.photo`."""
        page = request._request  # noqa: SLF001  # where cookie and session are
        _require_length(page)
        seat = seat_at(page, code)
        _require_rate(seat)
        # read and made small outside any transaction
        picture = small_picture(_file(request).read())
        with entered(seat.party.scope):
            photo = keep_photo(seat.party, picture)
        body = {"photo": photo.code, "url": f"/photos/{photo.code}/"}
        return Response(body, status=201, headers={"Cache-Control": "no-store"})


def _require_length(page: HttpRequest) -> None:
    """Refuse what says it is too long before it is parsed."""
    if int(page.META.get("CONTENT_LENGTH") or 0) > LARGEST_BYTES + _ENVELOPE:
        raise PictureTooLargeError


def _file(request: Request) -> "UploadedFile[Any]":
    found = request.FILES.get("photo")
    if not isinstance(found, UploadedFile):
        raise InputInvalidError(field="photo")
    if (found.size or 0) > LARGEST_BYTES:
        raise PictureTooLargeError
    return found


def _require_rate(seat: Seat) -> None:
    """Count one picture of a person; without the counter's store things go on."""
    try:
        sent = count(f"photos.{seat.party.actor_id.hex}", seconds=60)
    except (RedisError, OSError):
        return
    if sent > PER_MINUTE:
        raise TooFastError


@require_safe
def photo(request: HttpRequest, code: str) -> HttpResponse:
    """Show a picture to its customer, its merchant's members, or who has the pass of its order.

    Raises NotFoundError for everybody else.
    """
    found = _customers(request, code) or _passed(request, code) or _members(request, code)
    answer = HttpResponse(bytes(found.content), content_type="image/webp")
    # It never changes, and nobody but this browser may keep it.
    answer["Cache-Control"] = "private, max-age=3600, immutable"
    answer["Content-Disposition"] = f'inline; filename="{code}.webp"'
    answer["Content-Security-Policy"] = CLOSED
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _customers(request: HttpRequest, code: str) -> Photo | None:
    customer = customer_of(request)
    if customer is None:
        return None
    with entered(scope_of_customer(customer)):
        try:
            return photo_by_code(code)
        except NotFoundError:
            return None


def _passed(request: HttpRequest, code: str) -> Photo | None:
    """Return the picture if it is on an order this device has the pass of."""
    for order_code in passes_in(request.COOKIES):
        try:
            access = access_of(request, order_code)
            with entered(access.scope):
                return photo_of_order(code, order_code)
        except NotFoundError:
            continue
    return None


def _members(request: HttpRequest, code: str) -> Photo:
    try:
        return member_where(request.user, Permission.ORDERS_READ, lambda: photo_by_code(code))[2]
    except SignInRequiredError as error:
        raise NotFoundError from error
