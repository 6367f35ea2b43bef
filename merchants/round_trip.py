"""One statement with its tenant context, in one round trip.

`merchants.scope.entered` costs four (begin, settings, statement, commit). PostgreSQL runs the
statements of one message as one transaction, so settings and statement can travel together:
the same role, the same policies, a quarter of the waiting. Only for what happens many times
a second; everything else enters its scope.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Field, Model

from merchants.managers import check_row
from merchants.scope import SET_SCOPE, Scope, ScopeError, current_scope, set_scope_parameters

_SCOPE: Final = SET_SCOPE % tuple(f"%(scope_{n})s" for n in range(SET_SCOPE.count("%s")))


def fetch_each(scope: Scope, statements: Sequence[str], parameters: Mapping[str, Any]) -> list[Any]:
    """Return the first row of each of some statements run inside `scope`, in one transaction.

    They share their parameters. Raises ScopeError inside another transaction, where the settings
    would outlive it.
    """
    if connection.in_atomic_block:
        raise ScopeError("one round trip is one transaction of its own")
    settings = {f"scope_{n}": value for n, value in enumerate(set_scope_parameters(scope))}
    rows = []
    with connection.cursor() as cursor:
        cursor.execute(";\n".join([_SCOPE, *statements]), {**settings, **parameters})
        while cursor.nextset():
            rows.append(cursor.fetchone())
    return rows


def fetch_one(scope: Scope, statement: str, parameters: Mapping[str, Any]) -> Any:
    """Return the first row of one statement; otherwise as `fetch_each`."""
    return fetch_each(scope, [statement], parameters)[0]


def insert_all(scope: Scope, rows: Sequence[Model]) -> None:
    """Insert rows of any tables in one round trip: all of them, or none.

    Each is checked against the scope first. Inside `scope` they join its transaction, elsewhere
    they are one of their own. Raises ScopeError, IntegrityError.
    """
    statements, parameters = _settings_of(scope)
    for row in rows:
        check_row(row, scope)
        statement, values = _insert(row)
        statements.append(statement)
        parameters += values
    with connection.cursor() as cursor:
        cursor.execute(";\n".join(statements), parameters)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001


def _settings_of(scope: Scope) -> tuple[list[str], list[Any]]:
    if not connection.in_atomic_block:
        return [SET_SCOPE], [*set_scope_parameters(scope)]
    if set_scope_parameters(current_scope()) != set_scope_parameters(scope):
        raise ScopeError("another scope is in force")
    return [], []


def _insert(row: Model) -> tuple[str, list[Any]]:
    statement, fields = _ready_made(type(row))
    real = connections[DEFAULT_DB_ALIAS]
    return statement, [field.get_db_prep_save(field.pre_save(row, True), real) for field in fields]


@cache
def _ready_made(model: type[Model]) -> tuple[str, "list[Field[Any, Any]]"]:
    """Return the INSERT of a model and its fields; names come from the model, values travel."""
    fields = list(model._meta.local_concrete_fields)  # noqa: SLF001  # Django's way to the fields
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    table = quote(model._meta.db_table)  # noqa: SLF001
    return f"INSERT INTO {table} ({names}) VALUES ({marks})", fields  # noqa: S608
