"""Information requests: sent, answered, declined, recalled; each visible to both sides."""

from functools import partial

import pytest
from django.utils import timezone

from calls.models import Call
from marketplace.accounts.audit import SYSTEM
from marketplace.core.errors import ForbiddenError, NotFoundError
from merchants.scope import entered, operator_scope
from orders.errors import CallNotActiveError, GroupUnknownError, RequestClosedError
from orders.selectors import form_snapshot
from orders.services.request_information import (
    answer_request,
    decline_request,
    recall_request,
    send_request,
)
from tests.factories.orders import make_table, put

pytestmark = pytest.mark.usefixtures("db")


def act(party, service, *args, **kwargs):
    with entered(party.scope):
        return service(party, *args, **kwargs)


def sent(table, groups=("address", "time"), hint="Where to?"):
    return act(table.seller, send_request, groups=groups, hint=hint)["request"]


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
        assert request["groups"] == ["address", "time"]
        assert request["hint"] == "Where to?"


@pytest.mark.proves("P3.2")
def test_two_requests_are_shown_in_order():
    table = make_table()
    codes = [sent(table, groups=["address"]), sent(table, groups=["contact"])]
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
def test_groups_are_declined_one_by_one_with_a_reason():
    table = make_table()
    code = sent(table)
    some = act(table.buyer, decline_request, code, groups=["time"], reason="not yet known")
    assert (some["state"], some["declined"]) == ("sent", {"time": "not yet known"})
    every = act(table.buyer, decline_request, code, groups=["address"])
    assert every["state"] == "declined"
    assert act(table.buyer, decline_request, code, groups=["address"]) == every
    with pytest.raises(RequestClosedError):
        act(table.buyer, answer_request, code)


def test_declining_what_was_not_asked_is_refused():
    table = make_table()
    code = sent(table, groups=["address"])
    with pytest.raises(GroupUnknownError):
        act(table.buyer, decline_request, code, groups=["contact"])


@pytest.mark.proves("P3.3")
@pytest.mark.parametrize("groups", [["price"], ["address", "salary"], ["__class__"]])
def test_request_for_what_a_customer_cannot_give_is_refused(groups):
    with pytest.raises(GroupUnknownError):
        sent(make_table(), groups=groups)


@pytest.mark.proves("P3.1")
def test_each_side_has_its_own_part():
    table = make_table()
    code = sent(table)
    with pytest.raises(ForbiddenError):
        act(table.buyer, send_request, groups=["address"])
    with pytest.raises(ForbiddenError):
        act(table.buyer, recall_request, code)
    with pytest.raises(ForbiddenError):
        act(table.seller, answer_request, code)
    with pytest.raises(ForbiddenError):
        act(table.seller, decline_request, code, groups=["address"])


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
