"""The parts of a running product and the variables they get.

Every part gets, beside what the person has set:

    DJANGO_SETTINGS_MODULE  marketplace.settings.development, unless set
    DATABASE_URL            postgresql://app:…@/visavis?host=/folder (role without privileges)
    REDIS_URL               unix:///folder/valkey.sock, or as given
    SECRET_KEY              random, kept in the state folder
    VISAVIS_STATE           the state folder; STATIC_ROOT a folder in it
    VISAVIS_ORIGIN          http://127.0.0.1:PORT
    STRIPE_SECRET_KEY, STRIPE_PUBLISHABLE_KEY, STRIPE_API_BASE, STRIPE_JS_URL,
    STRIPE_WEBHOOK_SECRET   the sandbox's, unless a test key is set

`manage.py migrate` alone gets DATABASE_URL of the role `mig`.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from marketplace.launcher import keys
from marketplace.launcher.children import Order
from marketplace.launcher.environment import SANDBOX_KEY
from marketplace.launcher.places import ROOT, Places
from marketplace.launcher.servers import Addresses

HOST = "127.0.0.1"
SETTINGS = "marketplace.settings.development"
LARGEST_MESSAGE = 65536
WORKER_PROCESSES = 2


@dataclass(frozen=True)
class Parts:
    """Makes the orders for the parts of one product."""

    places: Places
    environ: Mapping[str, str]
    addresses: Addresses
    redis_url: str
    port: int
    sandbox_port: int | None

    @property
    def origin(self) -> str:
        """The product's own address."""
        return f"http://{HOST}:{self.port}"

    def variables(self) -> dict[str, str]:
        """Return the environment of the parts."""
        found = dict(self.environ)
        found.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
        found.pop("DATABASE_OWNER_URL", None)
        found |= {
            "DATABASE_URL": self.addresses.app,
            "REDIS_URL": self.redis_url,
            "SECRET_KEY": keys.key(self.places, "django"),
            "VISAVIS_STATE": str(self.places.state),
            "STATIC_ROOT": str(self.places.state / "static"),
            "VISAVIS_ORIGIN": self.origin,
            "PYTHONUNBUFFERED": "1",
        }
        return found | self._stripe()

    def migrate(self) -> Order:
        """Bring the tables up to date as the database's owner."""
        return self.manage("migrate", "--noinput", DATABASE_URL=self.addresses.owner)

    def manage(self, command: str, *arguments: str, **variables: str) -> Order:
        """One command of manage.py with a log of its own."""
        words = [sys.executable, os.fspath(ROOT / "manage.py"), command, *arguments]
        environ = self.variables() | variables
        return Order(command, words, self.places.log(command), environ)

    def web(self, fd: int, *, name: str = "web", **variables: str) -> Order:
        """Daphne on a socket that listens already; several of them need names of their own."""
        words = [sys.executable, "-m", "daphne", "--fd", str(fd)]
        words += [
            "--websocket-max-message-size",
            str(LARGEST_MESSAGE),
            "marketplace.asgi:application",
        ]
        environ = self.variables() | variables
        return Order(name, words, self.places.log(name), environ, inherited=(fd,))

    def worker(self) -> Order:
        """One Celery worker with beat."""
        words = [sys.executable, "-m", "marketplace.launcher.worker", str(self.worker_ready)]
        words += ["-A", "marketplace", "worker", "--beat", "--pool=prefork"]
        words += [f"--concurrency={WORKER_PROCESSES}", "--loglevel=INFO"]
        words += ["--without-gossip", "--without-mingle"]
        words += [f"--schedule={self.places.state / 'celerybeat-schedule'}"]
        self.worker_ready.unlink(missing_ok=True)
        return Order("worker", words, self.places.log("worker"), self.variables())

    @property
    def worker_ready(self) -> Path:
        """File that exists as soon as the worker takes tasks."""
        return self.places.state / "worker.ready"

    def sandbox(self) -> Order:
        """Stand in for Stripe."""
        words = [sys.executable, "-m", "payments.sandbox", "--port", str(self.sandbox_port)]
        words += ["--database", str(self.places.state / "sandbox.sqlite3")]
        words += ["--webhook-url", f"{self.origin}/webhooks/stripe/"]
        # One word: a secret that begins with a dash must not be read as an option.
        words += [f"--webhook-secret={keys.key(self.places, 'webhook')}"]
        words += ["--allow-origin", self.origin]
        return Order("sandbox", words, self.places.log("sandbox"), self.variables())

    @property
    def sandbox_url(self) -> str:
        """Address of the sandbox."""
        return f"http://{HOST}:{self.sandbox_port}"

    @property
    def mail_words(self) -> str:
        """Say where mails go: to the server that was set, else into files."""
        host = self.environ.get("EMAIL_HOST", "")
        return f"  mails      {f'go out by {host}' if host else f'files in {self.places.mail}'}"

    def _stripe(self) -> dict[str, str]:
        if self.sandbox_port is None:
            return {}
        return {
            "STRIPE_SECRET_KEY": SANDBOX_KEY,
            "STRIPE_PUBLISHABLE_KEY": "pk_test_sandbox",
            "STRIPE_API_BASE": self.sandbox_url,
            "STRIPE_JS_URL": f"{self.sandbox_url}/js/v3/stripe.js",
            "STRIPE_WEBHOOK_SECRET": keys.key(self.places, "webhook"),
        }
