"""The outbox of mails, over the wire to a real SMTP server, and the words of the mail "ready"."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from email.policy import default as modern

import pytest
from aiosmtpd.controller import Controller
from django.core import mail as outbox
from django.db import DatabaseError, connection
from django.utils import timezone, translation

from marketplace.accounts import mails as module
from marketplace.accounts.audit import SYSTEM
from marketplace.accounts.mails import (
    ATTEMPTS,
    LATE,
    LEASE,
    LONGEST_PAUSE,
    REFUSED,
    Letter,
    lease_mails,
    pause_after,
    queue_mail,
    settle_mail,
)
from marketplace.accounts.models import Mail
from marketplace.console.selectors import decisions
from merchants.scope import entered, operator_scope
from merchants.tasks import send_mails
from tests.calls.test_races import at_once
from tests.factories.merchants import make_member, make_merchant, scope_of_member
from tests.factories.requests import REACH, Reach, mails, make_ready, make_request

pytestmark = pytest.mark.usefixtures("db")
LETTER = Letter(to="lena@example.com", subject="Hello", text="Words with a link")


class Postman:
    """Takes mails in over SMTP; answers recipients as it is told to."""

    def __init__(self) -> None:
        self.taken: list[Message] = []
        self.answers: list[str] = []

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        self.taken.append(message_from_bytes(envelope.content, policy=modern))
        return "250 taken"


@pytest.fixture
def postman(settings) -> Iterator[Postman]:
    """A real SMTP server on a free port, and the product's settings pointing at it."""
    found = Postman()
    controller = Controller(found, hostname="127.0.0.1", port=0)
    # The controller asks its own port for a first answer, so it must know it beforehand.
    controller.port = free_port()
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.DEFAULT_FROM_EMAIL = "Visavis <no-reply@visavis.example>"
    yield found
    controller.stop()


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def post(letter: Letter = LETTER, **wanted) -> Mail:
    with entered(operator_scope(SYSTEM)):
        queue_mail(letter, purpose="test", **wanted)
    return mails()[-1]


def make_due() -> None:
    with entered(operator_scope(SYSTEM)):
        Mail.objects.update(due_at=timezone.now())


# -- sending -------------------------------------------------------------------------------


@pytest.mark.proves("C14")
def test_mail_goes_out_over_smtp_once_and_its_words_are_emptied(postman):
    row = post()
    assert (send_mails(), send_mails()) == (1, 0)
    (message,) = postman.taken
    assert (message["To"], message["Subject"]) == ("lena@example.com", "Hello")
    assert message["From"] == "Visavis <no-reply@visavis.example>"
    assert message["Message-ID"] == f"<{row.id}@visavis.example>"
    assert message.get_content_type() == "text/plain"
    assert message.get_content().strip() == "Words with a link"
    (sent,) = mails()
    assert (sent.state, sent.subject, sent.text, sent.last_error) == ("sent", "", "", "")
    assert sent.sent_at is not None


def test_mail_that_is_not_taken_waits_and_goes_out_later(postman):
    postman.answers = ["451 busy lena@example.com"]
    post()
    assert send_mails() == 0
    (row,) = mails()
    assert (row.state, row.attempts, row.text) == ("queued", 1, "Words with a link")
    assert row.last_error == "refused for now: [451]"
    assert row.due_at > timezone.now()
    assert send_mails() == 0  # not due yet
    make_due()
    assert send_mails() == 1


@pytest.mark.proves("INV-X7", "INV-X11")
def test_address_that_is_refused_for_good_fails_at_once_and_operators_see_it(postman, caplog):
    postman.answers = ["550 no such person lena@example.com"]
    post()
    assert send_mails() == 0
    (row,) = mails()
    assert (row.state, row.subject, row.text) == ("failed", "", "")
    assert row.last_error == "refused for good: [550]"
    ours = [record.getMessage() for record in caplog.records if record.name != "mail.log"]
    assert ours
    assert not any("lena" in line for line in ours)  # the server's own log is not ours
    with entered(operator_scope(SYSTEM)):
        assert [(found.count, found.state) for found in decisions()] == [(1, "failed")]


