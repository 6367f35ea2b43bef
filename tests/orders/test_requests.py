"""Information requests: sent, answered, declined, recalled; each visible to both sides."""

from datetime import timedelta
from functools import partial

import pytest
from django.db.models import F
from django.utils import timezone

from calls.models import Call
from marketplace.accounts.audit import SYSTEM
from marketplace.core.errors import ForbiddenError, NotFoundError
from merchants.scope import entered, operator_scope
from orders.errors import (
    CallNotActiveError,
    FieldNotAskableError,
    FieldRefusedError,
    RequestClosedError,
    TooSoonError,
)
from orders.models import DealEntry, InformationRequest
from orders.selectors import form_snapshot
from orders.services.answer_request import answer_request, decline_request, put_off_request
from orders.services.request_information import (
    recall_request,
    remind_of_request,
    send_request,
)
from tests.factories.orders import make_table, put

pytestmark = pytest.mark.usefixtures("db")


def act(party, service, *args, **kwargs):
    with entered(party.scope):
        return service(party, *args, **kwargs)


CITY, WHEN = "address.city", "time.start"


def sent(table, fields=(CITY, WHEN), hint="Where to?"):
    return act(table.seller, send_request, fields=fields, hint=hint)["request"]


def shown(party):
    with entered(party.scope):
        return form_snapshot(party.form_id)["requests"]


@pytest.mark.proves("P3.1", "C6", "M6")
def test_request_is_shown_to_both_sides():
    table = make_table()
    code = sent(table)
    for party in (table.seller, table.buyer):
        (request,) = shown(party)
        assert (request["request"], request["state"]) == (code, "sent")
        assert request["fields"] == [WHEN, CITY]
        assert request["hint"] == "Where to?"


@pytest.mark.proves("P3.2")
def test_two_requests_are_shown_in_order():
    table = make_table()
    codes = [sent(table, [CITY]), sent(table, ["contact.phone"])]
    assert [request["request"] for request in shown(table.buyer)] == codes


@pytest.mark.proves("P3.3")
def test_answer_closes_the_request_and_the_values_have_the_customer_as_author():
    table = make_table()
    code = sent(table)
    put(table.buyer, "address.city", "Berlin")
    assert act(table.buyer, answer_request, code)["state"] == "answered"
    assert act(table.buyer, answer_request, code)["state"] == "answered"
    assert table.form.fields["address.city"]["author"] == "customer"


@pytest.mark.proves("P3.5")
def test_answer_to_a_recalled_request_is_refused_and_the_values_are_kept():
    table = make_table()
    code = sent(table)
    put(table.buyer, "address.city", "Berlin")
    assert act(table.seller, recall_request, code)["state"] == "recalled"
    with pytest.raises(RequestClosedError) as caught:
        act(table.buyer, answer_request, code)
    assert caught.value.data == {"state": "recalled"}
    assert table.form.fields["address.city"]["value"] == "Berlin"


@pytest.mark.proves("P3.5")
def test_fields_are_declined_one_by_one_with_a_reason():
    table = make_table()
    code = sent(table)
    some = act(table.buyer, decline_request, code, fields=[WHEN], reason="not yet known")
    assert (some["state"], some["declined"]) == ("sent", {WHEN: "not yet known"})
    every = act(table.buyer, decline_request, code, fields=[CITY])
    assert every["state"] == "declined"
    assert act(table.buyer, decline_request, code, fields=[CITY]) == every
    with pytest.raises(RequestClosedError):
        act(table.buyer, answer_request, code)


def test_declining_what_was_not_asked_is_refused():
    table = make_table()
    code = sent(table, fields=[CITY])
    with pytest.raises(FieldNotAskableError):
        act(table.buyer, decline_request, code, fields=["contact.phone"])


@pytest.mark.proves("P3.3")
@pytest.mark.parametrize(
    "fields",
    [
        ["price"],
        ["address.city", "salary"],
        ["__class__"],
        ["address"],
        ["line.1.price"],
        ["deposit"],
    ],
)
def test_request_for_what_a_customer_cannot_give_is_refused(fields):
    with pytest.raises(FieldNotAskableError):
        sent(make_table(), fields)


@pytest.mark.proves("P3.1")
def test_each_side_has_its_own_part():
    table = make_table()
    code = sent(table)
    with pytest.raises(ForbiddenError):
        act(table.buyer, send_request, fields=[CITY])
    for service in (recall_request, remind_of_request):
        with pytest.raises(ForbiddenError):
            act(table.buyer, service, code)
    with pytest.raises(ForbiddenError):
        act(table.seller, put_off_request, code)
    with pytest.raises(ForbiddenError):
        act(table.seller, answer_request, code)
    with pytest.raises(ForbiddenError):
        act(table.seller, decline_request, code, fields=[CITY])


@pytest.mark.proves("P3.1")
def test_request_after_the_call_is_refused_and_an_open_one_can_still_be_answered():
    table = make_table()
    code = sent(table)
    with entered(operator_scope(SYSTEM)):
        Call.objects.filter(id=table.call.id).update(state="completed", ended_at=timezone.now())
    with pytest.raises(CallNotActiveError):
        sent(table)
    assert act(table.buyer, answer_request, code)["state"] == "answered"


