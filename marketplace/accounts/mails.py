"""The outbox of mails: a row first, then the sender's task, so that a crash costs delay only.

    queue_mail (with the change it tells of) → commit → lease_mails → send (outside of any
    transaction) → settle_mail

A worker that dies between sending and settling lets the lease run out, and the mail goes out
again under the same Message-ID.
"""

import logging
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from marketplace.accounts.models import Mail, MailState
from marketplace.core.after_commit import enqueue

log = logging.getLogger(__name__)

ATTEMPTS: Final = 8
"""With the pauses below the last is made within two days."""
LEASE: Final = timedelta(minutes=5)
"""Longer than a send can take: EMAIL_TIMEOUT bounds every step of it."""
FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=12)
BATCH: Final = 20
REFUSED: Final = "refused for good"
LATE: Final = "too late to be of use"
_FOR_GOOD: Final = 500


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says, in the reader's language, and until when it is of use."""

    to: str
    subject: str
    text: str
    until: datetime | None = None


def queue_mail(letter: Letter, *, purpose: str, merchant_id: UUID | None = None) -> None:
    """Write a plain-text mail into the outbox, in the transaction of what it tells of.

    The task `accounts.send_mails` is asked for after commit.
    """
    row = Mail(
        to=letter.to,
        subject=" ".join(letter.subject.split()),
        text=letter.text,
        until=letter.until,
        purpose=purpose,
        merchant_id=merchant_id,
    )
    # Who asks for a mail may not read it, so nothing is asked back.
    Mail.objects.bulk_create([row])
    enqueue("accounts.send_mails")


def lease_mails() -> list[Mail]:
    """Take due mails for this worker, passing over those another has; to be committed at once.

    Every lease counts as an attempt, so that a mail that kills its worker ends as failed.
    """
    now = timezone.now()
    rows = Mail.objects.select_for_update(skip_locked=True).filter(
        state=MailState.QUEUED, due_at__lte=now
    )
    mails = list(rows.order_by("due_at")[:BATCH])
    for mail in mails:
        mail.attempts, mail.due_at = mail.attempts + 1, now + LEASE
        mail.save(update_fields=["attempts", "due_at"])
    return mails


def too_late(mail: Mail) -> bool:
    """Say whether nothing is gained by sending the mail any more."""
    return mail.until is not None and mail.until <= timezone.now()


def send(mail: Mail, connection: BaseEmailBackend) -> str:
    """Hand a leased mail over; returns '' or what went wrong, without any of its words.

    Talks to the outside: never inside a transaction.
    """
    sender = settings.DEFAULT_FROM_EMAIL
    domain = sender.rstrip(">").rpartition("@")[2]
    message = EmailMessage(
        mail.subject,
        mail.text,
        sender,
        [mail.to],
        headers={"Message-ID": f"<{mail.id}@{domain}>", "Auto-Submitted": "auto-generated"},
        connection=connection,
    )
    if too_late(mail):
        return LATE
    try:
        message.send()
    except (OSError, SMTPException, ValueError) as error:
        log.warning("mail not sent: %s", _fault(error))
        return _fault(error)
    return ""


def settle_mail(mail: Mail, fault: str) -> None:
    """Note what became of a leased mail; the words of one that is done with are emptied.

    Changes nothing where the lease ran out and another worker has the mail.
    """
    now = timezone.now()
    done = {"subject": "", "text": "", "last_error": fault}
    if not fault:
        change = {**done, "state": MailState.SENT, "sent_at": now}
    elif mail.attempts >= ATTEMPTS or fault.startswith((REFUSED, LATE)):
        change = {**done, "state": MailState.FAILED}
    else:
        change = {"last_error": fault, "due_at": now + pause_after(mail.attempts)}
    mine = Mail.objects.filter(id=mail.id, state=MailState.QUEUED, attempts=mail.attempts)
    mine.update(**change)


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after so many failed attempts: fourfold each, half of it chance."""
    most: timedelta = min(FIRST_PAUSE * int(4 ** (attempts - 1)), LONGEST_PAUSE)
    return most * random.uniform(0.5, 1)  # noqa: S311  # spreads load, guards nothing


def open_connection() -> BaseEmailBackend:
    """Return the way mails go out, as the settings name it."""
    return get_connection()


def _fault(error: Exception) -> str:
    """Return the kind of fault and its code; a server's own words may hold the address."""
    if isinstance(error, SMTPRecipientsRefused):
        codes = [code for code, _words in error.recipients.values()]
        words = REFUSED if all(code >= _FOR_GOOD for code in codes) else "refused for now"
        return f"{words}: {codes}"
    if isinstance(error, SMTPResponseException):
        return f"{type(error).__name__} {error.smtp_code}"
    return type(error).__name__
