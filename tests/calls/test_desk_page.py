"""What the desk's page shows beside the ringing, and the words for how a call came out."""

import json
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from calls.outcome_words import OUTCOME_WORDS
from calls.outcomes import Outcome, outcome_of
from calls.services.answer_call import decline_call
from calls.services.callback import mark_ready
from calls.services.end_call import cancel_call
from calls.services.register_endpoint import leave_desk
from calls.states import CallState
from calls.templatetags.outcomes import outcome_text
from marketplace.accounts.guests import COOKIE, cookie_for
from merchants.access import scope_of_customer
from merchants.roles import Role
from merchants.scope import entered
from tests.factories.calls import (
    ago,
    make_accepted_call,
    make_endpoint,
    make_ringing_call,
    set_call,
)
from tests.factories.merchants import change_merchant, make_member, make_merchant, scope_of_member
from tests.factories.people import make_customer
from tests.factories.requests import make_request

VECTORS = json.loads((Path(__file__).parents[1] / "shared" / "outcome_vectors.json").read_text())


# -- how a call came out -------------------------------------------------------------------


@pytest.mark.unit
@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: f"{one['state']} {one['reason']}")
def test_outcome_is_the_one_the_browser_reads(vector):
    assert outcome_of(vector["state"], vector["reason"]) == vector["outcome"]


@pytest.mark.unit
@pytest.mark.proves("P1.5", "M17")
def test_every_outcome_has_words_of_its_own():
    assert {vector["outcome"] for vector in VECTORS} == set(Outcome)
    assert set(OUTCOME_WORDS) == {*map(str, Outcome), "talking", "ringing", "queued"}
    for part in ("label", "text"):
        said = [str(getattr(words, part)) for words in OUTCOME_WORDS.values()]
        assert len(set(said)) == len(said)


def test_call_that_goes_on_has_words_too(db):
    call = make_ringing_call()
    assert str(outcome_text(call)) == "The call is ringing."
    call.state = CallState.LIVE
    assert str(outcome_text(call)) == "The call is going on."


# -- the page ------------------------------------------------------------------------------


def page_of(member) -> str:
    client = Client()
    client.force_login(member.user)
    answer = client.get(reverse("desk", args=[member.merchant.handle]))
    assert answer.status_code == 200
    return answer.content.decode()


def row_of(html: str, code: str) -> str:
    found = re.search(rf"<li[^>]*>(?:(?!</li>).)*today-{code}(?:(?!</li>).)*</li>", html, re.DOTALL)
    assert found is not None, code
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


@pytest.mark.proves("M17", "C15")
def test_missed_call_says_whether_a_request_was_left(db):
    member, silent, asks = make_member(make_merchant()), make_customer(), make_customer()
    codes = []
    for customer in (silent, asks):
        call = make_ringing_call(member=member, customer=customer)
        ended = {"state": "missed", "end_reason": "not_answered", "ended_at": call.requested_at}
        set_call(call, **ended)
        codes.append(call.code)
    request = make_request(member.merchant, customer=asks)
    html = page_of(member)
    assert "Missed" in row_of(html, codes[0])
    assert "No request left" in row_of(html, codes[0])
    assert "Has left a request" in row_of(html, codes[1])
    assert f"/requests/{request.code}/" in html


@pytest.mark.proves("M17")
def test_day_counts_answered_and_missed_and_nothing_of_yesterday(db):
    member = make_member(make_merchant())
    # First those that end: while the member talks, nobody rings.
    declined = make_ringing_call(member=member)
    with entered(scope_of_member(member)):
        decline_call(declined.code, reason="in_a_moment")
    cancelled = make_ringing_call(member=member)
    with entered(scope_of_customer(cancelled.customer)):
        cancel_call(cancelled.code)
    missed = make_ringing_call(member=member)
    times = {"requested_at": ago(1), "ended_at": ago(0)}
    set_call(missed, state="missed", end_reason="not_answered", **times)
    old = make_ringing_call(member=member)
    times = {"requested_at": ago(90_000), "ended_at": ago(89_000)}
    set_call(old, state="missed", end_reason="not_answered", **times)
    answered = make_accepted_call(member=member)
    html = page_of(member)
    figures = re.findall(r'tile__figure">\s*(\d+)', html)
    assert figures == ["1", "1", "0"]
    assert "In call" in row_of(html, answered.code)
    assert "Declined" in row_of(html, declined.code)
    assert "Cancelled" in row_of(html, cancelled.code)
    assert old.code not in html


@pytest.mark.proves("C14", "C15", "A5")
def test_requests_show_what_is_wanted_and_hide_how_to_reach(db):
    member = make_member(make_merchant(), Role.AGENT)
    make_endpoint(member)
    request = make_request(member.merchant, content="Two tins of oolong")
    html = page_of(member)
    assert "Two tins of oolong" in html
    assert "lena@example.com" not in html
    assert "l•••@example.com" in html
    assert f'data-ready="{request.code}"' in html
    with entered(scope_of_member(member)):
        mark_ready(request.code, member=member)
    html = page_of(member)
    assert f"{member.user.name} is ready until" in html
    assert f'data-ready="{request.code}"' not in html


@pytest.mark.proves("A5")
def test_desk_shows_nothing_of_another_merchant(db):
    other = make_member(make_merchant())
    make_request(other.merchant, content="Somebody else's wish")
    call = make_accepted_call(member=other)
    html = page_of(make_member(make_merchant()))
    assert "Somebody else" not in html
    assert call.code not in html
    assert other.user.name not in html


@pytest.mark.proves("M4")
def test_who_is_at_the_desk_is_free_or_in_a_call_also_once_the_desk_is_left(db):
    merchant = make_merchant()
    talking, free = make_member(merchant), make_member(merchant)
    make_endpoint(free)
    call = make_accepted_call(member=talking)
    html = page_of(free)
    people = html[
        html.index('id="desk-people"') : html.index("</section>", html.index("people-title"))
    ]
    assert people.count("Free") == 1
    assert people.count("In call") == 1
    assert talking.user.name in people
    with entered(scope_of_member(talking)):
        leave_desk(talking, call.endpoint_hint.code)
    assert "In call" in page_of(free)


def test_desk_asks_the_database_as_often_for_three_requests_as_for_one(db):
    member = make_member(make_merchant())
    client, counts = Client(), []
    client.force_login(member.user)
    for more in (1, 2):
        for _ in range(more):
            make_request(member.merchant, content="Tea")
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("desk", args=[member.merchant.handle]))
        counts.append(len(queries))
    assert counts[0] == counts[1]


# -- a promised call -----------------------------------------------------------------------


@pytest.mark.proves("C14", "C2")
def test_device_check_of_a_closed_storefront_opens_for_who_was_promised(db):
    member, customer = make_member(make_merchant()), make_customer()
    make_endpoint(member)
    request = make_request(member.merchant, customer=customer)
    change_merchant(member.merchant, accepting_calls=False)
    client = Client()
    client.cookies[COOKIE] = cookie_for(customer)
    page = f"{reverse('call-start', args=[member.merchant.handle])}?callback={request.code}"
    assert client.get(page).status_code == 302
    with entered(scope_of_member(member)):
        mark_ready(request.code, member=member)
    answer = client.get(page)
    assert answer.status_code == 200
    assert f'data-callback="{request.code}"' in answer.content.decode()
    assert Client().get(page).status_code == 302
