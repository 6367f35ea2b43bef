"""When a merchant opens again, in words, and what a member may do."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from marketplace.core.templatetags.visavis import clock, day_time
from merchants.models import Member
from merchants.roles import Permission

register = template.Library()
_WEEK = timedelta(days=6)


@register.filter
def opens_words(moment: datetime, time_zone: str) -> str:
    """Return a moment as short as can be on the merchant's clock: “09:00”, “Monday 09:00”."""
    zone = ZoneInfo(time_zone)
    local, today = moment.astimezone(zone), timezone.now().astimezone(zone).date()
    ahead = local.date() - today
    if not ahead:
        return clock(local)
    if ahead == timedelta(days=1):
        return _("tomorrow %(time)s") % {"time": clock(local)}
    if ahead <= _WEEK:
        values = {"day": WEEKDAYS[local.weekday()], "time": clock(local)}
        return _("%(day)s %(time)s") % values
    return day_time(local)


@register.filter
def may(member: Member | None, permission: str) -> bool:
    """Say whether a member has a right: `{% if request.member|may:"reception:close" %}`."""
    return isinstance(member, Member) and member.may(Permission(permission))
