"""The servers a product runs on: embedded, or those of DATABASE_URL and REDIS_URL."""

import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import psycopg

from marketplace.launcher import keys, roles
from marketplace.launcher.children import Child
from marketplace.launcher.environment import Wishes, database_name
from marketplace.launcher.errors import LauncherError
from marketplace.launcher.places import Places
from marketplace.launcher.postgres import Postgres
from marketplace.launcher.privileges import choose
from marketplace.launcher.progress import Progress
from marketplace.launcher.valkey import Valkey
from marketplace.launcher.warden import Warden

DEFAULT_DATABASE = "visavis"


@dataclass(frozen=True)
class Addresses:
    """Where one database is found: as `app` to serve, as `mig` to migrate."""

    app: str
    owner: str


class Servers:
    """Starts what has to be started and knows the addresses."""

    def __init__(self, places: Places, wishes: Wishes, warden: Warden) -> None:
        """Choose between embedded and given servers; finds the binaries of the embedded ones."""
        self._places = places
        self._wishes = wishes
        self.postgres = None if wishes.database_url else Postgres(places, warden, choose())
        self.valkey = None if wishes.redis_url else Valkey(places, warden)

    @property
    def children(self) -> list[Child]:
        """The embedded servers that run."""
        engines = [engine for engine in (self.postgres, self.valkey) if engine is not None]
        return [engine.child for engine in engines if engine.child is not None]

    @property
    def redis_url(self) -> str:
        """The broker's address: `redis://…`, or `unix:///path` for the embedded one."""
        if self.valkey is None:
            return self._wishes.redis_url or ""
        return f"unix://{self.valkey.socket}"

    def start(self, progress: Progress) -> None:
        """Start the embedded servers, one progress line each; says which ones are given."""
        if self.postgres is None:
            progress.line("postgresql", "given by DATABASE_URL")
        else:
            with progress.step("postgresql", self.postgres.server.text) as step:
                step.add(self.postgres.start())
        if self.valkey is None:
            progress.line("valkey", "given by REDIS_URL")
        else:
            with progress.step("valkey", self.valkey.server.text) as step:
                step.add(self.valkey.start())

    def stop(self) -> None:
        """Stop the embedded servers."""
        if self.valkey is not None:
            self.valkey.stop()
        if self.postgres is not None:
            self.postgres.stop()

    def admin(self) -> roles.Connection | None:
        """Return a connection that may make roles and databases, None if our login may not."""
        url = self._wishes.database_url
        if self.postgres is not None:
            return psycopg.connect(self.postgres.admin_url(), autocommit=True)
        try:
            connection = psycopg.connect(url or "", autocommit=True, connect_timeout=10)
        except psycopg.OperationalError as error:
            raise LauncherError(f"DATABASE_URL does not answer: {str(error).strip()}") from error
        if roles.may_make_roles(connection):
            return connection
        connection.close()
        return None

    def database(self, name: str = "") -> Addresses:
        """Make roles and the database where we may; return its addresses.

        Raises LauncherError if we may not and DATABASE_OWNER_URL is not set either.
        """
        connection = self.admin()
        if connection is None:
            return self._given_addresses()
        chosen = name or database_name(self._wishes.database_url or "") or DEFAULT_DATABASE
        with connection:
            self.make_roles(connection)
            roles.make_database(connection, chosen)
        return self.addresses(chosen)

    def make_roles(self, connection: roles.Connection) -> None:
        """Make the roles, or set their passwords to ours."""
        logins = (roles.OWNER, roles.SERVER)
        roles.make_roles(connection, {login: self._password(login) for login in logins})

    def addresses(self, database: str) -> Addresses:
        """Return the addresses of a database of ours."""
        return Addresses(
            app=self._url(roles.SERVER, database), owner=self._url(roles.OWNER, database)
        )

    def _given_addresses(self) -> Addresses:
        if not self._wishes.owner_url:
            raise LauncherError(
                "The login of DATABASE_URL may not make roles: set DATABASE_OWNER_URL to the login "
                "that owns and migrates the database, or give DATABASE_URL one with CREATEROLE."
            )
        return Addresses(app=self._wishes.database_url or "", owner=self._wishes.owner_url)

    def _url(self, role: str, database: str) -> str:
        password = self._password(role)
        if self.postgres is not None:
            return self.postgres.url(user=role, password=password, database=database)
        parts = urlsplit(self._wishes.database_url or "")
        place = parts.netloc.rpartition("@")[2]
        login = f"{quote(role)}:{quote(password, safe='')}@{place}"
        return urlunsplit((parts.scheme, login, f"/{quote(database)}", parts.query, ""))

    def _password(self, role: str) -> str:
        """Return a role's password.

        Roles belong to the whole server: on a given one every state folder must come to the same
        password, so it is derived from the one we were given.
        """
        given = unquote(urlsplit(self._wishes.database_url or "").password or "")
        if self.postgres is not None or not given:
            return keys.key(self._places, role)
        return hmac.new(given.encode(), f"visavis {role}".encode(), hashlib.sha256).hexdigest()
