"""One product and one floor, on the same engines, for the length of a benchmark."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from marketplace.core import env
from marketplace.launcher import ports
from marketplace.launcher.probe import Probe
from marketplace.launcher.product import Product

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".visavis" / "bench"
START_SECONDS = 60.0
TABLES = """
DROP TABLE IF EXISTS floor_form, floor_edit, floor_ring;
CREATE TABLE floor_form (id int PRIMARY KEY, revision int NOT NULL, fields jsonb NOT NULL);
CREATE TABLE floor_edit (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, form_id int NOT NULL,
    revision int NOT NULL, op text NOT NULL, name text NOT NULL, value text NOT NULL,
    UNIQUE (form_id, revision));
CREATE TABLE floor_ring (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, desk int NOT NULL,
    call text NOT NULL, at timestamptz NOT NULL DEFAULT now());
INSERT INTO floor_form SELECT n, 0, '{}' FROM generate_series(1, 500) n;
GRANT SELECT, INSERT, UPDATE ON floor_form, floor_edit, floor_ring TO app;
"""


@dataclass(frozen=True)
class Rig:
    """Where both listen."""

    product: Product
    floor_url: str

    @property
    def url(self) -> str:
        """The product's address."""
        return self.product.url

    def prepare(self, what: str, count: int) -> list[dict[str, Any]]:
        """Make rows inside the product's environment."""
        output = subprocess.run(
            [sys.executable, "-m", "bench.prepare", what, str(count)],
            cwd=ROOT,
            env=self.product.parts.variables(),
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout
        rows: list[dict[str, Any]] = json.loads(output.splitlines()[-1])
        return rows

    @contextmanager
    def second_web(self) -> Iterator[str]:
        """One more web process of the product, at an address of its own."""
        with ports.listen(0) as listener:
            port = int(listener.getsockname()[1])
            order = self.product.parts.web(listener.fileno(), name="web-2")
            with running(
                order.command, order.environ or {}, order.log, pass_fds=order.inherited
            ) as process:
                probe = Probe(port, "/readyz")
                until(probe.ready, process, order.log)
                yield f"http://127.0.0.1:{port}"


@contextmanager
def rig() -> Iterator[Rig]:
    """Start the whole product as `make run` does, and the floor beside it."""
    # Callers come through a reverse proxy, as behind nginx: each has an address of its own, or the
    # limit of calls per address would be measured instead of the ring.
    product = Product(STATE, settings={"TRUSTED_PROXIES": "127.0.0.1"})
    print("  starting the product …", flush=True)
    product.start()
    try:
        with _floor(product) as url:
            yield Rig(product, url)
    finally:
        product.stop()


@contextmanager
def _floor(product: Product) -> Iterator[str]:
    parts = product.parts
    with psycopg.connect(parts.addresses.owner, autocommit=True) as owner:
        owner.execute(TABLES)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(port)]
    command.append("bench.floor.app:application")
    log = STATE / "floor.log"
    with running(command, _floor_environment(parts.variables()), log) as process:
        until(lambda: _listens(port), process, log)
        yield f"http://127.0.0.1:{port}"


@contextmanager
def running(
    command: Sequence[str | Path],
    environ: Mapping[str, str],
    log: Path,
    *,
    pass_fds: tuple[int, ...] = (),
) -> Iterator[subprocess.Popen[bytes]]:
    """Start a server of a benchmark's own and end it."""
    with log.open("w") as written:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environ, stdout=written, stderr=written, pass_fds=pass_fds
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(10)


def _floor_environment(variables: Mapping[str, str]) -> dict[str, str]:
    os.environ["FLOOR_URL"] = variables["DATABASE_URL"]
    redis = variables["REDIS_URL"]
    layer = {"address": f"{redis}?db=3", "socket_timeout": None, "max_connections": 10_000}
    return {
        **variables,
        "FLOOR_DATABASE": json.dumps(env.database("FLOOR_URL")),
        "FLOOR_LAYER": json.dumps(layer),
    }


def until(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait for a server; raises RuntimeError when it dies or takes too long."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        if ready():
            return
        time.sleep(0.05)
    raise RuntimeError(f"it did not start: see {log}")


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def quiet(limit: float = 1.5, patience: float = 60) -> float:
    """Wait until the load average is below `limit`; return it. A round above it is void."""
    end = time.monotonic() + patience
    while (load := os.getloadavg()[0]) > limit and time.monotonic() < end:
        time.sleep(2)
    return load
