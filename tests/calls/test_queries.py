"""How many statements each path costs; a list costs the same with one row and with many."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from calls.selectors import desk_calls, published_address
from calls.services.answer_call import accept_call
from calls.services.register_endpoint import refresh_endpoint
from calls.services.request_call import request_call
from calls.services.sweep_calls import sweep_calls
from marketplace.accounts.audit import SYSTEM
from marketplace.accounts.guests import COOKIE, cookie_for
from merchants.scope import entered, operator_scope
from tests.factories.calls import make_endpoint, make_ringing_call, published
from tests.factories.merchants import make_member, make_merchant, scope_of_member
from tests.factories.people import make_customer

pytestmark = pytest.mark.usefixtures("db")


def statements(work) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        work()
    return [
        query["sql"]
        for query in captured.captured_queries
        if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))
    ]


@pytest.mark.proves("P1.1")
def test_call_request_is_scope_facts_row_and_audit():
    endpoint, customer = make_endpoint(), make_customer()
    handle, address = endpoint.member.merchant.handle, published(endpoint.member)
    found = statements(lambda: request_call(customer, handle=handle, address=address))
    kinds = [sql.split(None, 1)[0] for sql in found]
    assert kinds == ["BEGIN", "SELECT", "SELECT", "INSERT", "INSERT", "COMMIT"], found


def test_call_request_over_http_adds_only_the_customer():
    endpoint, client = make_endpoint(), Client()
    client.cookies[COOKIE] = cookie_for(make_customer())
    body = {"merchant": endpoint.member.merchant.handle, "address": published(endpoint.member)}
    found = statements(lambda: client.post("/api/v1/calls/", body, content_type="application/json"))
    assert len(found) == 7, found


def test_desk_list_costs_one_statement_with_one_and_with_five_calls():
    member = make_member(make_merchant())
    counts = []
    for more in (1, 4):
        for _ in range(more):
            make_ringing_call(member=member)
        with entered(scope_of_member(member)):
            counts.append(len(statements(desk_calls)))
            assert len(desk_calls()) in {1, 5}
    assert counts == [1, 1]


def test_accept_and_heartbeat_stay_small():
    call = make_ringing_call()
    member, endpoint = call.member_hint, call.endpoint_hint
    with entered(scope_of_member(member)):
        kept = statements(lambda: refresh_endpoint(member, endpoint.code))
        accepted = statements(lambda: accept_call(call.code, member=member, endpoint=endpoint.code))
        address = statements(lambda: published_address(member.merchant))
    assert (len(kept), len(accepted), len(address)) == (4, 5, 1), (kept, accepted)


def test_sweep_with_nothing_due_is_two_statements():
    make_ringing_call()
    with entered(operator_scope(SYSTEM)):
        assert len(statements(sweep_calls)) == 2
