"""Literal values of pure enums, as the database's own rules."""

from collections.abc import Iterable
from enum import StrEnum

from django.db.models import Q


def one_of(field: str, values: Iterable[str]) -> Q:
    """Return the condition that `field` holds one of `values`."""
    return Q(**{f"{field}__in": sorted(str(value) for value in values)})


def choices(values: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """Return an enum as choices."""
    return [(value.value, value.value) for value in values]
