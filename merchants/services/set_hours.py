"""The weekly hours and the holidays of a merchant, set as a whole."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from marketplace.accounts.audit import record
from marketplace.core.errors import InputInvalidError
from merchants.hours import Day, Stretch, clashing
from merchants.models import Holiday, Merchant, OpeningHours
from merchants.scope import current_scope
from merchants.selectors import reception_of
from merchants.services.door import locked_merchant, save_changed


def set_hours(
    merchant_id: UUID, *, keeps_hours: bool, hours: Sequence[Stretch], holidays: Sequence[Day]
) -> Merchant:
    """Replace hours and holidays; without `keeps_hours` the hours are kept but do not count.

    Locks the merchant, so that two at once leave one of both sets. The same again changes
    nothing. Raises InputInvalidError where stretches of a day overlap or a holiday comes twice.
    """
    _require_apart(hours)
    _require_once(holidays)
    merchant = locked_merchant(merchant_id)
    known = reception_of(merchant)
    same = set(known.hours) == set(hours) and set(known.holidays) == set(holidays)
    if not same:
        _replace(merchant.id, hours, holidays)
    if save_changed(merchant, keeps_hours=keeps_hours) or not same:
        data = {"keeps_hours": keeps_hours, "stretches": len(hours), "holidays": len(holidays)}
        record(
            current_scope().actor,
            "reception.hours_set",
            subject=("merchant", merchant.id),
            merchant_id=merchant.id,
            data=data,
        )
    return merchant


def _require_apart(hours: Sequence[Stretch]) -> None:
    for weekday in range(7):
        spans = [(found.opens, found.closes) for found in hours if found.weekday == weekday]
        if clashing(spans) is not None:
            raise InputInvalidError(_("These hours overlap others of the day."), field="hours")


def _require_once(holidays: Sequence[Day]) -> None:
    if len({found.day for found in holidays}) < len(holidays):
        raise InputInvalidError(_("This day is in the list twice."), field="holidays")


def _replace(merchant_id: UUID, hours: Iterable[Stretch], holidays: Iterable[Day]) -> None:
    OpeningHours.objects.filter(merchant_id=merchant_id).delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(
            merchant_id=merchant_id, weekday=found.weekday, opens=found.opens, closes=found.closes
        )
        for found in hours
    )
    Holiday.objects.filter(merchant_id=merchant_id).delete()
    Holiday.objects.bulk_create(
        Holiday(
            merchant_id=merchant_id,
            day=found.day,
            opens=found.opens,
            closes=found.closes,
            name=found.name,
        )
        for found in holidays
    )
