"""The words of the mails that calls send, in the reader's language: plain text with one link."""

import re
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import time_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from calls.models import Callback
from calls.request_keys import key_of
from marketplace.accounts.mails import Letter, queue_mail

READY: Final = "callback.ready"
# The address may be somebody else's, and mail programs make a link of what looks like one: a name
# must not bring one of its own into a mail of ours.
_LINK_LIKE: Final = re.compile(r"[/@:]|\w\.\w|www")


def mail_ready(callback: Callback) -> None:
    """Queue the mail "ready now" of a request whose customer left an address."""
    if not callback.email:
        return
    with translation.override(callback.language or settings.LANGUAGE_CODE):
        letter = Letter(
            to=callback.email,
            subject=_subject(callback),
            text=_text(callback),
            until=callback.ready_until,
        )
    queue_mail(letter, purpose=READY, merchant_id=callback.merchant_id)


def _subject(callback: Callback) -> str:
    return _("{member} of {merchant} is ready for your call").format(
        member=callback.ready_name, merchant=callback.merchant.name
    )


def _text(callback: Callback) -> str:
    name = "" if _LINK_LIKE.search(callback.name) else callback.name
    hello = _("Hello {name},").format(name=name) if name else _("Hello,")
    words = _(
        "you asked {merchant} to call you back. {member} is ready now, until {time} ({zone})."
    ).format(merchant=callback.merchant.name, member=callback.ready_name, **_until(callback))
    ask = _("Open this link and call face to face. What you wrote is in place:")
    once = _("The link works once and only until then. Do not pass it on: it opens your request.")
    why = _("You get this mail because your address was left at {merchant}.").format(
        merchant=callback.merchant.name
    )
    return "\n\n".join([hello, words, f"{ask}\n{_link(callback)}", once, why]) + "\n"


def _until(callback: Callback) -> dict[str, str]:
    """Return the end of the promise on the merchant's clock; the customer's is not known."""
    zone = callback.merchant.time_zone
    if callback.ready_until is None:
        return {"time": "", "zone": zone}
    here = callback.ready_until.astimezone(ZoneInfo(zone))
    return {"time": time_format(here, "H:i"), "zone": zone}


def _link(callback: Callback) -> str:
    path = reverse("request", args=[callback.code])
    return f"{settings.ORIGIN}{path}?{urlencode({'key': key_of(callback)})}"
