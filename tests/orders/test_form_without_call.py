"""The order form of a request to be called back: live without a call, the same one in the call."""

import pytest
from django.utils import timezone

from calls.models import Call
from calls.services.callback import close_callback
from calls.states import CloseReason
from marketplace.accounts.audit import SYSTEM
from marketplace.core.errors import NotFoundError
from merchants.roles import Role as MemberRole
from merchants.scope import entered, operator_scope
from orders.errors import CallNotActiveError, FormClosedError
from orders.models import OrderForm
from orders.selectors import digest_of, form_by_code
from orders.services.confirm_form import confirm_form
from orders.services.create_order import create_order
from orders.services.open_form import open_form, open_form_of_callback
from orders.services.request_information import send_request
from orders.states import Role
from tests.factories.calls import make_accepted_call
from tests.factories.merchants import make_member, make_merchant
from tests.factories.orders import make_table, put
from tests.factories.people import make_customer
from tests.factories.requests import REACH, make_request
from tests.orders.peers import Peer, _guest, _session_of, refused, work

pytestmark = pytest.mark.usefixtures("db")


def form_in(call: Call, scope) -> OrderForm:
    with entered(scope):
        return open_form(Call.objects.select_related("merchant").get(pk=call.pk))


def value(form: OrderForm, key: str) -> str:
    return form.fields.get(key, {}).get("value", "")


# -- one form ------------------------------------------------------------------------------


@pytest.mark.proves("C15", "A7")
def test_request_has_a_form_with_what_was_wanted_and_the_reach_as_contact():
    form = make_request().form
    assert (form.call_id, form.state) == (None, "open")
    assert value(form, "content") == "Two tins of jasmine tea"
    assert value(form, "contact.name") == "Lena"
    assert value(form, "contact.email") == REACH.email
    assert value(form, "contact.phone") == REACH.phone
    assert {cell["author"] for cell in form.fields.values()} == {"customer"}


@pytest.mark.proves("C15", "C16", "A7")
def test_answered_call_moves_the_same_form_in_with_its_values():
    asked = make_request()
    put(asked.party(Role.CUSTOMER), "note", "In the blue tin")
    put(asked.party(Role.MERCHANT), "price", "48.00")
    call = make_accepted_call(member=asked.member, customer=asked.customer)
    for scope in (asked.seller_scope, asked.buyer_scope):
        form = form_in(call, scope)
        assert form.pk == asked.form.pk
        assert (value(form, "note"), value(form, "price")) == ("In the blue tin", "48.00")
    assert asked.form.call_id == call.pk


@pytest.mark.proves("C15", "A7")
def test_request_after_a_call_takes_the_open_form_of_the_two():
    table = make_table()
    put(table.buyer, "address.city", "Hamburg")
    with entered(operator_scope(SYSTEM)):
        Call.objects.filter(pk=table.call.pk).update(state="completed", ended_at=timezone.now())
    asked = make_request(table.merchant, table.customer)
    assert asked.form.pk == table.seller.form_id
    assert value(asked.form, "address.city") == "Hamburg"
    assert asked.form.expires_at > table.form.created_at


def test_new_request_after_a_closed_one_goes_on_with_the_same_form():
    asked = make_request()
    with entered(asked.seller_scope):
        close_callback(asked.code, reason=CloseReason.NOT_REACHED)
    again = make_request(asked.merchant, asked.customer, content="Three tins")
    assert again.callback.pk != asked.callback.pk
    assert value(again.form, "content") == "Three tins"
    with entered(operator_scope(SYSTEM)):
        assert OrderForm.objects.count() == 1


def test_opening_the_form_of_a_request_twice_makes_one():
    asked = make_request()
    row = asked.row
    with entered(asked.seller_scope):
        forms = {open_form_of_callback(row).pk for _ in range(3)}
    assert forms == {asked.form.pk}


@pytest.mark.proves("INV-T11")
def test_database_refuses_a_form_on_another_customers_request():
    from django.db import IntegrityError

    one, two = make_request(), make_request()
    with pytest.raises(IntegrityError), entered(operator_scope(SYSTEM)):
        OrderForm.objects.filter(pk=one.form.pk).update(callback=two.callback)


# -- what needs a call ---------------------------------------------------------------------


@pytest.mark.proves("P1.8")
def test_asking_for_information_needs_a_call():
    asked = make_request()
    party = asked.party(Role.MERCHANT)
    with entered(party.scope), pytest.raises(CallNotActiveError):
        send_request(party, fields=["address.city"])


