"""Merchants with members. Each factory enters the scope it needs."""

from itertools import count

from marketplace.accounts.audit import SYSTEM
from marketplace.accounts.models import User
from merchants.access import actor_of_user
from merchants.models import Member, Merchant, QuickItem
from merchants.roles import Role
from merchants.scope import Scope, entered, merchant_scope, operator_scope
from merchants.states import MerchantState
from tests.factories.people import make_user

_number = count(1)


def make_merchant(**fields) -> Merchant:
    number = next(_number)
    given = {
        "handle": f"merchant-{number}",
        "name": f"Merchant {number}",
        "state": MerchantState.LIVE,
        "currency": "EUR",
        "country": "DE",
        "time_zone": "Europe/Berlin",
        "legal_name": f"Merchant {number} GmbH",
        "legal_address": "Hauptstraße 1, 10115 Berlin",
        "contact_email": f"merchant{number}@example.com",
        "media_mode": "direct",
        **fields,
    }
    with entered(operator_scope(SYSTEM)):
        return Merchant.objects.create(**given)


def change_merchant(merchant: Merchant, **fields) -> None:
    """Change a merchant's own row, as only an operator may; the object given follows."""
    for name, value in fields.items():
        setattr(merchant, name, value)
    with entered(operator_scope(SYSTEM)):
        merchant.save(update_fields=list(fields))


def make_member(merchant: Merchant, role: Role = Role.OWNER, user: User | None = None) -> Member:
    user = user or make_user()
    with entered(scope_of_system(merchant)):
        return Member.objects.create(merchant=merchant, user=user, role=role)


def make_quick_item(merchant: Merchant, **fields) -> QuickItem:
    with entered(scope_of_system(merchant)):
        return QuickItem.objects.create(
            merchant=merchant, **{"title": "Jasmine tea", "price_minor": 480, **fields}
        )


def scope_of_system(merchant: Merchant) -> Scope:
    return merchant_scope(merchant.id, SYSTEM)


def scope_of_member(member: Member) -> Scope:
    return merchant_scope(member.merchant_id, actor_of_user(member.user))
