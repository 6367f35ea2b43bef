"""The form over HTTP: the same form, the same refusals, both sides."""

import pytest
from django.test import Client

from marketplace.accounts.guests import COOKIE, cookie_for
from merchants.models import Member
from merchants.scope import entered
from orders import form_api
from tests.factories.orders import make_order, make_table, put
from tests.factories.people import make_customer, make_user
from tests.orders.peers import customer_at, work

pytestmark = pytest.mark.usefixtures("db")


def guest(customer):
    client = Client()
    client.cookies[COOKIE] = cookie_for(customer)
    return client


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def edit(client, table, field, value, *, op="op-number-1", side="", **more):
    body = {"op": op, "field": field, "value": value, "base": 0, **more}
    url = f"/api/v1/forms/{table.seller.code}/edits/{side}"
    return client.post(url, body, content_type="application/json")


def read(client, table, side=""):
    return client.get(f"/api/v1/forms/{table.seller.code}/{side}")


@pytest.mark.proves("C16", "INV-F3")
def test_both_sides_read_the_form_the_socket_shows():
    table = make_table()
    put(table.buyer, "content", "tea")
    shown = {"customer": guest(table.customer), "merchant": signed_in(table.member.user)}
    for role, client in shown.items():
        answer = read(client, table)
        assert answer["Cache-Control"] == "no-store"
        form = answer.json()
        assert form["fields"]["content"]["value"] == "tea"
        assert (form["role"], form["revision"], form["reply"]) == (role, 1, None)
        assert form["permissions"]["create"] is (role == "merchant")
        for secret in (table.customer.id, table.member.user_id, table.form.salt):
            assert str(secret) not in answer.content.decode()


@pytest.mark.proves("C9")
def test_order_is_named_with_each_sides_own_page():
    table = make_table()
    code = make_order(table).code
    assert read(guest(table.customer), table).json()["order"]["url"] == f"/o/{code}/"
    url = read(signed_in(table.member.user), table).json()["order"]["url"]
    assert url == f"/desk/{table.merchant.handle}/orders/{code}/"


@pytest.mark.proves("INV-F5", "INV-F8", "M7")
def test_edit_is_applied_once_and_kept_with_its_author():
    table = make_table()
    client = guest(table.customer)
    first = edit(client, table, "content", "tea")
    assert (first.status_code, first.json()) == (200, {"revision": 1, "value": "tea"})
    assert edit(client, table, "content", "tea").json() == first.json()
    other = edit(client, table, "content", "coffee")
    assert (other.status_code, other.json()["code"]) == (409, "op_reused")
    assert table.form.fields["content"]["author"] == "customer"
    assert table.form.revision == 1


@pytest.mark.usefixtures("layer")
@pytest.mark.proves("M7", "C9")
async def test_open_sockets_hear_of_an_edit_over_http():
    table = await work(make_table)
    customer = await (await customer_at(table)).open()
    client = await work(signed_in, table.member.user)
    assert (await work(edit, client, table, "price", "48")).status_code == 200
    heard = await customer.hear("form.edited")
    assert (heard["field"], heard["value"], heard["author"]) == ("price", "48.00", "merchant")


@pytest.mark.proves("INV-F8", "P2.3")
@pytest.mark.parametrize(
    ("field", "value", "status", "code"),
    [
        ("price", "1", 400, "field_forbidden"),
        ("salary", "1", 400, "field_unknown"),
        ("content", "x" * 2001, 400, "field_too_long"),
        ("content", "x" * 8001, 400, "input_invalid"),
        ("content", 7, 400, "input_invalid"),
        ("content", "a\x00b", 400, "field_control_character"),
    ],
)
def test_refused_edit_says_why_and_changes_nothing(field, value, status, code):
    table = make_table()
    answer = edit(guest(table.customer), table, field, value)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert table.form.revision == 0


@pytest.mark.parametrize("more", [{"author": "merchant"}, {"base": -1}, {"op": "x"}, {"base": "0"}])
def test_edit_that_is_not_one_is_refused(more):
    table = make_table()
    assert edit(guest(table.customer), table, "content", "tea", **more).status_code == 400
    assert table.form.revision == 0


def test_closed_form_takes_no_edit():
    table = make_table()
    make_order(table)
    answer = edit(guest(table.customer), table, "note", "late", op="op-number-9")
    assert (answer.status_code, answer.json()["code"]) == (409, "form_closed")


@pytest.mark.proves("INV-T1", "INV-T11")
def test_strangers_and_nobody_find_nothing():
    table, other = make_table(), make_table()
    strangers = [
        Client(),
        guest(make_customer()),
        guest(other.customer),
        signed_in(make_user()),
        signed_in(other.member.user),
    ]
    for client in strangers:
        assert read(client, table).status_code == 404
        assert edit(client, table, "content", "mine").status_code == 404
    assert guest(table.customer).get("/api/v1/forms/unknown/").status_code == 404
    assert table.form.revision == 0


@pytest.mark.proves("INV-F14")
def test_member_who_left_is_refused():
    table = make_table()
    client = signed_in(table.member.user)
    with entered(table.seller.scope):
        Member.objects.filter(id=table.member.id).update(is_active=False)
    assert edit(client, table, "content", "tea").status_code == 404
    assert table.form.revision == 0


def test_browser_that_is_both_is_the_customer_unless_it_asks():
    table = make_table()
    client = signed_in(table.member.user)
    client.cookies[COOKIE] = cookie_for(table.customer)
    assert read(client, table).json()["role"] == "customer"
    assert read(client, table, "?side=merchant").json()["role"] == "merchant"
    edit(client, table, "price", "48", side="?side=merchant")
    assert table.form.fields["price"]["author"] == "merchant"
    # asking makes nobody a member
    assert read(guest(table.customer), table, "?side=merchant").status_code == 404


def test_edit_without_a_csrf_token_is_refused():
    table = make_table()
    client = Client(enforce_csrf_checks=True)
    client.cookies[COOKIE] = cookie_for(table.customer)
    answer = edit(client, table, "content", "tea")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
    assert table.form.revision == 0


def test_too_many_edits_of_one_person_are_refused(monkeypatch):
    monkeypatch.setattr(form_api, "EDITS_PER_MINUTE", 2)
    table = make_table()
    client = guest(table.customer)
    codes = [
        edit(client, table, "content", f"tea {n}", op=f"op-number-{n}").status_code
        for n in range(3)
    ]
    assert codes == [200, 200, 429]
    assert (
        edit(signed_in(table.member.user), table, "note", "x", op="op-number-9").status_code == 200
    )
