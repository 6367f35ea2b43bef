"""Which form a call shows: one open form of two people, outliving calls."""

import pytest
from django.utils import timezone

from calls.models import Call
from marketplace.accounts.audit import SYSTEM
from merchants.scope import entered, merchant_scope, operator_scope
from orders.errors import CallNotAcceptedError
from orders.models import InformationRequest, OrderForm
from orders.services.open_form import open_form
from orders.services.request_information import send_request
from orders.tasks import expire_forms
from tests.factories.orders import make_call, make_order, make_table, put

pytestmark = pytest.mark.usefixtures("db")


def again(table, call=None):
    with entered(table.buyer.scope):
        return open_form(Call.objects.select_related("merchant").get(id=(call or table.call).id))


def end(call):
    with entered(operator_scope(SYSTEM)):
        Call.objects.filter(id=call.id).update(state="completed", ended_at=timezone.now())


def next_call(table):
    end(table.call)
    return make_call(table.merchant, table.customer, table.member)


@pytest.mark.proves("C16", "P2.4")
def test_both_sides_of_a_call_open_the_same_form():
    table = make_table()
    assert again(table).id == table.seller.form_id == again(table).id


def test_form_takes_currency_and_zone_from_the_merchant_and_starts_empty():
    form = make_table().form
    assert (form.currency, form.time_zone, form.revision, form.fields) == (
        "EUR",
        "Europe/Berlin",
        0,
        {},
    )


@pytest.mark.parametrize("state", ["queued", "ringing"])
def test_unanswered_call_has_no_form(state):
    with pytest.raises(CallNotAcceptedError):
        make_table(state=state)


@pytest.mark.proves("C16")
def test_form_survives_the_end_of_the_call_and_moves_into_the_next():
    table = make_table()
    put(table.buyer, "content", "tea")
    second = next_call(table)
    assert again(table).id == table.seller.form_id
    form = again(table, second)
    assert form.id == table.seller.form_id
    assert form.fields["content"]["value"] == "tea"
    assert table.form.call_id == second.id


@pytest.mark.proves("C16")
def test_ordered_form_stays_with_its_call_and_the_next_call_has_a_new_one():
    table = make_table()
    order = make_order(table)
    assert again(table).id == order.form_id
    form = again(table, next_call(table))
    assert form.id != order.form_id
    assert form.revision == 0
    assert again(table).id == order.form_id


def test_two_sockets_at_once_open_one_form(at_once):
    table = make_table()
    make_order(table)
    second = next_call(table)
    forms = at_once(*[lambda: again(table, second) for _ in range(4)])
    assert not [form for form in forms if isinstance(form, Exception)]
    assert len({form.id for form in forms}) == 1


@pytest.mark.proves("INV-T1")
def test_other_customer_of_the_same_merchant_has_another_form():
    one = make_table()
    two = make_table(one.merchant)
    assert one.seller.form_id != two.seller.form_id


def test_form_whose_time_is_up_expires_with_its_requests():
    due, fresh = make_table(), make_table()
    with entered(due.seller.scope):
        send_request(due.seller, fields=["address.city"])
    with entered(merchant_scope(due.merchant.id, SYSTEM)):
        OrderForm.objects.filter(id=due.seller.form_id).update(expires_at=timezone.now())
    assert expire_forms() == 1
    assert expire_forms() == 0
    assert (due.form.state, fresh.form.state) == ("expired", "open")
    with entered(due.seller.scope):
        assert InformationRequest.objects.get().state == "expired"
    assert again(due).state == "expired"
