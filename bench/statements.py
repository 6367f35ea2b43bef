"""Counts what PostgreSQL runs for a piece of work, in whatever thread; BEGIN and COMMIT too."""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

_seen: set[BaseDatabaseWrapper] = set()


def _note(connection: BaseDatabaseWrapper, **_given: object) -> None:
    connection.force_debug_cursor = True
    connection.queries_log.clear()
    _seen.add(connection)


def watch() -> None:
    """Count from now on, on every connection that is opened or taken from a pool."""
    _seen.clear()
    connection_created.connect(_note)


def said() -> list[str]:
    """Return the statements; several may have travelled as one message."""
    texts = [query["sql"] for connection in _seen for query in connection.queries_log]
    return [part for text in texts for part in text.rstrip(";").split(";\n")]
