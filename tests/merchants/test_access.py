import pytest
from django.contrib.auth.models import AnonymousUser

from marketplace.core.errors import ForbiddenError, NotFoundError, SignInRequiredError
from merchants.access import member_for, member_where
from merchants.models import QuickItem
from merchants.roles import PERMISSIONS, Permission, Role
from merchants.scope import entered
from merchants.selectors import memberships_of
from tests.factories.merchants import make_member, make_merchant, make_quick_item
from tests.factories.people import make_user

pytestmark = pytest.mark.usefixtures("db")


@pytest.mark.proves("INV-A6")
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_member_has_exactly_the_rights_of_the_role(role, permission):
    merchant = make_merchant()
    member = make_member(merchant, role)
    if permission in PERMISSIONS[role]:
        found, scope = member_for(member.user, merchant.handle, permission)
        assert (found, scope.merchant_id) == (member, merchant.id)
    else:
        with pytest.raises(ForbiddenError):
            member_for(member.user, merchant.handle, permission)


@pytest.mark.proves("INV-T2")
def test_stranger_and_unknown_merchant_look_the_same():
    merchant = make_merchant()
    stranger = make_member(make_merchant()).user
    for user, handle in ((stranger, merchant.handle), (stranger, "no-such")):
        with pytest.raises(NotFoundError):
            member_for(user, handle, Permission.CALLS_ANSWER)
    with pytest.raises(SignInRequiredError):
        member_for(AnonymousUser(), merchant.handle, Permission.CALLS_ANSWER)


def test_inactive_member_is_a_stranger():
    merchant = make_merchant()
    member = make_member(merchant)
    with entered(member_for(member.user, merchant.handle, Permission.CALLS_ANSWER)[1]):
        member.is_active = False
        member.save(update_fields=["is_active"])
    with pytest.raises(NotFoundError):
        member_for(member.user, merchant.handle, Permission.CALLS_ANSWER)


def test_member_where_finds_the_merchant_of_an_object():
    a, b, c = make_merchant(), make_merchant(), make_merchant()
    user = make_member(a).user
    make_member(b, user=user)
    item, foreign = make_quick_item(b), make_quick_item(c)

    def find(key):
        found = QuickItem.objects.filter(pk=key).first()
        if found is None:
            raise NotFoundError
        return found

    member, scope, found = member_where(user, Permission.ORDERS_READ, lambda: find(item.pk))
    assert (found, scope.merchant_id, member.merchant_id) == (item, b.id, b.id)
    with pytest.raises(NotFoundError):
        member_where(user, Permission.ORDERS_READ, lambda: find(foreign.pk))
    with pytest.raises(NotFoundError):
        member_where(make_user(), Permission.ORDERS_READ, lambda: find(item.pk))


@pytest.mark.proves("M16")
def test_memberships_are_listed_by_merchant_name():
    z, a = make_merchant(name="Zebra"), make_merchant(name="Aster")
    user = make_member(z).user
    make_member(a, user=user)
    make_member(make_merchant())
    assert [m.merchant.name for m in memberships_of(user)] == ["Aster", "Zebra"]
