"""How many statements each path costs; a list costs the same with one row and with many."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from calls.selectors import desk_calls, published_address
from calls.services.answer_call import accept_call
from calls.services.request_call import request_call
from calls.services.sweep_calls import sweep_calls
from calls.services.watch_desk import watch_desk
from marketplace.accounts.audit import SYSTEM
from marketplace.accounts.guests import COOKIE, cookie_for
from merchants.scope import entered, operator_scope
from tests.factories.calls import make_endpoint, make_ringing_call, published
from tests.factories.merchants import scope_of_member
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
def test_call_request_is_two_messages_facts_and_rows():
    endpoint, customer = make_endpoint(), make_customer()
    handle, address = endpoint.member.merchant.handle, published(endpoint.member)
    found = statements(lambda: request_call(customer, handle=handle, address=address))
    # Each message is a transaction of its own and brings its tenant context along.
    kinds = [[part.split(None, 1)[0] for part in sql.split(";\n")] for sql in found]
    assert kinds == [["SELECT", "SELECT"], ["SELECT", "INSERT", "INSERT"]], found
    assert all(sql.startswith("SELECT set_config('role', 'r_customer', true)") for sql in found)


def test_call_request_over_http_reads_its_customer_together_with_the_facts():
    endpoint, client = make_endpoint(), Client()
    client.cookies[COOKIE] = cookie_for(make_customer())
    body = {"merchant": endpoint.member.merchant.handle, "address": published(endpoint.member)}
    found = statements(lambda: client.post("/api/v1/calls/", body, content_type="application/json"))
    assert [sql.count(";\n") for sql in found] == [2, 2], found


def test_desk_list_costs_one_statement_with_one_and_with_five_calls():
    endpoint = make_endpoint()
    member, counts = endpoint.member, []
    for more in (1, 4):
        for _ in range(more):
            make_ringing_call(member=member)
        with entered(scope_of_member(member)):
            counts.append(len(statements(lambda: desk_calls(endpoint))))
            assert len(desk_calls(endpoint)) in {1, 5}
    assert counts == [1, 1]


def test_accept_and_heartbeat_stay_small():
    call = make_ringing_call()
    member, endpoint = call.member_hint, call.endpoint_hint
    with entered(scope_of_member(member)):
        accepted = statements(lambda: accept_call(call.code, member=member, endpoint=endpoint.code))
        address = statements(lambda: published_address(member.merchant))
    kept = statements(lambda: watch_desk(scope_of_member(member), member, endpoint, heard=True))
    # Accepting: the call, the desk with its member, whether they talk, row, audit, the callback.
    assert (len(kept), len(accepted), len(address)) == (1, 6, 2), (kept, accepted, address)


def test_sweep_with_nothing_due_is_four_statements():
    make_ringing_call()
    with entered(operator_scope(SYSTEM)):
        assert len(statements(sweep_calls)) == 4
