"""The first wall: managers that raise without a scope and filter by it."""

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from django.db import models

from merchants.scope import Audience, Scope, ScopeError, current_scope

T = TypeVar("T", bound=models.Model)


def check_row(row: models.Model, scope: Scope) -> None:
    """Raise ScopeError when `row` belongs to another tenant or customer than `scope`."""
    if scope.audience is Audience.OPERATOR:
        return
    if scope.audience is Audience.PERSON:
        raise ScopeError("a person writes nothing before choosing a merchant")
    merchant_id = getattr(row, "merchant_id", None)
    if scope.merchant_id is not None and merchant_id != scope.merchant_id:
        raise ScopeError(f"{type(row).__name__} belongs to another merchant")
    if scope.audience is Audience.CUSTOMER:
        owner = getattr(row, "customer_id", scope.customer_id)
        if owner != scope.customer_id:
            raise ScopeError(f"{type(row).__name__} belongs to another customer")


class ScopedQuerySet(models.QuerySet[T]):
    """A query set that refuses to write rows of another tenant."""

    def bulk_create(self, objs: Iterable[T], *args: Any, **kwargs: Any) -> list[T]:
        """Insert many rows, each checked against the scope first."""
        rows = list(objs)
        scope = current_scope()
        for row in rows:
            check_row(row, scope)
        return super().bulk_create(rows, *args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        """Update, never moving a row to another tenant."""
        if {"merchant", "merchant_id", "customer", "customer_id"} & kwargs.keys():
            raise ScopeError("a row never changes its tenant")
        return super().update(**kwargs)


class ScopedManager(models.Manager[T], Generic[T]):
    """The only manager of a tenant model; also its base manager, so foreign keys are scoped too."""

    def get_queryset(self) -> ScopedQuerySet[T]:
        """Return the rows of the scope in force; raises ScopeError without one."""
        scope = current_scope()
        rows: ScopedQuerySet[T] = ScopedQuerySet(self.model, using=self._db)
        if scope.audience is Audience.OPERATOR:
            return rows
        if scope.audience is Audience.PERSON:
            if not hasattr(self.model, "user_id"):
                raise ScopeError(f"{self.model.__name__} is not a person's own")
            return rows.filter(user_id=scope.user_id)
        if scope.merchant_id is not None:
            rows = rows.filter(merchant_id=scope.merchant_id)
        return self._of_customer(rows, scope) if scope.audience is Audience.CUSTOMER else rows

    def _of_customer(self, rows: ScopedQuerySet[T], scope: Scope) -> ScopedQuerySet[T]:
        if hasattr(self.model, "customer_id"):
            rows = rows.filter(customer_id=scope.customer_id)
        hidden: tuple[str, ...] = getattr(self.model, "hidden_from_customers", ())
        return rows.defer(*hidden) if hidden else rows


class OwnManager(models.Manager[T], Generic[T]):
    """The manager of what is one customer's alone; raises in every other scope."""

    def get_queryset(self) -> models.QuerySet[T]:
        """Return the rows of the customer in scope; raises ScopeError for anybody else."""
        scope = current_scope()
        if scope.audience is not Audience.CUSTOMER:
            raise ScopeError(f"{self.model.__name__} is a customer's own")
        return super().get_queryset().filter(customer_id=scope.customer_id)
