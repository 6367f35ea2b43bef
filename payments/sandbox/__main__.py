"""`python -m payments.sandbox`: starts the sandbox and runs until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from payments.sandbox.contract.operations import warm_up
from payments.sandbox.delivery import Worker
from payments.sandbox.host import Arguments, Sandbox
from payments.sandbox.rows.store import DatabaseInUseError, Store
from payments.sandbox.server import Handler, SandboxServer
from payments.sandbox.wire import is_loopback


def read_arguments(words: Sequence[str]) -> Arguments:
    """Read the command line; ends the process with a sentence for what does not fit."""
    parser = argparse.ArgumentParser(
        prog="python -m payments.sandbox", description="A local stand-in for Stripe."
    )
    parser.add_argument(
        "--database", type=Path, required=True, help="SQLite file that holds everything"
    )
    parser.add_argument("--host", default="127.0.0.1", help="loopback address to listen on")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--webhook-url", help="where every event is sent")
    parser.add_argument("--webhook-secret", help="secret the webhooks are signed with")
    parser.add_argument(
        "--allow-origin",
        action="append",
        default=[],
        help="origin that may embed the checkout page; repeatable",
    )
    known = parser.parse_args(words)
    if not is_loopback(known.host):
        parser.error("the sandbox listens on loopback addresses only, such as 127.0.0.1")
    if bool(known.webhook_url) != bool(known.webhook_secret):
        parser.error("--webhook-url and --webhook-secret belong together")
    if "_live_" in (known.webhook_secret or ""):
        parser.error("the sandbox takes no live secrets")
    origins = tuple(origin.rstrip("/") for origin in known.allow_origin)
    return Arguments(
        known.database, known.host, known.port, known.webhook_url, known.webhook_secret, origins
    )


def serve(arguments: Arguments) -> None:
    """Run until a signal asks it to stop. Raises DatabaseInUseError, or OSError when the port is
    taken.
    """
    store = Store(arguments.database)
    with SandboxServer((arguments.host, arguments.port), Handler) as server:
        host = f"[{arguments.host}]" if ":" in arguments.host else arguments.host
        server.sandbox = Sandbox(store, arguments, f"http://{host}:{server.server_address[1]}")
        server.sandbox.prepare()
        worker = Worker(server.sandbox)
        worker.start()
        threading.Thread(target=warm_up, daemon=True).start()
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sys.stdout.write(f"sandbox: {server.sandbox.base_url}\n")
        sys.stdout.flush()
        stop.wait()
        server.shutdown()
        worker.stop()
    store.close()


def main(words: Sequence[str] | None = None) -> int:
    """Start the sandbox; return the exit code."""
    logging.basicConfig(level=logging.WARNING, format="sandbox %(levelname)s: %(message)s")
    arguments = read_arguments(sys.argv[1:] if words is None else words)
    try:
        serve(arguments)
    except DatabaseInUseError as error:
        sys.stderr.write(f"sandbox: {error}\n")
        return 1
    except OSError as error:
        where = f"{arguments.host}:{arguments.port}"
        sys.stderr.write(f"sandbox: cannot listen on {where}: {error.strerror}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
