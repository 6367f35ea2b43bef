"""The real coturn, started by deploy/coturn/start with deploy/coturn/turnserver.conf as it stands.

What a test changes comes on the command line only: a free port, a small port range and, where a
browser on this machine is the peer, `--allow-loopback-peers`.
"""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from calls.ice import Credentials, credentials
from marketplace.launcher import ports
from marketplace.launcher.places import ROOT

START = ROOT / "deploy" / "coturn" / "start"
SECRET = hashlib.sha256(b"only for tests").hexdigest()
FIRST_PORT, LAST_PORT = 50000, 50999
START_SECONDS = 20.0
BINDING = bytes.fromhex("0001 0000 2112a442") + b"visavis test"


@dataclass
class Coturn:
    """One relay; `kill` and `start` again as often as a test likes."""

    address: str = "127.0.0.1"
    extra: Sequence[str] = ()
    prefix: Sequence[str] = ()
    secret: str = SECRET
    port: int = field(default_factory=lambda: ports.free(0))
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="visavis-relay-")))
    process: subprocess.Popen[bytes] | None = None

    @property
    def server(self) -> tuple[str, int]:
        """Where it listens, UDP and TCP."""
        return self.address, self.port

    @property
    def urls(self) -> str:
        """TURN_URLS of a site that uses it."""
        return ",".join(
            f"turn:{self.address}:{self.port}?transport={kind}" for kind in ("udp", "tcp")
        )

    def settings(self) -> dict[str, str]:
        """Return the variables of a site that uses it."""
        return {
            "TURN_URLS": self.urls,
            "TURN_SECRET": self.secret,
            "RELAY_ADDRESS": self.address,
        }

    def start(self) -> None:
        """Start it and wait until it listens."""
        words = [*self.prefix, str(START), "--listening-port", str(self.port)]
        words += ["--min-port", str(FIRST_PORT), "--max-port", str(LAST_PORT), *self.extra]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                words,
                env=os.environ | self._variables(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        end = time.monotonic() + START_SECONDS
        while not self._listens():
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"coturn did not start:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.05)

    def kill(self) -> None:
        """Take it away without a word."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def login(self, user: str, *, life: int = 600, now: int | None = None) -> Credentials:
        """Return credentials as the site makes them."""
        moment = int(time.time()) if now is None else now
        return credentials(secret=self.secret, user=user, now=moment, life=life)

    @property
    def log(self) -> Path:
        """What it writes."""
        return self.folder / "log"

    def _listens(self) -> bool:
        # in a network namespace of its own nobody here can ask, so its own word must do
        if self.prefix:
            return b"auth thread" in self.log.read_bytes()
        try:
            socket.create_connection(self.server, timeout=0.3).close()
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
                asking.settimeout(0.3)
                asking.connect(self.server)
                asking.send(BINDING)
                return bool(asking.recv(512))
        except OSError:
            return False

    def _variables(self) -> dict[str, str]:
        return {
            "RUNTIME_DIRECTORY": str(self.folder),
            "RELAY_ADDRESS": self.address,
            "TURN_REALM": "relay.test",
            "TURN_SECRET": self.secret,
        }


@contextmanager
def running(coturn: Coturn) -> Iterator[Coturn]:
    """Start it, and leave nothing behind."""
    if shutil.which("turnserver") is None:
        raise RuntimeError("The relay's tests need coturn: `apt-get install coturn`.")
    coturn.start()
    try:
        yield coturn
    finally:
        coturn.kill()
        shutil.rmtree(coturn.folder, ignore_errors=True)
