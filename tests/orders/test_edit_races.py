"""Edits at the same moment: no gap, none lost, none twice; and a control without the lock."""

from functools import partial
from uuid import uuid4

import pytest
from django.db import connection

from marketplace.accounts.audit import SYSTEM
from merchants.scope import entered, operator_scope
from orders.models import FormEdit, OrderForm
from orders.states import Role
from tests.factories.orders import make_table, put

pytestmark = pytest.mark.usefixtures("db")


def edits_of(table):
    with entered(operator_scope(SYSTEM)):
        return list(FormEdit.objects.filter(form_id=table.seller.form_id).order_by("revision"))


@pytest.mark.proves("INV-F6", "INV-F5")
def test_edits_at_once_on_one_form_leave_no_gap_and_lose_none(at_once):
    table = make_table()

    def writer(number):
        party = table.party(list(Role)[number % 2])
        return lambda: [
            put(party, "note" if n % 2 else "content", f"{number}-{n}", op=f"op-{number:03}-{n:03}")
            for n in range(12)
        ]

    results = at_once(*[writer(number) for number in range(6)])
    assert not [result for result in results if isinstance(result, Exception)]
    acknowledged = sorted(a.reply["revision"] for result in results for a in result)
    edits = edits_of(table)
    assert acknowledged == [edit.revision for edit in edits] == list(range(1, 73))
    form = table.form
    assert form.revision == 72
    for key in ("note", "content"):
        last = [edit for edit in edits if edit.field == key][-1]
        assert (form.fields[key]["value"], form.fields[key]["revision"]) == (
            last.value,
            last.revision,
        )


@pytest.mark.proves("INV-F5")
def test_same_operation_at_once_is_applied_once(at_once):
    table = make_table()
    for round_ in range(10):
        op, value = uuid4().hex, f"value {round_}"
        results = at_once(*[partial(put, table.buyer, "content", value, op=op)] * 4)
        assert not [result for result in results if isinstance(result, Exception)]
        assert {result.reply["revision"] for result in results} == {round_ + 1}
        assert sum(result.frame is not None for result in results) == 1
    assert table.form.revision == 10


@pytest.mark.proves("INV-F7", "P4.4")
def test_two_writers_at_once_one_of_them_replaced_the_other(at_once):
    table = make_table()
    for round_ in range(10):
        base = table.form.revision
        one, two = at_once(
            partial(put, table.buyer, "content", f"customer {round_}", base=base),
            partial(put, table.seller, "content", f"merchant {round_}", base=base),
        )
        last = max(one, two, key=lambda applied: applied.reply["revision"])
        first = two if last is one else one
        assert last.reply["replaced"]["value"] == first.reply["value"]
        assert "replaced" not in first.reply
        assert table.form.fields["content"]["value"] == last.reply["value"]


@pytest.mark.proves("INV-F6")
def test_without_the_lock_revisions_collide_control(at_once):
    """Control: read, then write, as an edit without the row's lock would. It goes red."""
    table = make_table()

    def careless(text):
        with entered(table.buyer.scope):
            form = OrderForm.objects.get(id=table.buyer.form_id)
            connection.cursor().execute("SELECT pg_sleep(0.05)")
            FormEdit.objects.create(
                merchant_id=form.merchant_id,
                customer_id=form.customer_id,
                form=form,
                revision=form.revision + 1,
                op=uuid4().hex,
                field="content",
                value=text,
                author="customer",
                author_id=form.customer_id,
                base=0,
            )

    results = at_once(lambda: careless("a"), lambda: careless("b"))
    assert sum(isinstance(result, Exception) for result in results) == 1
