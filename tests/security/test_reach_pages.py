"""Requests, mails, the log and the reception, as somebody with bad intentions would use them."""

from datetime import timedelta
from itertools import product

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from calls.models import Call, Callback
from marketplace.accounts.audit import SYSTEM
from marketplace.accounts.models import Mail
from merchants.scope import entered, operator_scope
from tests.factories.merchants import change_merchant, scope_of_member
from tests.factories.requests import mails
from tests.security.crawl import patterns, places, sent
from tests.security.rows import Rows
from tests.security.test_forged_headers import FORGED
from tests.security.world import ADDRESS_A, World

EVIL = "//evil.example/"


def left(world: World, client: Client | None = None, **more):
    said = {"name": "Lena", "email": "lena@example.com", "content": "Tea", **more}
    return (client or Client()).post(reverse("leave-request", args=[world.a.handle]), said)


# -- whatever is typed ---------------------------------------------------------------------

ODD = ("%00", "%ff", "%ed%a0%80", "%27", "%25", "%e2%80%ae", "%0d%0aX:y", "%f0%9f%98%80", "a" * 300)


@pytest.mark.proves("INV-T3", "INV-F13")
def test_no_odd_name_in_an_address_is_an_error_of_ours(world):
    asked, wrong = 0, []
    for name, pattern in patterns():
        for taken in pattern.pattern.converters:
            given = {"handle": world.a.handle, "code": "C0DE", "token": "T0KEN"}
            path = reverse(name, kwargs={k: given[k] for k in pattern.pattern.converters})
            for odd, role in ((o, r) for o in ODD for r in ("customer_own", "owner_own")):
                client = world.people[role].client
                client.raise_request_exception = False
                for method in ("GET", "POST"):
                    answer = client.generic(method, path.replace(given[taken], odd))
                    asked += 1
                    if answer.status_code >= 500:
                        wrong.append((method, name, taken, odd))
    print(f"\nodd names: {asked} requests")
    assert wrong == []
    assert asked > 1000


@pytest.mark.proves("INV-F13")
def test_odd_parameters_are_no_error_and_reorder_nothing(world, settings):
    settings.CALLBACKS_PER_HOUR_OF_ADDRESS = 10**6
    names = ("page", "call", "callback", "key", "name", "state", "next", "change")
    pages = ("leave-request", "call-start", "desk-calls", "storefront", "desk-reception")
    wrong = []
    for odd, name in product(ODD, pages):
        path = f"{reverse(name, args=[world.a.handle])}?{'&'.join(f'{n}={odd}' for n in names)}"
        for role in ("anonymous", "customer_own", "owner_own"):
            person, said = world.people[role], {"email": "x@example.com", "content": "x"}
            person.client.raise_request_exception = False
            person.forget()
            answers = (person.client.get(path), person.client.post(path, said))
            wrong += [(odd, name, role) for answer in answers if answer.status_code >= 500]
    assert wrong == []
    with entered(operator_scope(SYSTEM)):
        kept = set(Callback.objects.values_list("page", flat=True))
    assert len(kept) > len(ODD), "control: they were kept"
    assert not any(char in page for page in kept for char in "\x00\r\u202e")


@pytest.mark.proves("INV-T9")
def test_nobody_is_led_to_another_site(world):
    """Every redirect of every page, whatever the parameters say."""
    query = "&".join(f"{n}={EVIL}" for n in ("next", "page", "call", "callback", "key", "url", "r"))
    seen = set()
    for name, pattern in patterns():
        for where, arguments in places(name, pattern, world):
            if not where.kinds <= {"own"}:
                continue
            text, kind = sent(name, where, world)
            path = f"{reverse(name, kwargs=arguments)}?{query}"
            for role in ("anonymous", "customer_own", "owner_own"):
                person = world.people[role]
                for method in ("GET", "POST"):
                    person.forget()
                    answer = person.client.generic(method, path, text, content_type=kind)
                    if target := answer.headers.get("Location"):
                        assert target.startswith("/"), (name, target)
                        assert not target.startswith(("//", "/\\")), (name, target)
                        seen.add(name)
    assert {"leave-request", "request-withdraw", "desk-call-note", "language"} <= seen, "control"


# -- mails ---------------------------------------------------------------------------------


ADDRESSES = (
    "a@example.com\r\nBcc: b@example.com",
    "a@example.com\nBcc: b@example.com",
    "a@example.com%0aBcc: b@example.com",
    "a@example.com, b@example.com",
    "<a@example.com>",
    "Anna <a@example.com>",
    "a@example.com;b@example.com",
    "a@example.com\x00",
    "a@example.com\u2028Bcc: b@example.com",
    '"a\r\nBcc: b@example.com\r\n"@example.com',
)


@pytest.mark.proves("INV-F13")
def test_request_takes_one_plain_address_only(world):
    rows = Rows()
    for email in ADDRESSES:
        assert left(world, email=email).status_code == 400, email
    assert rows.changed() == set()


@pytest.mark.proves("INV-F13")
def test_nothing_anybody_is_called_breaks_the_head_of_a_mail(world, mailoutbox):
    """Names of member and merchant stand in the subject; a customer's stands in the text."""
    evil = "A\r\nBcc: all@example.com\r\n\r\n<b>x</b>"
    change_merchant(world.a, name=evil)
    user = world.deals["own"].member.user
    user.name = evil
    user.save(update_fields=["name"])
    ready(world, left(world))
    send_mails()
    (mail,) = (m for m in mailoutbox if m.to == ["lena@example.com"])
    head = mail.message()
    assert (head["Bcc"], head["To"], mail.recipients()) == (None, "lena@example.com", mail.to)
    assert head.get_content_type() == "text/plain"


