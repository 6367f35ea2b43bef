"""One statement with its tenant context, in one round trip.

`merchants.scope.entered` costs four (begin, settings, statement, commit). PostgreSQL runs the
statements of one message as one transaction, so settings and statement can travel together:
the same role, the same policies, a quarter of the waiting. Only for what happens many times
a second; everything else enters its scope.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.db import connection

from merchants.scope import SET_SCOPE, Scope, ScopeError, set_scope_parameters

_SCOPE: Final = SET_SCOPE % tuple(f"%(scope_{n})s" for n in range(SET_SCOPE.count("%s")))


def fetch_one(scope: Scope, statement: str, parameters: Mapping[str, Any]) -> Any:
    """Return the first row of one statement run inside `scope`, in a transaction of its own.

    Raises ScopeError inside another transaction, where the settings would outlive it.
    """
    if connection.in_atomic_block:
        raise ScopeError("one round trip is one transaction of its own")
    settings = {f"scope_{n}": value for n, value in enumerate(set_scope_parameters(scope))}
    with connection.cursor() as cursor:
        cursor.execute(f"{_SCOPE};\n{statement}", {**settings, **parameters})
        cursor.nextset()
        return cursor.fetchone()
