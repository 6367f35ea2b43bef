"""Permissions, roles, and which role has which permission."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """A right at one merchant, `area:action`."""

    CALLS_ANSWER = "calls:answer"
    FORMS_EDIT = "forms:edit"
    ORDERS_CREATE = "orders:create"
    ORDERS_READ = "orders:read"
    ORDERS_FULFIL = "orders:fulfil"
    PAYMENTS_READ = "payments:read"
    RECEPTION_CLOSE = "reception:close"
    CUSTOMERS_BLOCK = "customers:block"
    MERCHANTS_MANAGE = "merchants:manage"


class Role(models.TextChoices):
    """What a member is at a merchant."""

    OWNER = "owner", _("owner")
    MANAGER = "manager", _("manager")
    AGENT = "agent", _("agent")


_AGENT: Final = frozenset(
    {
        Permission.CALLS_ANSWER,
        Permission.FORMS_EDIT,
        Permission.ORDERS_CREATE,
        Permission.ORDERS_READ,
        Permission.ORDERS_FULFIL,
    }
)
PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.AGENT: _AGENT,
    Role.MANAGER: _AGENT
    | {Permission.PAYMENTS_READ, Permission.RECEPTION_CLOSE, Permission.CUSTOMERS_BLOCK},
    Role.OWNER: frozenset(Permission),
}
