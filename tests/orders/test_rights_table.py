"""Who may write what, generated: every field × both sides × socket, HTTP and database.

The expected table comes from the registry; `test_fields.py` names its rights one by one. Each
channel is asked for every field, so a field that is added is in the table by itself.
"""

import dataclasses
import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.utils import DatabaseError
from django.test import Client
from django.utils import timezone

from marketplace.accounts.guests import COOKIE, cookie_for
from merchants.models import Member
from merchants.scope import entered
from orders import fields
from orders.consumers.form_socket import FormSocket
from orders.fields import FIELDS, Kind
from orders.models import FormEdit, Photo
from orders.states import Role
from tests.factories.orders import make_table, put
from tests.orders import raw
from tests.orders.peers import RefusedError, both_at, customer_at, member_at, refused, work

pytestmark = pytest.mark.usefixtures("db")
SOME_DAY = (timezone.now() + timedelta(days=30)).date().isoformat()
SAMPLES = {
    Kind.LINE: "words",
    Kind.PROSE: "words",
    Kind.MONEY: "7",
    Kind.QUANTITY: "2",
    Kind.PERCENT: "19",
    Kind.SHARE: "10%",
    Kind.YES_NO: "no",
    Kind.HOURS: "24",
    Kind.PHOTO: "A" * 22,
    Kind.LOCAL_TIME: f"{SOME_DAY}T10:00",
    Kind.ZONE: "Europe/Berlin",
    Kind.COUNTRY: "DE",
    Kind.PHONE: "+49 30 1",
    Kind.EMAIL: "lena@example.com",
}
# The price comes first: beside a line with a price it would be refused for another reason.
KEYS = ["price", *(key for key in FIELDS if key != "price")]


def sample(key):
    return f"{SOME_DAY}T11:00" if key == "time.end" else SAMPLES[FIELDS[key].kind]


def furnished():
    """A table whose form has the picture of the samples."""
    table = make_table()
    with entered(table.seller.scope):
        Photo.objects.create(
            code=SAMPLES[Kind.PHOTO],
            merchant_id=table.merchant.id,
            customer_id=table.customer.id,
            form_id=table.seller.form_id,
            author="merchant",
            author_id=table.member.user_id,
            width=1,
            height=1,
            digest="",
            content=b"",
        )
    return table


def expected(role, refusal):
    return {key: "written" if role in FIELDS[key].writers else refusal for key in KEYS}


def kept(table):
    """Which fields the form holds, and which were kept as edits."""
    with entered(table.seller.scope):
        edits = FormEdit.objects.filter(form_id=table.seller.form_id)
        fields_written = set(edits.values_list("field", flat=True))
    return set(table.form.fields), fields_written


def written(table, role):
    mine = {key for key in KEYS if role in FIELDS[key].writers}
    return kept(table) == (mine, mine)


@pytest.mark.usefixtures("layer")
@pytest.mark.proves("INV-F8", "M11", "C10")
@pytest.mark.parametrize("role", Role)
async def test_rights_over_the_socket(role):
    table = await work(furnished)
    peer = await (await (customer_at if role is Role.CUSTOMER else member_at)(table)).open()
    found = {}
    for key in KEYS:
        try:
            await peer.edit(key, sample(key))
            found[key] = "written"
        except RefusedError as error:
            found[key] = error.code
    assert found == expected(role, "field_forbidden")
    assert await work(written, table, role)


@pytest.mark.proves("INV-F8", "M11")
@pytest.mark.parametrize("role", Role)
def test_rights_over_http(role):
    table = furnished()
    client = Client()
    if role is Role.CUSTOMER:
        client.cookies[COOKIE] = cookie_for(table.customer)
    else:
        client.force_login(table.member.user)
    found = {}
    for key in KEYS:
        body = {"op": uuid4().hex, "field": key, "value": sample(key), "base": 0}
        url = f"/api/v1/forms/{table.seller.code}/edits/"
        answer = client.post(url, body, content_type="application/json")
        found[key] = "written" if answer.status_code == 200 else answer.json()["code"]
    assert found == expected(role, "field_forbidden")
    assert written(table, role)


# Whose each step is; what is both sides' has no name here.
STEPS = {
    "form.edit": None,
    "form.undo": None,
    "form.focus": None,
    "form.sync": None,
    "form.confirm": None,
    "form.query": Role.CUSTOMER,
    "form.refuse": Role.CUSTOMER,
    "form.settle": Role.MERCHANT,
    "request.send": Role.MERCHANT,
    "request.recall": Role.MERCHANT,
    "request.remind": Role.MERCHANT,
    "request.later": Role.CUSTOMER,
    "request.answer": Role.CUSTOMER,
    "request.decline": Role.CUSTOMER,
    "known.list": Role.CUSTOMER,
    "known.forget": Role.CUSTOMER,
    "order.create": Role.MERCHANT,
}


def steps_of(code):
    """A frame of every step that only one side may take, and that would be taken."""
    return {
        "form.query": {"fields": ["price"]},
        "form.refuse": {"revision": 0},
        "form.settle": {},
        "request.send": {"fields": ["note"]},
        "request.remind": {"request": code},
        "request.later": {"request": code},
        "request.decline": {"request": code, "fields": ["note"]},
        "request.answer": {"request": code},
        "request.recall": {"request": code},
        "known.list": {},
        "known.forget": {"known": str(uuid4())},
        "order.create": {"revision": 0, "digest": "0" * 64},
    }


