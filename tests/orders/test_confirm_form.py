"""Confirmations: of one revision by its digest, by both sides, dropped by any edit."""

from functools import partial

import pytest

from marketplace.accounts.audit import SYSTEM
from marketplace.accounts.models import AuditEntry
from marketplace.core.errors import NotFoundError
from merchants.models import Member
from merchants.scope import entered, merchant_scope
from orders.errors import FormClosedError, FormIncompleteError, StaleConfirmationError
from orders.selectors import digest_of
from orders.services.confirm_form import confirm_form
from orders.states import Role
from tests.factories.orders import confirmed, fill, make_order, make_table, put

pytestmark = pytest.mark.usefixtures("db")


def confirm(party, form, **change):
    shown = {"revision": form.revision, "digest": digest_of(form), **change}
    with entered(party.scope):
        return confirm_form(party, **shown)


@pytest.mark.proves("P1.7", "M9")
def test_both_sides_confirm_the_same_revision():
    table = make_table()
    form = fill(table)
    assert confirm(table.buyer, form) == {"customer": 2, "merchant": None}
    assert confirm(table.seller, form) == {"customer": 2, "merchant": 2}
    assert table.form.revision == 2


@pytest.mark.proves("P5.3", "M9")
def test_stale_confirmation_is_refused_with_the_new_revision_and_what_changed():
    table = make_table()
    old = fill(table)
    put(table.seller, "price", "50")
    put(table.buyer, "note", "ring twice")
    with pytest.raises(StaleConfirmationError) as caught:
        confirm(table.buyer, old)
    assert caught.value.data == {"revision": 4, "changed": ["note", "price"]}
    assert table.form.customer_confirmed_revision is None


@pytest.mark.proves("M9", "INV-O5")
def test_right_revision_with_another_digest_is_refused():
    table = make_table()
    form = fill(table)
    with pytest.raises(StaleConfirmationError) as caught:
        confirm(table.buyer, form, digest="0" * 64)
    assert caught.value.data == {"revision": 2, "changed": []}


def test_revision_from_the_future_is_refused():
    table = make_table()
    form = fill(table)
    with pytest.raises(StaleConfirmationError):
        confirm(table.buyer, form, revision=99)


@pytest.mark.proves("P7.1")
@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({"content": "tea"}, {"price": "field_missing"}),
        ({"price": "48"}, {"content": "field_missing"}),
        ({"content": "  ", "price": "0"}, {"content": "field_missing", "price": "field_missing"}),
    ],
)
def test_incomplete_form_cannot_be_confirmed(values, missing):
    table = make_table()
    for key, value in values.items():
        put(table.seller, key, value)
    with pytest.raises(FormIncompleteError) as caught:
        confirm(table.seller, table.form)
    assert caught.value.data == {"fields": missing}


@pytest.mark.proves("P7.3")
def test_end_without_a_start_cannot_be_confirmed():
    table = make_table()
    fill(table)
    put(table.seller, "time.end", "2027-03-28T05:00")
    with pytest.raises(FormIncompleteError) as caught:
        confirm(table.seller, table.form)
    assert caught.value.data == {"fields": {"time.start": "field_missing"}}


def test_confirming_again_is_a_no_op():
    table = make_table()
    form = confirmed(table)
    notices = table.form.notices
    assert confirm(table.buyer, form) == {"customer": 2, "merchant": 2}
    assert table.form.notices == notices


def test_confirmation_is_in_the_audit_with_the_digest_and_without_values():
    table = make_table()
    form = confirmed(table)
    with entered(merchant_scope(table.merchant.id, SYSTEM)):
        entries = list(AuditEntry.objects.filter(action="form.confirmed").order_by("created_at"))
    assert [entry.data["role"] for entry in entries] == [role.value for role in Role]
    assert entries[0].data == {"revision": 2, "digest": digest_of(form), "role": "customer"}
    assert entries[0].actor_id == table.customer.id


@pytest.mark.proves("INV-F14")
def test_member_who_has_left_cannot_confirm():
    table = make_table()
    form = fill(table)
    with entered(merchant_scope(table.merchant.id, SYSTEM)):
        Member.objects.filter(id=table.member.id).update(is_active=False)
    with pytest.raises(NotFoundError):
        confirm(table.seller, form)


def test_ordered_form_cannot_be_confirmed_again():
    table = make_table()
    order = make_order(table)
    with pytest.raises(FormClosedError):
        confirm(table.buyer, table.form, revision=order.form_revision, digest=order.digest)


@pytest.mark.proves("M9", "INV-F9")
def test_edit_racing_a_confirmation_never_leaves_a_confirmed_other_revision(at_once):
    table = make_table()
    for round_ in range(12):
        form = fill(table, note=f"round {round_}")
        edited, agreed = at_once(
            partial(put, table.seller, "price", f"{round_ + 50}"),
            partial(confirm, table.buyer, form),
        )
        assert not isinstance(edited, Exception)
        after = table.form
        # the confirmation came first and the edit dropped it, or it came second and was refused
        assert after.customer_confirmed_revision is None
        assert isinstance(agreed, StaleConfirmationError) or agreed["customer"] == form.revision
