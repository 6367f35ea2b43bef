"""One product and one floor, on the same engines, for the length of a benchmark."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from marketplace.core import env
from marketplace.launcher.product import Product

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".visavis" / "bench"
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
    log = (STATE / "floor.log").open("w")
    process = subprocess.Popen(
        [*command, "bench.floor.app:application"],
        cwd=ROOT,
        env=_floor_environment(parts.variables()),
        stdout=log,
        stderr=log,
    )
    try:
        _wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)
        log.close()


def _floor_environment(variables: Mapping[str, str]) -> dict[str, str]:
    os.environ["FLOOR_URL"] = variables["DATABASE_URL"]
    redis = variables["REDIS_URL"]
    layer = {"address": f"{redis}?db=3", "socket_timeout": None, "max_connections": 10_000}
    return {
        **variables,
        "FLOOR_DATABASE": json.dumps(env.database("FLOOR_URL")),
        "FLOOR_LAYER": json.dumps(layer),
    }


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"the floor did not start: see {STATE / 'floor.log'}")


def quiet(limit: float = 1.5, patience: float = 60) -> float:
    """Wait until the load average is below `limit`; return it. A round above it is void."""
    end = time.monotonic() + patience
    while (load := os.getloadavg()[0]) > limit and time.monotonic() < end:
        time.sleep(2)
    return load