def test_name_brings_no_link_into_a_mail_of_ours(world):
    """The address may be somebody else's: a mail in our name must not carry words of a spammer."""
    for name in ("win at evil.example", "https://evil", "see evil/x", "a@evil", "www evil"):
        ready(world, left(world, name=name))
        assert "evil" not in mails()[-1].text, name
        assert mails()[-1].text.count("://") == 1
    # control: a name is greeted
    ready(world, left(world, name="Lena Ott", email="ott@example.com"))
    assert "Lena Ott" in mails()[-1].text


def ready(world: World, answer) -> None:
    from calls.services.callback import mark_ready

    assert answer.status_code == 302
    member = world.deals["own"].member
    with entered(scope_of_member(member)):
        mark_ready(answer["Location"].strip("/").rpartition("/")[2], member=member)


def send_mails() -> None:
    from merchants.tasks import send_mails as task

    task.run()


@pytest.mark.proves("INV-T5")
def test_words_of_a_mail_are_gone_once_it_is_sent(world, mailoutbox):
    send_mails()
    assert len(mailoutbox) == 3
    with entered(operator_scope(SYSTEM)):
        assert set(Mail.objects.values_list("subject", "text")) == {("", "")}


# -- limits --------------------------------------------------------------------------------


@pytest.mark.proves("INV-A4", "INV-T9")
def test_limits_by_address_cannot_be_escaped_by_a_header(world, settings):
    settings.HANDOVERS_PER_MINUTE_OF_ADDRESS = settings.CALLBACKS_PER_HOUR_OF_ADDRESS = 2
    continued = reverse("call-continue", args=[world.calls["own"], "nonsense"])
    leave = reverse("leave-request", args=[world.a.handle])
    said = {"email": "lena@example.com", "content": "x"}
    for what, served in (("handover", 404), ("request", 302)):
        for forged in ({}, {"x-forwarded-for": "192.0.2.{}"}, *FORGED[1:3]):
            cache.clear()
            found = []
            for number in range(4):
                headers = {name: value.format(number) for name, value in forged.items()}
                if what == "handover":
                    answer = Client().get(continued, headers=headers)
                else:
                    answer = Client().post(leave, said, headers=headers)
                found.append(answer.status_code)
            assert found == [served, served, 429, 429], (what, forged)


# -- blocked -------------------------------------------------------------------------------


@pytest.mark.proves("INV-A6")
def test_blocked_customer_reaches_nobody_by_any_way(world):
    """Not by a call, nor by a promise made before, nor by a request; and is told no reason."""
    deal, client = world.deals["other"], world.people["customer_other"].client
    now = timezone.now()
    with entered(operator_scope(SYSTEM)):
        Call.objects.filter(pk=deal.talk.call.pk).update(state="completed", ended_at=now)
        promise = Callback.objects.get(pk=world.around["other"].callback.pk)
        assert promise.ready_until > now + timedelta(minutes=5), "control: it holds"
    body = {"merchant": world.a.handle, "address": ADDRESS_A, "page": "/"}
    for more in ({}, {"callback": promise.code}):
        answer = client.post(reverse("api-calls"), {**body, **more}, "application/json")
        assert (answer.status_code, answer.json()["code"]) == (409, "customer_blocked")
        assert b"qxnote" not in answer.content
    refused = left(world, client)
    assert refused.status_code == 409
    assert b"qxnote" not in refused.content
    with entered(operator_scope(SYSTEM)):
        states = Call.objects.filter(customer=deal.customer, requested_at__gt=now)
        assert set(states.values_list("state", "end_reason")) == {("unavailable", "blocked")}
    # control: the block is the merchant's own
    body = {"merchant": world.b.handle, "address": "198.51.100.20", "page": "/"}
    assert client.post(reverse("api-calls"), body, "application/json").status_code == 201


# -- the log -------------------------------------------------------------------------------


@pytest.mark.proves("INV-T12")
def test_search_takes_every_sign_as_it_stands(world):
    """No wildcard lists calls; a name of another merchant's customer finds nothing."""
    client = world.people["agent_own"].client
    for name in ("%", "_", "%%", "\\", "_%", "qx%", "' OR 1=1 --", "qxthree", "*", "\x00%"):
        page = client.get(reverse("desk-calls", args=[world.a.handle]), {"name": name})
        assert page.status_code == 200
        assert page.context["page"].rows == [], name
    found = client.get(reverse("desk-calls", args=[world.a.handle]), {"name": "QXone"})
    kinds = {row.call.customer_id for row in found.context["page"].rows}
    assert kinds == {world.deals["own"].customer.id}, "control: in any case of letters"


@pytest.mark.proves("INV-T12")
def test_log_counts_and_pages_own_calls_only(world):
    client = world.people["owner_own"].client
    with entered(operator_scope(SYSTEM)):
        own = set(Call.objects.filter(merchant=world.a).values_list("code", flat=True))
    listed = client.get(reverse("desk-calls", args=[world.a.handle])).context["page"]
    assert {row.call.code for row in listed.rows} == own
    assert not listed.has_next
