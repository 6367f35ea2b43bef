"""The typed manager: every gap of the known libraries is closed (engines.md, section 3)."""

import pytest
from django.apps import apps
from django.db import models

from marketplace.accounts.audit import SYSTEM
from merchants.managers import ScopedManager
from merchants.models import Member, MerchantRow, QuickItem
from merchants.scope import (
    ScopeError,
    customer_scope,
    entered,
    merchant_scope,
    operator_scope,
    person_scope,
)
from tests.factories.merchants import make_member, make_merchant, make_quick_item
from tests.factories.people import make_customer

pytestmark = pytest.mark.usefixtures("db")


def tenant_models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models()
        if any(field.name == "merchant" for field in model._meta.concrete_fields)
    ]


@pytest.mark.proves("INV-T1", "A5")
def test_every_model_with_a_merchant_is_scoped_and_raises_without_a_scope():
    found = tenant_models()
    assert len(found) >= 10
    for model in found:
        assert issubclass(model, MerchantRow), model
        assert isinstance(model._default_manager, ScopedManager), model
        assert isinstance(model._base_manager, ScopedManager), model
        for manager in (model.objects, model._base_manager):
            for query in (
                lambda m=manager: list(m.all()),
                lambda m=manager: m.exists(),
                lambda m=manager: m.count(),
                lambda m=manager: m.first(),
                lambda m=manager: m.filter(pk=None).update(created_at=None),
                lambda m=manager: m.create(),
                lambda m=manager: m.bulk_create([]),
                lambda m=manager: m.get_or_create(pk=None),
            ):
                with pytest.raises(ScopeError):
                    query()


@pytest.mark.proves("INV-T1")
def test_query_sees_only_its_own_merchant():
    a, b = make_merchant(), make_merchant()
    mine, theirs = make_quick_item(a), make_quick_item(b)
    with entered(merchant_scope(a.id, SYSTEM)):
        assert list(QuickItem.objects.all()) == [mine]
        assert not QuickItem.objects.filter(pk=theirs.pk).exists()
        assert QuickItem._base_manager.filter(pk=theirs.pk).first() is None
    with entered(operator_scope(SYSTEM)):
        assert QuickItem.objects.count() == 2


@pytest.mark.proves("INV-T1")
def test_forward_foreign_key_to_another_tenant_is_not_followed():
    a, b = make_merchant(), make_merchant()
    theirs = make_quick_item(b)
    with entered(merchant_scope(a.id, SYSTEM)):
        stale = QuickItem(id=theirs.id, merchant=a)
        with pytest.raises(QuickItem.DoesNotExist):
            stale.refresh_from_db()


@pytest.mark.proves("INV-T6")
def test_create_for_another_merchant_raises():
    a, b = make_merchant(), make_merchant()
    with entered(merchant_scope(a.id, SYSTEM)):
        with pytest.raises(ScopeError):
            QuickItem.objects.create(merchant=b, title="x", price_minor=1)
        with pytest.raises(ScopeError):
            QuickItem.objects.bulk_create([QuickItem(merchant=b, title="x", price_minor=1)])
        with pytest.raises(ScopeError):
            QuickItem(merchant=b, title="x", price_minor=1).save()
        with pytest.raises(ScopeError):
            QuickItem.objects.update_or_create(merchant=b, defaults={"title": "x"})
        with pytest.raises(ScopeError):
            QuickItem.objects.update(merchant=b)
    with entered(operator_scope(SYSTEM)):
        assert QuickItem.objects.count() == 0


def test_delete_of_another_merchants_row_raises():
    a, b = make_merchant(), make_merchant()
    theirs = make_quick_item(b)
    with entered(merchant_scope(a.id, SYSTEM)), pytest.raises(ScopeError):
        theirs.delete()


def test_nested_scope_of_another_audience_raises():
    a, b = make_merchant(), make_merchant()
    customer = make_customer()
    with entered(merchant_scope(a.id, SYSTEM)):
        for other in (
            merchant_scope(b.id, SYSTEM),
            customer_scope(customer.id, SYSTEM),
            operator_scope(SYSTEM),
        ):
            with pytest.raises(ScopeError, match="leave it first"), entered(other):
                pass
        with entered(merchant_scope(a.id, SYSTEM)):
            assert QuickItem.objects.count() == 0


def test_scope_ends_with_its_block_even_after_an_exception():
    a = make_merchant()
    with pytest.raises(ZeroDivisionError), entered(merchant_scope(a.id, SYSTEM)):
        _ = 1 / 0
    with pytest.raises(ScopeError):
        QuickItem.objects.count()


def test_person_sees_own_memberships_and_nothing_else():
    a, b = make_merchant(), make_merchant()
    mine = make_member(a)
    also_mine = make_member(b, user=mine.user)
    make_member(b)
    with entered(person_scope(mine.user_id, SYSTEM)):
        assert set(Member.objects.all()) == {mine, also_mine}
        with pytest.raises(ScopeError):
            QuickItem.objects.count()
        with pytest.raises(ScopeError):
            Member.objects.create(merchant=a, user=mine.user, role="owner")
