"""Raw SQL as the serving role."""

import pytest
from django.db import connection
from django.db.utils import DatabaseError

from merchants.scope import entered


def run(scope, sql, *parameters):
    with entered(scope), connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.rowcount if cursor.description is None else cursor.fetchone()[0]


def refused(scope, sql, *parameters, match=None):
    with pytest.raises(DatabaseError, match=match):
        run(scope, sql, *parameters)