@pytest.mark.proves("INV-T1")
def test_request_of_another_form_is_not_found():
    mine, other = make_table(), make_table()
    code = sent(mine)
    for party, service in ((other.buyer, answer_request), (other.seller, recall_request)):
        with pytest.raises(NotFoundError):
            act(party, service, code)


@pytest.mark.proves("M6", "C6")
def test_choices_are_offered_as_the_field_would_take_them():
    table = make_table()
    offered = {"address.country": ["de", "AT", "DE"], "note": ["red", "  ", "blue"]}
    summary = act(table.seller, send_request, fields=["note", "address.country"], choices=offered)
    assert summary["choices"] == {"address.country": ["DE", "AT"], "note": ["red", "blue"]}
    assert shown(table.buyer)[0]["choices"] == summary["choices"]


@pytest.mark.proves("M6", "P3.3")
def test_choice_the_field_would_refuse_is_not_sent():
    table = make_table()
    with pytest.raises(FieldRefusedError) as caught:
        act(table.seller, send_request, fields=[WHEN], choices={WHEN: ["tomorrow"]})
    assert caught.value.code == "time_malformed"
    with pytest.raises(FieldNotAskableError):
        act(table.seller, send_request, fields=[WHEN], choices={CITY: ["Berlin"]})
    assert shown(table.buyer) == []


def aged(code, seconds):
    """Let a request and its last reminder be that much older."""
    with entered(operator_scope(SYSTEM)):
        rows = InformationRequest.objects.filter(code=code)
        for column in ("created_at", "reminded_at"):
            rows.update(**{column: F(column) - timedelta(seconds=seconds)})


@pytest.mark.proves("M6")
def test_reminder_comes_at_most_every_twenty_seconds():
    table = make_table()
    code = sent(table)
    for reminders in (1, 2):
        with pytest.raises(TooSoonError) as caught:
            act(table.seller, remind_of_request, code)
        assert 0 < caught.value.data["seconds"] <= 20
        aged(code, 20)
        summary = act(table.seller, remind_of_request, code)
        assert (summary["reminders"], summary["state"]) == (reminders, "sent")
        assert summary["reminded_at"] is not None


@pytest.mark.proves("M6")
def test_later_leaves_the_request_open_until_the_merchant_reminds_of_it():
    table = make_table()
    code = sent(table)
    assert act(table.buyer, put_off_request, code)["put_off"] is True
    before = table.form.notices
    assert act(table.buyer, put_off_request, code)["put_off"] is True
    assert table.form.notices == before
    aged(code, 20)
    assert act(table.seller, remind_of_request, code)["put_off"] is False
    act(table.buyer, put_off_request, code)
    assert act(table.buyer, answer_request, code)["state"] == "answered"


@pytest.mark.proves("M6", "P3.5")
def test_closed_request_is_neither_put_off_nor_reminded_of():
    table = make_table()
    code = sent(table)
    act(table.buyer, answer_request, code)
    aged(code, 20)
    with pytest.raises(RequestClosedError):
        act(table.buyer, put_off_request, code)
    with pytest.raises(RequestClosedError):
        act(table.seller, remind_of_request, code)


@pytest.mark.proves("INV-F13")
def test_hint_and_reason_lose_what_would_reorder_the_screen():
    table = make_table()
    code = sent(table, hint="a\0\u202eb")
    assert shown(table.buyer)[0]["hint"] == "ab"
    declined = act(table.buyer, decline_request, code, fields=[CITY], reason="\x00no\u202e")
    assert declined["declined"] == {CITY: "no"}


@pytest.mark.proves("M6", "INV-O9")
def test_steps_of_a_request_are_in_the_deal_record_without_the_words():
    table = make_table()
    code = sent(table, hint="a secret hint")
    act(table.buyer, decline_request, code, fields=[CITY], reason="a secret reason")
    act(table.buyer, answer_request, code)
    act(table.seller, recall_request, sent(table))
    with entered(table.seller.scope):
        entries = list(DealEntry.objects.filter(form_id=table.seller.form_id))
    kinds = [(entry.kind, entry.role) for entry in entries]
    assert kinds == [
        ("opened", "merchant"),
        ("asked", "merchant"),
        ("declined", "customer"),
        ("answered", "customer"),
        ("asked", "merchant"),
        ("recalled", "merchant"),
    ]
    assert "secret" not in str([entry.data for entry in entries])


@pytest.mark.proves("P3.5")
def test_answer_racing_recall_ends_in_one_state(at_once):
    table = make_table()
    for _ in range(8):
        code = sent(table)
        results = at_once(
            partial(act, table.buyer, answer_request, code),
            partial(act, table.seller, recall_request, code),
        )
        assert sum(isinstance(result, RequestClosedError) for result in results) == 1
        assert shown(table.buyer)[-1]["state"] in {"answered", "recalled"}
