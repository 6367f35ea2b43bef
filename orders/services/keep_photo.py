"""Keep a picture with a form, so that a line can name it."""

from typing import Final

from merchants.roles import Permission
from orders.access import Party, current_member
from orders.errors import FormClosedError, PhotosFullError
from orders.models import Photo
from orders.pictures import Picture
from orders.selectors import locked_form
from orders.states import FormState, Role

MOST: Final = 40
"""How many pictures a form keeps."""


def keep_photo(party: Party, picture: Picture) -> Photo:
    """Keep one picture; the same picture again is the one kept before.

    Locks the form; announces nothing, since a line that names it is an edit. Raises
    ForbiddenError, FormClosedError, PhotosFullError.
    """
    if party.role is Role.MERCHANT:
        current_member(party, Permission.FORMS_EDIT)
    form = locked_form(party.form_id)
    if form.state != FormState.OPEN:
        raise FormClosedError(state=form.state)
    kept = Photo.objects.filter(form=form).defer("content")
    known: Photo | None = kept.filter(digest=picture.digest).first()
    if known is not None:
        return known
    if kept.count() >= MOST:
        raise PhotosFullError(most=MOST)
    made: Photo = Photo.objects.create(
        merchant_id=form.merchant_id,
        customer_id=form.customer_id,
        form=form,
        author=party.role.value,
        author_id=party.actor_id,
        width=picture.width,
        height=picture.height,
        digest=picture.digest,
        content=picture.content,
    )
    return made
