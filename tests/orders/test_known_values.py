"""The customer's own address book: offered to them, seen by nobody else."""

from uuid import uuid4

import pytest

from marketplace.accounts.audit import SYSTEM
from marketplace.core.errors import ForbiddenError
from merchants.scope import ScopeError, entered, operator_scope
from orders.models import KnownValues
from orders.services import known_values as service
from orders.services.answer_request import answer_request
from orders.services.known_values import forget_known, keep_known, known_values
from orders.services.request_information import send_request
from tests.factories.orders import make_table, put
from tests.orders import raw
from tests.orders.peers import both_at, refused, work

pytestmark = pytest.mark.usefixtures("db")


def act(party, function, *args, **kwargs):
    with entered(party.scope):
        return function(party, *args, **kwargs)


def book(table):
    return [known["values"] for known in act(table.buyer, known_values)]


def keep(table, **values):
    for key, value in values.items():
        put(table.buyer, key.replace("_", ".", 1), value)
    act(table.buyer, keep_known)


def asked(table):
    return act(table.seller, send_request, fields=["address.city"])["request"]


@pytest.mark.proves("C8", "P6.2")
def test_answer_with_the_tick_keeps_address_and_contact_for_the_next_time():
    table = make_table()
    put(table.buyer, "address.city", "Berlin")
    put(table.buyer, "contact.phone", "+49 30 1")
    put(table.buyer, "note", "not part of it")
    act(table.buyer, answer_request, asked(table), keep=True)
    assert book(table) == [{"address.city": "Berlin", "contact.phone": "+49 30 1"}]
    again = make_table(customer=table.customer)  # another merchant
    assert book(again) == book(table)


@pytest.mark.proves("C8")
def test_answer_without_the_tick_keeps_nothing():
    table = make_table()
    put(table.buyer, "address.city", "Berlin")
    act(table.buyer, answer_request, asked(table))
    assert book(table) == []


@pytest.mark.proves("C8")
def test_same_values_are_kept_once_and_move_to_the_front():
    table = make_table()
    keep(table, address_city="Berlin")
    keep(table, address_city="Bremen")
    keep(table, address_city="Berlin")
    assert [values["address.city"] for values in book(table)] == ["Berlin", "Bremen"]


@pytest.mark.proves("C8")
def test_five_are_offered_and_old_ones_fall_out(monkeypatch):
    monkeypatch.setattr(service, "KEPT", 6)
    table = make_table()
    for number in range(8):
        keep(table, address_city=f"City {number}")
    assert [v["address.city"] for v in book(table)] == [f"City {n}" for n in (7, 6, 5, 4, 3)]
    with entered(table.buyer.scope):
        assert KnownValues.objects.count() == 6


@pytest.mark.proves("C8")
def test_forgotten_is_gone_and_a_foreign_entry_stays():
    table, other = make_table(), make_table()
    for each in (table, other):
        keep(each, address_city="Berlin")
    (mine,) = act(table.buyer, known_values)
    assert act(other.buyer, forget_known, mine["id"]) == act(other.buyer, known_values)
    assert len(book(table)) == len(book(other)) == 1
    assert act(table.buyer, forget_known, mine["id"]) == []
    assert act(table.buyer, forget_known, mine["id"]) == []


@pytest.mark.proves("C8", "INV-T13", "INV-T5")
def test_merchant_operator_and_other_customers_never_see_it():
    table, other = make_table(), make_table()
    keep(table, address_city="Berlin")
    for function in (known_values, keep_known):
        with pytest.raises(ForbiddenError):
            act(table.seller, function)
    with pytest.raises(ForbiddenError):
        act(table.seller, forget_known, uuid4())
    assert book(other) == []
    for scope in (table.seller.scope, operator_scope(SYSTEM)):
        with entered(scope), pytest.raises(ScopeError):
            list(KnownValues.objects.all())
        raw.refused(scope, "SELECT * FROM orders_knownvalues", match="permission denied")
    count = "SELECT count(*) FROM orders_knownvalues"
    assert raw.run(table.buyer.scope, count) == 1
    assert raw.run(other.buyer.scope, count) == 0
    foreign = (
        "INSERT INTO orders_knownvalues (id, created_at, customer_id, values, digest, used_at)"
        " VALUES (%s, now(), %s, '{}', 'x', now())"
    )
    raw.refused(other.buyer.scope, foreign, uuid4(), table.customer.id, match="row-level security")


@pytest.mark.usefixtures("layer")
@pytest.mark.proves("C8", "P6.2")
async def test_address_book_over_the_socket():
    table = await work(make_table)
    customer, member = await both_at(table)
    sent = await member.say("request.send", fields=["address.city"])
    await customer.edit("address.city", "Berlin")
    await customer.say("request.answer", request=sent["request"]["request"], keep=True)
    (known,) = (await customer.say("known.list"))["known"]
    assert known["values"] == {"address.city": "Berlin"}
    assert (await refused(member.say("known.list"))).code == "forbidden"
    assert (await refused(member.say("known.forget", known=known["id"]))).code == "forbidden"
    assert (await customer.say("known.forget", known=known["id"]))["known"] == []
    told = [frame for frame in await member.quiet() if "Berlin" in str(frame)]
    assert [frame["type"] for frame in told] == ["form.edited"]