def test_every_step_of_the_socket_has_its_side():
    assert set(FormSocket.handlers) == set(STEPS)
    assert set(steps_of("")) == {name for name, side in STEPS.items() if side}


@pytest.mark.usefixtures("layer")
@pytest.mark.proves("INV-F8", "P3.1", "M6", "C10")
@pytest.mark.parametrize("role", Role)
async def test_steps_of_the_other_side_are_refused_and_change_nothing(role):
    table = await work(make_table)
    customer, member = await both_at(table)
    sent = await member.say("request.send", fields=["note", "content"])
    peer, other = (customer, member) if role is Role.CUSTOMER else (member, customer)
    before = (await peer.say("form.sync", epoch="1", revision=0)) | {"id": 0}
    foreign = {
        name: given
        for name, given in steps_of(sent["request"]["request"]).items()
        if STEPS[name] is role.other
    }
    await other.quiet()
    other.heard.clear()
    codes = {name: (await refused(peer.say(name, **given))).code for name, given in foreign.items()}
    assert codes == dict.fromkeys(foreign, "forbidden")
    assert (await peer.say("form.sync", epoch="1", revision=0)) | {"id": 0} == before
    assert await other.quiet() == []


@pytest.mark.usefixtures("layer")
@pytest.mark.proves("INV-F14")
async def test_member_who_left_takes_no_step_of_the_merchants():
    table = await work(make_table)
    customer, member = await both_at(table)
    sent = await member.say("request.send", fields=["note", "content"])
    await customer.say("form.query", fields=["price"])

    def leave():
        with entered(table.seller.scope):
            Member.objects.filter(id=table.member.id).update(is_active=False)

    await work(leave)
    for name, given in steps_of(sent["request"]["request"]).items():
        if STEPS[name] is Role.MERCHANT:
            assert (await refused(member.say(name, **given))).code == "not_found"
    snapshot = await customer.say("form.sync", epoch="1", revision=0)
    assert snapshot["reply"] is not None
    assert [request["state"] for request in snapshot["requests"]] == ["sent"]


ROW = (
    "UPDATE orders_orderform SET revision = revision + 1, merchant_confirmed_revision = NULL,"
    " customer_confirmed_revision = NULL, fields = fields || %s::jsonb WHERE id = %s"
)
EDIT = (
    "INSERT INTO orders_formedit (id, created_at, merchant_id, customer_id, form_id, revision, op,"
    " field, value, author, author_id, base) SELECT gen_random_uuid(), now(), merchant_id,"
    " customer_id, id, %s, %s, %s, 'x', %s, %s, 0 FROM orders_orderform WHERE id = %s"
)


def in_database(table, role, key):
    """Write a field past every service: into the row, and into the edits."""
    party = table.party(role)
    cell = {"value": sample(key), "author": role.value, "revision": 1}
    writes = (
        (ROW, json.dumps({key: cell}), party.form_id),
        (EDIT, KEYS.index(key) + 1, uuid4().hex, key, role.value, party.actor_id, party.form_id),
    )
    outcomes = set()
    for sql, *given in writes:
        try:
            outcomes.add("written" if raw.run(party.scope, sql, *given) == 1 else "not there")
        except DatabaseError:
            outcomes.add("refused")
    assert len(outcomes) == 1, f"row and edit differ for {key}"
    return outcomes.pop()


@pytest.mark.proves("INV-F8", "INV-T13", "M11")
@pytest.mark.parametrize("role", Role)
def test_rights_in_the_database(role):
    table = make_table()
    found = {key: in_database(table, role, key) for key in KEYS}
    assert found == expected(role, "refused")
    assert written(table, role)


@pytest.mark.proves("INV-F8", "INV-T13")
@pytest.mark.parametrize("role", Role)
def test_foreign_value_cannot_be_taken_out_of_the_row_either(role):
    table = make_table()
    key = "price" if role is Role.CUSTOMER else "price.proposal"
    cell = json.dumps({key: {"value": "7.00", "author": role.other.value, "revision": 1}})
    assert raw.run(table.party(role.other).scope, ROW, cell, table.seller.form_id) == 1
    without = ROW.replace("fields || %s::jsonb", "fields - %s::text")
    raw.refused(table.party(role).scope, without, key, table.seller.form_id)


def test_control_a_right_too_many_in_the_registry_would_show(monkeypatch):
    """Control: with the registry's wall down for one field, socket and page would write it, and
    only the database would still refuse; so the tables above would differ.
    """
    table = make_table()
    opened = dataclasses.replace(FIELDS["discount"], writers=fields.BOTH)
    monkeypatch.setitem(fields.FIELDS, "discount", opened)
    assert fields.clean("discount", "1", role=Role.CUSTOMER, currency="EUR") == "1.00"
    with pytest.raises(DatabaseError):
        put(table.buyer, "discount", "1")
    assert "discount" not in table.form.fields
