"""Reads what the person at the terminal has set, and refuses nonsense in one sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit, urlunsplit

from marketplace.launcher.errors import LauncherError

SANDBOX_KEY = "sk_test_sandbox"
LIVE_PREFIXES = ("sk_live_", "rk_live_")
TEST_PREFIXES = ("sk_test_", "rk_test_")
FIRST_PORT, FIRST_SANDBOX_PORT = 8000, 8400
LAST_PORT = 65535


@dataclass(frozen=True)
class Wishes:
    """What the environment asks for."""

    database_url: str | None
    owner_url: str | None
    redis_url: str | None
    port: int
    sandbox_port: int | None


def read(environ: Mapping[str, str]) -> Wishes:
    """Return the wishes; raises LauncherError for a live key, a bad port, a wrong address."""
    return Wishes(
        database_url=_address(environ, "DATABASE_URL", {"postgres", "postgresql"}),
        owner_url=_address(environ, "DATABASE_OWNER_URL", {"postgres", "postgresql"}),
        redis_url=_redis(environ),
        port=_port(environ, "PORT", FIRST_PORT),
        sandbox_port=_sandbox_port(environ),
    )


def database_name(url: str) -> str:
    """Return the database an address names; the maintenance database counts as none."""
    name = unquote(urlsplit(url).path.lstrip("/"))
    return "" if name in {"postgres", "template1"} else name


def _address(environ: Mapping[str, str], name: str, schemes: set[str]) -> str | None:
    value = environ.get(name, "")
    if not value:
        return None
    if urlsplit(value).scheme not in schemes:
        raise LauncherError(
            f"{name} must begin with {' or '.join(f'{s}://' for s in sorted(schemes))}."
        )
    return value


def _redis(environ: Mapping[str, str]) -> str | None:
    url = _address(environ, "REDIS_URL", {"redis", "rediss", "unix"})
    if url is None or urlsplit(url).scheme == "unix":
        return url
    if urlsplit(url).path not in {"", "/", "/0"}:
        raise LauncherError("REDIS_URL must not name a database: 0 and 1 are used.")
    return urlunsplit(urlsplit(url)._replace(path=""))


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not text.isdecimal() or int(text) > LAST_PORT:
        raise LauncherError(
            f"{name} must be a number up to {LAST_PORT} (0 takes any), not {text!r}."
        )
    return int(text)


def _sandbox_port(environ: Mapping[str, str]) -> int | None:
    """Return the sandbox's port, None where a test key makes it needless."""
    key = environ.get("STRIPE_SECRET_KEY", "")
    if key in {"", SANDBOX_KEY}:
        return _port(environ, "SANDBOX_PORT", FIRST_SANDBOX_PORT)
    if key.startswith(LIVE_PREFIXES):
        raise LauncherError("STRIPE_SECRET_KEY is a live key: `make run` never moves real money.")
    if not key.startswith(TEST_PREFIXES):
        raise LauncherError("STRIPE_SECRET_KEY must begin with sk_test_.")
    for name in ("STRIPE_PUBLISHABLE_KEY", "STRIPE_WEBHOOK_SECRET"):
        if not environ.get(name):
            raise LauncherError(f"{name} is needed too when STRIPE_SECRET_KEY is set.")
    return None
