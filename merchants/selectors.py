"""Reading merchants."""

from django.db.models import QuerySet

from marketplace.accounts.models import User
from marketplace.core.errors import NotFoundError
from merchants.access import actor_of_user
from merchants.models import Member, Merchant, QuickItem
from merchants.scope import entered, person_scope
from merchants.states import PUBLIC, MerchantState


def live_merchants() -> QuerySet[Merchant]:
    """Return the merchants a customer can call, by name."""
    return Merchant.objects.filter(state=MerchantState.LIVE).order_by("name")


def public_merchant(handle: str) -> Merchant:
    """Return a merchant the public may see; raises NotFoundError for all others."""
    merchant = Merchant.objects.filter(handle=handle, state__in=PUBLIC).first()
    if merchant is None:
        raise NotFoundError
    return merchant


def memberships_of(user: User) -> list[Member]:
    """Return a person's memberships at all merchants, by merchant name."""
    with entered(person_scope(user.id, actor_of_user(user))):
        return list(
            Member.objects.filter(is_active=True)
            .select_related("merchant")
            .order_by("merchant__name")
        )


def quick_items_of(merchant: Merchant) -> list[QuickItem]:
    """Return the quick items of a merchant, inside a scope that may see them."""
    return list(QuickItem.objects.filter(merchant=merchant))
