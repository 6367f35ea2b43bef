"""Starts the engines before Django reads its settings; a conftest.py would be too late.

Loaded by `-p tests.engines_plugin`. Tests have a state folder of their own (.visavis/test, or the
next one if another run has it), so they never touch `make run`. With DATABASE_URL and REDIS_URL
set nothing is started and a database `visavis_test` is made on the given server. Migrations run
once into a template database.
"""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import redis

from marketplace.launcher import environment, roles, stamps
from marketplace.launcher.errors import AlreadyRunningError, LauncherError
from marketplace.launcher.holding import Held
from marketplace.launcher.places import ROOT, Places
from marketplace.launcher.progress import Progress
from marketplace.launcher.servers import Addresses, Servers

SETTINGS = "marketplace.settings.test"
TEMPLATE = "visavis_template_"
RUNS_AT_ONCE = 16
COUNTS = "VISAVIS_TEST_COUNTS"
KINDS = ("unit", "integration", "e2e", "slow")
# No test may reach Stripe, whatever is set at the terminal; the discard port answers nobody.
CONSTANTS = {
    "DJANGO_SETTINGS_MODULE": SETTINGS,
    "SECRET_KEY": "only-for-tests",
    "STRIPE_SECRET_KEY": environment.SANDBOX_KEY,
    "STRIPE_PUBLISHABLE_KEY": "pk_test_sandbox",
    "STRIPE_API_BASE": "http://127.0.0.1:9",
    "STRIPE_JS_URL": "http://127.0.0.1:9/js/v3/stripe.js",
    "STRIPE_WEBHOOK_SECRET": "whsec_only_for_tests",
}

# What was set before the tests' own variables: a product that a test starts begins with these.
# A worker process (`-n`) inherits the tests' variables and is handed the outer ones beside them.
HANDED, WORKER = "VISAVIS_TEST_OUTER", "PYTEST_XDIST_WORKER"
OUTER: dict[str, str] = json.loads(os.environ.get(HANDED, "null")) or dict(os.environ)


@dataclass
class Running:
    """The engines of this test run."""

    held: Held
    servers: Servers
    seconds: float
    words: str

    def stop(self) -> None:
        """Stop the engines and give the folder back."""
        self.servers.stop()
        self.held.release()


_running: list[Running] = []
_counts: Counter[str] = Counter()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    known = early_config.known_args_namespace
    os.environ |= CONSTANTS
    # With `-n` the engines are those of the workers: each runs this for itself.
    shares = bool(getattr(known, "numprocesses", None)) and WORKER not in os.environ
    if shares:
        os.environ[HANDED] = json.dumps(OUTER)
    if known.help or known.version or known.collectonly or shares:
        nowhere = "postgresql://app@/visavis_test?host=/nonexistent"
        os.environ |= {"DATABASE_URL": nowhere, "DATABASE_OWNER_URL": nowhere}
        os.environ["REDIS_URL"] = "unix:///nonexistent"
    else:
        try:
            _running.append(_start())
        except LauncherError as error:
            raise pytest.UsageError(str(error)) from error
    return (yield)


def pytest_report_header() -> list[str]:
    return [f"engines: {run.words} ({run.seconds:.1f} s)" for run in _running]


def pytest_unconfigure() -> None:
    while _running:
        _running.pop().stop()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count what really ran: a test that failed in its set-up counts, a skipped one does not."""
    if report.skipped:
        _counts["skipped"] += 1
    elif report.when == "call" or (report.when == "setup" and report.failed):
        kind = next((kind for kind in KINDS if kind in report.keywords), "unit")
        _counts[kind] += 1


def pytest_sessionfinish(session: pytest.Session) -> None:
    if os.environ.get(COUNTS) and not hasattr(session.config, "workerinput"):
        Path(os.environ[COUNTS]).write_text(json.dumps(_counts), encoding="utf-8")


def outer_environ() -> dict[str, str]:
    """The environment as it was before the tests' own variables."""
    return {name: value for name, value in OUTER.items() if name != "DJANGO_SETTINGS_MODULE"}


def _start() -> Running:
    began = time.monotonic()
    wishes = environment.read(OUTER | {"STRIPE_SECRET_KEY": "", "PORT": ""})
    held, places = _claim()
    servers = Servers(places, wishes, held.warden)
    try:
        servers.start(Progress(quiet=True))
        addresses = _database(servers, places, wishes)
        os.environ |= {
            "DATABASE_URL": addresses.app,
            "DATABASE_OWNER_URL": addresses.owner,
            "REDIS_URL": servers.redis_url,
            "STATIC_ROOT": str(places.state / "static"),
            "VISAVIS_STATE": str(places.state),
        }
        words = f"{_versions(addresses, servers.redis_url)}, in {places.state}"
    except BaseException:
        servers.stop()
        held.release()
        raise
    return Running(held, servers, time.monotonic() - began, words)


def _claim() -> tuple[Held, Places]:
    """Several runs at once are fine: each takes the first state folder that is free."""
    for number in range(1, RUNS_AT_ONCE + 1):
        places = Places(ROOT / ".visavis" / ("test" if number == 1 else f"test-{number}"))
        try:
            return Held(places, Progress(quiet=True)), places
        except AlreadyRunningError:
            continue
    raise LauncherError(f"{RUNS_AT_ONCE} test runs are going on here already.")


def _database(servers: Servers, places: Places, wishes: environment.Wishes) -> Addresses:
    """Make this run's database, fresh, from a template that was migrated once."""
    name = f"visavis_{places.state.name.replace('-', '_')}"
    connection = servers.admin()
    if connection is None:
        return _given(servers, wishes)
    servers.make_roles(connection)
    with connection:
        template = _template(servers, connection)
        roles.drop_database(connection, name)
        roles.make_database(connection, name, template=template)
    return servers.addresses(name)


def _template(servers: Servers, connection: roles.Connection) -> str:
    name = TEMPLATE + stamps.migrations()[:12]
    found = connection.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE %s", [TEMPLATE + "%"]
    ).fetchall()
    if (name,) in found:
        return name
    for (old,) in found:
        roles.drop_database(connection, str(old))
    unfinished = TEMPLATE + "new"  # a killed run leaves it; the lines above have dropped it
    roles.make_database(connection, unfinished)
    _migrate(servers.addresses(unfinished))
    roles.rename_database(connection, unfinished, name)
    return name


def _given(servers: Servers, wishes: environment.Wishes) -> Addresses:
    """Tests empty every table, so a database that we could not make ourselves must be called a test's."""
    if "test" not in environment.database_name(wishes.database_url or ""):
        raise LauncherError(
            "The tests empty the database of DATABASE_URL: give its login CREATEROLE and CREATEDB, "
            "or name a database with `test` in its name."
        )
    addresses = servers.database()
    _migrate(addresses)
    return addresses


def _migrate(addresses: Addresses) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--noinput", "--skip-checks"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": addresses.owner, "REDIS_URL": "unix:///nonexistent"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise LauncherError(f"The migrations failed:\n{done.stdout[-4000:]}")


def _versions(addresses: Addresses, redis_url: str) -> str:
    with psycopg.connect(addresses.app) as connection:
        row = connection.execute("SHOW server_version").fetchone()
        user, database = connection.info.user, connection.info.dbname
    with redis.Redis.from_url(redis_url) as client:
        about = client.info("server")
    version = about.get("valkey_version", about["redis_version"])
    return f"PostgreSQL {row[0]} as {user} on {database}, {about.get('server_name', 'redis')} {version}"