def test_server_that_is_away_costs_delay_only(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    post()
    assert send_mails() == 0
    (row,) = mails()
    assert (row.state, row.last_error) == ("queued", "ConnectionRefusedError")


@pytest.mark.proves("INV-X11")
def test_mail_fails_after_the_last_attempt():
    post()
    with entered(operator_scope(SYSTEM)):
        Mail.objects.update(attempts=ATTEMPTS - 1)
        (row,) = lease_mails()
        settle_mail(row, "ConnectionRefusedError")
    assert mails()[0].state == "failed"


def test_mail_that_is_of_no_use_any_more_is_not_sent(postman):
    post(Letter(to="lena@example.com", subject="Hello", text="late", until=timezone.now()))
    assert send_mails() == 0
    assert postman.taken == []
    assert (mails()[0].state, mails()[0].last_error, mails()[0].text) == ("failed", LATE, "")


def test_pauses_grow_with_chance_and_have_an_end():
    for attempts in range(1, ATTEMPTS + 1):
        found = [pause_after(attempts) for _ in range(20)]
        most = min(timedelta(minutes=4 ** (attempts - 1)), LONGEST_PAUSE)
        assert all(most / 2 <= pause <= most for pause in found)
        assert len(set(found)) > 1


@pytest.mark.proves("INV-X1")
def test_mail_of_a_worker_that_died_goes_out_when_its_lease_is_over(postman):
    post()
    with entered(operator_scope(SYSTEM)):
        lease_mails()  # and then the worker dies
    assert send_mails() == 0
    assert mails()[0].due_at <= timezone.now() + LEASE
    make_due()
    assert send_mails() == 1


def test_worker_whose_lease_ran_out_settles_nothing(postman):
    post()
    with entered(operator_scope(SYSTEM)):
        (mine,) = lease_mails()
        Mail.objects.update(due_at=timezone.now())
        lease_mails()
        settle_mail(mine, REFUSED)
    assert mails()[0].state == "queued"


@pytest.mark.proves("INV-S9")
def test_workers_at_once_send_each_mail_once(postman):
    for _ in range(6):
        post()
    assert sum(at_once(*[send_mails] * 3)) == 6
    assert len(postman.taken) == 6


@pytest.mark.proves("INV-S9")
def test_control_without_the_lease_two_workers_send_the_same_mail(postman, monkeypatch):
    from threading import Barrier

    from merchants import tasks

    met = Barrier(2)

    def unleased():
        found = list(Mail.objects.filter(state="queued"))
        met.wait(10)
        return found

    monkeypatch.setattr(tasks, "lease_mails", unleased)
    post()
    at_once(send_mails, send_mails)
    assert len(postman.taken) == 2


@pytest.mark.proves("INV-P10")
def test_nothing_is_sent_inside_a_transaction(postman, monkeypatch):
    inside, send = [], module.EmailMessage.send

    def watched(self, *args, **kwargs):
        inside.append(connection.in_atomic_block)
        return send(self, *args, **kwargs)

    monkeypatch.setattr(module.EmailMessage, "send", watched)
    post()
    send_mails()
    assert inside == [False]


def test_subject_never_breaks_the_head_of_a_mail(postman):
    post(Letter(to="lena@example.com", subject="Hello\r\nBcc: all@example.com", text="x"))
    assert send_mails() == 1
    assert postman.taken[0]["Subject"] == "Hello Bcc: all@example.com"
    assert postman.taken[0]["Bcc"] is None


@pytest.mark.proves("INV-T13")
def test_who_asks_for_a_mail_may_not_read_it():
    member = make_member(make_merchant())
    scope = scope_of_member(member)
    with entered(scope):
        queue_mail(LETTER, purpose="test", merchant_id=member.merchant_id)
    for statement in ("SELECT * FROM accounts_mail", "UPDATE accounts_mail SET state = 'sent'"):
        with pytest.raises(DatabaseError, match="permission denied"), entered(scope):
            connection.cursor().execute(statement)
    foreign = make_merchant().id
    with pytest.raises(DatabaseError, match="row-level security"), entered(scope):
        queue_mail(LETTER, purpose="test", merchant_id=foreign)


def test_embedded_default_writes_files(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    post()
    assert send_mails() == 1
    (written,) = (tmp_path / "mail").iterdir()
    assert "Words with a link" in written.read_text(encoding="utf-8")


# -- the mail "ready now" ------------------------------------------------------------------


@pytest.mark.proves("C14", "C15")
def test_ready_mail_names_both_and_has_one_link_of_ours(postman, settings):
    asked = make_ready()
    assert send_mails() == 1
    (message,) = postman.taken
    words = message.get_content()
    assert asked.member.user.name in message["Subject"]
    assert asked.merchant.name in message["Subject"]
    assert "Hello Lena," in words
    assert "Europe/Berlin" in words
    (link,) = re.findall(r"https?://\S+", words)
    assert link.startswith(f"{settings.ORIGIN}/r/{asked.code}/?key=")


@pytest.mark.proves("C14")
def test_ready_mail_is_in_the_customers_language_whatever_the_members_is():
    reach = Reach(name="Lena", email=REACH.email, language="zh-hans")
    asked = make_request(reach=reach)
    with translation.override("en"):
        make_ready(asked)
    chinese, english = mails()[0].text, "ready now"
    with translation.override("zh-hans"):
        expected = translation.gettext("Hello {name},")
    if expected != "Hello {name},":  # translated already
        assert english not in chinese
    assert mails()[0].text.startswith(expected.format(name="Lena"))


def test_outbox_is_not_sent_by_the_request_that_queues(postman):
    make_ready()
    assert postman.taken == []
    assert outbox.outbox == []
    assert [row.state for row in mails()] == ["queued"]
