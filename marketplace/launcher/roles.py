"""Database roles and databases.

`mig` owns and migrates, `app` serves: no superuser, no BYPASSRLS, and a member of one role per
audience that it must choose in each transaction (INHERIT FALSE), so row-level security always has
a narrow policy to apply.
"""

import psycopg
from psycopg import sql

from marketplace.launcher.errors import LauncherError

OWNER, SERVER = "mig", "app"
AUDIENCES = ("r_merchant", "r_customer", "r_operator")
LEAST_VERSION = 160000
LIMITS = "LOGIN NOSUPERUSER NOBYPASSRLS NOREPLICATION NOCREATEROLE NOCREATEDB"

Connection = psycopg.Connection[tuple[object, ...]]


def may_make_roles(connection: Connection) -> bool:
    """Tell whether this login may make roles; raises LauncherError on a server that is too old."""
    if connection.info.server_version < LEAST_VERSION:
        raise LauncherError(
            "PostgreSQL 16 or newer is needed: a grant WITH INHERIT FALSE is not older."
        )
    found = connection.execute(
        "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    return bool(found and found[0])


def make_roles(connection: Connection, passwords: dict[str, str]) -> None:
    """Make or mend the five roles; a repetition changes nothing.

    Raises LauncherError where roles of these names exist that are not ours to use.
    """
    try:
        with connection.transaction():
            # Two launchers on one server must not make the same role at once.
            connection.execute("SELECT pg_advisory_xact_lock(hashtext('visavis roles'))")
            rows = connection.execute("SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles")
            _make_roles(connection, passwords, {str(name): bool(free) for name, free in rows})
    except psycopg.errors.InsufficientPrivilege as error:
        raise LauncherError(f"The database's roles cannot be made: {error}") from error


def _make_roles(
    connection: Connection, passwords: dict[str, str], unlimited: dict[str, bool]
) -> None:
    for name in AUDIENCES:
        if name not in unlimited:
            _run(connection, "CREATE ROLE {role} NOLOGIN", role=name)
    for name in (OWNER, SERVER):
        if unlimited.get(name):
            raise LauncherError(f'The role "{name}" may pass row-level security; that must not be.')
        verb = (
            "ALTER ROLE {} PASSWORD {}"
            if name in unlimited
            else f"CREATE ROLE {{}} {LIMITS} PASSWORD {{}}"
        )
        connection.execute(sql.SQL(verb).format(sql.Identifier(name), sql.Literal(passwords[name])))
        for audience in AUDIENCES:
            grant = "GRANT {audience} TO {login} WITH INHERIT FALSE, SET TRUE"
            _run(connection, grant, audience=audience, login=name)


def make_database(connection: Connection, name: str, *, template: str | None = None) -> bool:
    """Make a database owned by `mig`; False if it exists.

    Raises LauncherError if it is somebody else's or may not be made.
    """
    found = connection.execute(
        "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [name]
    ).fetchone()
    if found is None:
        _create_database(connection, name, template or "template1")
    elif found[0] != OWNER:
        raise LauncherError(f'The database "{name}" belongs to {found[0]}: name another.')
    return found is None


def _create_database(connection: Connection, name: str, template: str) -> None:
    _join_owner(connection)
    create = "CREATE DATABASE {name} OWNER {owner} TEMPLATE {template}"
    try:
        _run(connection, create, name=name, owner=OWNER, template=template)
    except psycopg.errors.InsufficientPrivilege as error:
        raise LauncherError(f'The login may not make the database "{name}".') from error
    _run(connection, "REVOKE ALL ON DATABASE {name} FROM PUBLIC", name=name)
    _run(connection, "GRANT CONNECT ON DATABASE {name} TO {role}", name=name, role=SERVER)


def drop_database(connection: Connection, name: str) -> None:
    """Drop a database and whoever is connected to it."""
    _join_owner(connection)
    _run(connection, "DROP DATABASE IF EXISTS {name} WITH (FORCE)", name=name)


def rename_database(connection: Connection, name: str, new_name: str) -> None:
    """Rename a database that nobody is connected to."""
    _run(connection, "ALTER DATABASE {name} RENAME TO {new_name}", name=name, new_name=new_name)


def _join_owner(connection: Connection) -> None:
    """Let a login that is no superuser act as the owner: it made the role, so it may."""
    found = connection.execute(
        "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    if found and not found[0]:
        connection.execute(
            sql.SQL("GRANT {} TO CURRENT_USER WITH INHERIT TRUE, SET TRUE").format(
                sql.Identifier(OWNER)
            )
        )


def _run(connection: Connection, statement: str, **names: str) -> None:
    identifiers = {name: sql.Identifier(value) for name, value in names.items()}
    connection.execute(sql.SQL(statement).format(**identifiers))