@pytest.mark.proves("P1.7", "P1.8", "A7")
def test_confirming_and_ordering_go_by_the_same_rule_as_after_a_call():
    """Neither service asks for a call: both sides' confirmation of one revision decides."""
    asked = make_request()
    put(asked.party(Role.MERCHANT), "price", "48.00")
    code = asked.form.code
    for role in Role:
        party = asked.party(role)
        with entered(party.scope):
            form = form_by_code(code)
            confirm_form(party, revision=form.revision, digest=digest_of(form))
    seller = asked.party(Role.MERCHANT)
    with entered(seller.scope):
        form = form_by_code(code)
        order = create_order(seller, revision=form.revision, digest=digest_of(form))
    assert order.total_minor == 4800
    with pytest.raises(FormClosedError):
        put(asked.party(Role.CUSTOMER), "note", "too late")


@pytest.mark.proves("INV-T13")
def test_form_is_found_by_its_own_people_only():
    asked, other = make_request(), make_request()
    code = asked.form.code
    for scope in (other.buyer_scope, other.seller_scope):
        with entered(scope), pytest.raises(NotFoundError):
            form_by_code(code)


# -- sockets by the form -------------------------------------------------------------------


class At:
    """Sockets of a request's form."""

    @staticmethod
    async def customer(asked, customer=None) -> Peer:
        path = f"/ws/forms/{(await work(lambda: asked.form)).code}/customer/"
        return Peer(path, await work(_guest, customer or asked.customer))

    @staticmethod
    async def member(asked, user=None) -> Peer:
        path = f"/ws/forms/{(await work(lambda: asked.form)).code}/merchant/"
        return Peer(path, await work(_session_of, user or asked.member.user))


@pytest.mark.proves("C15", "C6", "INV-F8")
async def test_both_sides_write_into_the_form_without_a_call(layer):
    asked = await work(make_request)
    customer, member = (
        await (await At.customer(asked)).open(),
        await (await At.member(asked)).open(),
    )
    assert member.snapshot["fields"]["content"]["value"] == "Two tins of jasmine tea"
    assert member.snapshot["permissions"]["edit"]
    await customer.edit("address.city", "Hamburg")
    heard = await member.hear("form.edited")
    assert (heard["field"], heard["value"], heard["author_name"]) == (
        "address.city",
        "Hamburg",
        "Lena",
    )
    await member.edit("price", "48")
    assert (await customer.hear("form.edited"))["value"] == "48.00"
    assert (await refused(customer.edit("price", "1"))).code == "field_forbidden"
    await customer.say("form.focus", field="note")
    assert (await member.hear("form.focused"))["field"] == "note"
    error = await refused(member.say("request.send", fields=["time.start"]))
    assert error.code == "call_not_active"
    shown = await customer.shown()
    assert (await customer.say("form.confirm", **shown))["confirmations"]["customer"] == 6


@pytest.mark.proves("C15", "C16")
async def test_request_page_and_call_page_are_at_one_form(layer):
    asked = await work(make_request)
    page = await (await At.customer(asked)).open()
    call = await work(make_accepted_call, member=asked.member, customer=asked.customer)
    cookie = await work(_session_of, asked.member.user)
    member = await Peer(f"/ws/calls/{call.code}/form/merchant/", cookie).open()
    assert member.snapshot["form"] == page.snapshot["form"]
    await member.edit("content", "Three tins")
    assert (await page.hear("form.edited"))["value"] == "Three tins"


@pytest.mark.proves("INV-T4", "INV-T3")
async def test_strangers_are_refused_like_an_unknown_form(layer):
    asked, other = await work(make_request), await work(make_request)
    for peer in (
        await At.customer(asked, other.customer),
        await At.member(asked, other.member.user),
        Peer("/ws/forms/" + "0" * 22 + "/customer/", await work(_guest, asked.customer)),
        Peer("/ws/forms/" + "0" * 22 + "/merchant/", await work(_session_of, asked.member.user)),
    ):
        assert await peer.refusal() == 4404
    path = f"/ws/forms/{(await work(lambda: asked.form)).code}"
    assert await Peer(f"{path}/customer/").refusal() == 4404
    assert await Peer(f"{path}/merchant/").refusal() == 4401


async def test_member_without_a_membership_any_more_hears_nothing(layer):
    asked = await work(make_request)
    stranger = await work(make_member, await work(make_merchant), MemberRole.OWNER)
    assert await (await At.member(asked, stranger.user)).refusal() == 4404
    assert await work(make_customer) != asked.customer
