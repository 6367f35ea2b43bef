"""Reading merchants."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, DateField, PositiveSmallIntegerField, QuerySet, Value
from django.utils import timezone

from marketplace.accounts.models import User
from marketplace.core.errors import NotFoundError
from merchants.access import actor_of_user
from merchants.hours import Reception, Standing, reception_from, standing
from merchants.models import Holiday, Member, Merchant, OpeningHours, QuickItem
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


def reception_of(merchant: Merchant) -> Reception:
    """Return how a merchant takes calls, inside a scope that may see hours: one statement."""
    return receptions_of([merchant])[merchant.id]


def receptions_of(merchants: Iterable[Merchant]) -> dict[UUID, Reception]:
    """Return the receptions of merchants by their keys: one statement for all of them."""
    rows = list(merchants)
    hours: dict[UUID, list[Any]] = {merchant.id: [] for merchant in rows}
    holidays: dict[UUID, list[Any]] = {merchant.id: [] for merchant in rows}
    for key, weekday, day, opens, closes, name in _times_of(list(hours)):
        if day is None:
            hours[key].append((weekday, opens, closes))
        else:
            holidays[key].append((day, opens, closes, name))
    return {
        merchant.id: reception_from(merchant, sorted(hours[merchant.id]), holidays[merchant.id])
        for merchant in rows
    }


def _times_of(keys: list[UUID]) -> QuerySet[Any, Any]:
    """Return the hours and the holidays of merchants as rows of one shape, holidays by day."""
    columns = ("merchant_id", "weekday", "day", "opens", "closes", "name")
    hours = OpeningHours.objects.filter(merchant__in=keys).annotate(
        day=Value(None, output_field=DateField()), name=Value("", output_field=CharField())
    )
    holidays = Holiday.objects.filter(merchant__in=keys).annotate(
        weekday=Value(0, output_field=PositiveSmallIntegerField())
    )
    rows: QuerySet[Any, Any] = hours.order_by().values_list(*columns)
    return rows.union(holidays.order_by().values_list(*columns), all=True).order_by("day")


def standing_of(merchant: Merchant, now: datetime | None = None) -> Standing:
    """Return whether a merchant takes calls now, inside a scope that may see hours."""
    return standing(reception_of(merchant), now or timezone.now())


def standings_of(merchants: Iterable[Merchant]) -> dict[UUID, Standing]:
    """Return whether merchants take calls now, by their keys: one statement for all of them."""
    now = timezone.now()
    return {key: standing(found, now) for key, found in receptions_of(merchants).items()}
