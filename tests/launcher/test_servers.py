"""Roles, databases, adoption: on engines of this test's own."""

from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg import sql

from marketplace.launcher import environment, roles
from marketplace.launcher.errors import LauncherError
from marketplace.launcher.holding import Held
from marketplace.launcher.places import Places
from marketplace.launcher.postgres import Postgres
from marketplace.launcher.privileges import choose
from marketplace.launcher.servers import Servers
from marketplace.launcher.valkey import Valkey
from tests.launcher.conftest import is_root, until

pytestmark = pytest.mark.integration

OPTIONS = """
    SELECT role.rolname, member.rolname, inherit_option, set_option
    FROM pg_auth_members m JOIN pg_roles role ON role.oid = m.roleid
    JOIN pg_roles member ON member.oid = m.member WHERE member.rolname IN ('app', 'mig')
"""


def test_roles_cannot_pass_row_level_security(servers: Servers) -> None:
    addresses = servers.database()
    with psycopg.connect(addresses.app) as connection:
        rows = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication"
            " FROM pg_roles WHERE rolname !~ '^(pg_|postgres)'"
        ).fetchall()
        grants = connection.execute(OPTIONS).fetchall()
    assert {row[0] for row in rows} == {"mig", "app", "r_merchant", "r_customer", "r_operator"}
    assert all(row[1:] == (False,) * 5 for row in rows)
    assert {(role, member) for role, member, *_ in grants} == {
        (audience, login) for audience in roles.AUDIENCES for login in ("app", "mig")
    }
    assert all((inherit, may_set) == (False, True) for *_, inherit, may_set in grants)


def test_database_belongs_to_mig_and_app_makes_no_tables(servers: Servers) -> None:
    addresses = servers.database()
    with psycopg.connect(addresses.owner) as connection:
        connection.execute("CREATE TABLE kept (id int)")
    with psycopg.connect(addresses.app) as connection:
        for statement in ("CREATE TABLE mine (id int)", "SELECT * FROM kept", "SET ROLE mig"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(statement)
        connection.execute("SET ROLE r_merchant")


def test_second_making_of_roles_and_database_changes_nothing(servers: Servers) -> None:
    first = servers.database()
    assert servers.database() == first
    psycopg.connect(first.app).close()


def test_role_that_passes_row_level_security_is_refused(servers: Servers) -> None:
    connection = servers.admin()
    assert connection is not None
    with connection:
        connection.execute("CREATE ROLE app LOGIN BYPASSRLS")
        with pytest.raises(LauncherError, match="row-level security"):
            servers.make_roles(connection)


def test_wrong_password_is_refused_on_the_socket(servers: Servers) -> None:
    assert servers.postgres is not None
    servers.database()
    url = servers.postgres.url(user="app", password="wrong", database="visavis")
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(url)


def test_running_engines_are_adopted_and_can_be_stopped(
    tmp_path: Path, held: Held, servers: Servers
) -> None:
    places = Places(tmp_path / "state")
    postgres, valkey = Postgres(places, held.warden), Valkey(places, held.warden)
    assert (postgres.start(), valkey.start()) == ("adopted", "adopted")
    assert postgres.child is not None
    assert valkey.child is not None
    pids = [postgres.child.pid, valkey.child.pid]
    assert pids == [child.pid for child in servers.children]
    for child in servers.children:
        assert child.process is not None
    postgres.stop()
    valkey.stop()
    until(lambda: all(child.code is not None for child in servers.children), 10)


def test_half_made_cluster_is_made_anew(tmp_path: Path, held: Held) -> None:
    half = tmp_path / "state" / "postgres" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")
    postgres = Postgres(Places(tmp_path / "state"), held.warden)
    assert postgres.start() == "started"
    postgres.stop()
    assert not half.exists()


def test_postgres_runs_without_user_namespaces(tmp_path: Path, held: Held) -> None:
    """Most containers forbid them; then root starts it as nobody."""
    places = Places(tmp_path / "state")
    privileges = choose(allow_user_namespace=False)
    postgres = Postgres(places, held.warden, privileges)
    assert (privileges.account is not None) == is_root()
    try:
        assert postgres.start() == "started"
        assert postgres.child is not None
        owner = psutil.Process(postgres.child.pid).uids().real
        assert owner == (
            privileges.account.uid if privileges.account else postgres.home.stat().st_uid
        )
        psycopg.connect(postgres.admin_url()).close()
    finally:
        postgres.stop()
        places.forget()
    assert not places.elsewhere.exists()


def _given(url: str, state: Path, held: Held, owner: str = "") -> Servers:
    environ = {"DATABASE_URL": url, "DATABASE_OWNER_URL": owner, "REDIS_URL": "unix:///nowhere"}
    return Servers(Places(state), environment.read(environ), held.warden)


def _login(servers: Servers, name: str, options: str) -> str:
    assert servers.postgres is not None
    with psycopg.connect(servers.postgres.admin_url()) as connection:
        create = f"CREATE ROLE {{}} LOGIN {options} PASSWORD 'given'"
        connection.execute(sql.SQL(create).format(sql.Identifier(name)))
    return servers.postgres.url(user=name, password="given", database="postgres")


def test_given_login_that_makes_roles_serves_as_app(
    tmp_path: Path, held: Held, servers: Servers
) -> None:
    url = _login(servers, "boss", "CREATEROLE CREATEDB")
    given = _given(url, tmp_path / "state", held)
    assert given.postgres is None
    addresses = given.database()
    # Another state folder on the same server comes to the same passwords.
    assert _given(url, tmp_path / "other", held).addresses("visavis") == addresses
    for address, user in ((addresses.app, "app"), (addresses.owner, "mig")):
        with psycopg.connect(address) as connection:
            assert (connection.info.user, connection.info.dbname) == (user, "visavis")
    assert given.database() == addresses


def test_given_login_without_rights_needs_the_owners_address(
    tmp_path: Path, held: Held, servers: Servers
) -> None:
    url = _login(servers, "plain", "")
    with pytest.raises(LauncherError, match="DATABASE_OWNER_URL"):
        _given(url, tmp_path, held).database()
    addresses = _given(url, tmp_path, held, owner=url).database()
    assert (addresses.app, addresses.owner) == (url, url)


def test_given_database_of_somebody_else_is_refused(
    tmp_path: Path, held: Held, servers: Servers
) -> None:
    assert servers.postgres is not None
    with psycopg.connect(servers.postgres.admin_url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE theirs")
    url = servers.postgres.admin_url("theirs")
    with pytest.raises(LauncherError, match="belongs to postgres"):
        _given(url, tmp_path, held).database()


def test_given_server_that_does_not_answer_is_told(tmp_path: Path, held: Held) -> None:
    with pytest.raises(LauncherError, match="DATABASE_URL does not answer"):
        _given("postgresql://u@/x?host=/nonexistent", tmp_path, held).database()
