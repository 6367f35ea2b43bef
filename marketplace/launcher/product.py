"""A whole running product: servers, web, worker, sandbox, in one state folder.

product = Product(state, port=None, environ={...})
product.start(); product.url; product.stop()
"""

import os
import socket
from collections.abc import Mapping
from pathlib import Path

from marketplace.launcher import environment, ports, stamps
from marketplace.launcher.children import Child, Order, spawn, stop
from marketplace.launcher.holding import Held
from marketplace.launcher.parts import Parts
from marketplace.launcher.places import Places
from marketplace.launcher.probe import Probe
from marketplace.launcher.progress import Progress
from marketplace.launcher.servers import Servers
from marketplace.launcher.starting import Starting, check, job, wait_for

JOB_SECONDS = 60.0


class Product:
    """Starts, watches and stops the parts. Use from the main thread."""

    def __init__(
        self,
        state: Path,
        *,
        port: int | None = None,
        environ: Mapping[str, str] | None = None,
        settings: Mapping[str, str] | None = None,
        database: str = "",
        progress: Progress | None = None,
    ) -> None:
        """Prepare, start nothing.

        `port` None takes any free one; `environ` replaces os.environ and `settings` are added to
        it; `database` names the database, which keeps several products on one given server apart.
        """
        self.places = Places(state)
        self.progress = progress or Progress(quiet=True)
        self.cold = False
        self._environ = dict(os.environ if environ is None else environ) | dict(settings or {})
        self._wishes = environment.read(self._environ)
        self._port = port or 0
        self._database = database
        self._children: list[Child] = []
        self._held: Held | None = None
        self._servers: Servers | None = None
        self._parts: Parts | None = None

    @property
    def url(self) -> str:
        """The product's own address, without a slash at the end."""
        return self.parts.origin

    @property
    def parts(self) -> Parts:
        """The parts, known once the start has got so far."""
        if self._parts is None:
            raise RuntimeError("The product has not been started.")
        return self._parts

    @property
    def children(self) -> list[Child]:
        """Every process that must stay alive."""
        return [*(self._servers.children if self._servers else []), *self._children]

    def start(self) -> None:
        """Start everything and return when `/readyz` answers.

        Raises LauncherError (AlreadyRunningError, PartDiedError) with everything stopped again.
        """
        self._held = Held(self.places, self.progress)
        try:
            self._start(self._held)
        except BaseException:
            self.stop()
            raise

    def check(self) -> None:
        """Raise PartDiedError if a part has ended."""
        check(self.children)

    def links(self) -> str:
        """Return the addresses and logins of the demo data; asked for once per address."""
        kept, fingerprint = (
            self.places.state / "links.txt",
            f"{stamps.demo()} {self.url} {self.parts.sandbox_port}",
        )
        if not stamps.done(self.places, "links", fingerprint):
            child = self._spawn(self.parts.manage("demo_links"))
            child.finish(JOB_SECONDS)
            kept.write_text(child.written(), encoding="utf-8")
            stamps.mark(self.places, "links", fingerprint)
        return kept.read_text(encoding="utf-8").rstrip()

    def stop(self) -> None:
        """Stop everything; what was not started is no matter."""
        if self._held is None:
            return
        stop(self._children, self._held.warden)
        self._children.clear()
        if self._servers is not None:
            self._servers.stop()
        self._held.release()
        self._held = None

    def _start(self, held: Held) -> None:
        self._servers = Servers(self.places, self._wishes, held.warden)
        self._servers.start(self.progress)
        with self.progress.step("database", "roles mig and app"):
            addresses = self._servers.database(self._database)
        with ports.listen(self._port) as listener:
            port = int(listener.getsockname()[1])
            if self._port not in {0, port}:
                self.progress.say(f"Port {self._port} is taken, using {port}.")
            self._parts = Parts(
                places=self.places,
                environ=self._environ,
                addresses=addresses,
                redis_url=self._servers.redis_url,
                port=port,
                sandbox_port=self._sandbox_port(),
            )
            self._prepare()
            self._serve(listener)
        held.note(self.url)

    def _prepare(self) -> None:
        """Bring tables and static files up to date while the sandbox starts."""
        pending = [self._sandbox()] if self.parts.sandbox_port else []
        pending += self._unless_done("migrations", stamps.migrations(), self.parts.migrate())
        pending += self._unless_done(
            "static", stamps.static_files(), self.parts.manage("collectstatic", "--noinput")
        )
        self.cold = any(starting.child.name == "migrations" for starting in pending)
        self._wait(pending)

    def _serve(self, listener: socket.socket) -> None:
        """Start web and worker; demo data at the first start."""
        pending = self._web(listener)
        worker = self._spawn(self.parts.worker())
        self._children += [*(starting.child for starting in pending), worker]
        pending.append(Starting(worker, "with beat", self.parts.worker_ready.exists))
        pending += self._unless_done("demo", stamps.demo(), self.parts.manage("load_demo"))
        self._wait(pending)

    def _web(self, listener: socket.socket) -> list[Starting]:
        """Start what answers on the product's port; one process here, several in tests."""
        web = self._spawn(self.parts.web(listener.fileno()))
        return [Starting(web, self.url, Probe(self.parts.port, "/readyz").ready)]

    def _sandbox(self) -> Starting:
        sandbox = self._spawn(self.parts.sandbox())
        self._children.append(sandbox)
        words = f"{self.parts.sandbox_url} in place of Stripe"
        return Starting(sandbox, words, lambda: self.parts.sandbox_url in sandbox.written())

    def _sandbox_port(self) -> int | None:
        """Find a free port: the wished one or the next; any where ours is any."""
        wished = self._wishes.sandbox_port
        return None if wished is None else ports.free(wished if self._port else 0)

    def _unless_done(self, name: str, fingerprint: str, order: Order) -> list[Starting]:
        """Start a job unless it was done with the same files and with our own database."""
        if self._wishes.database_url is None and stamps.done(self.places, name, fingerprint):
            return []
        child = self._spawn(order)
        child.name = name
        return [job(child, "done", lambda: stamps.mark(self.places, name, fingerprint))]

    def _spawn(self, order: Order) -> Child:
        if self._held is None:
            raise RuntimeError("The state folder is not held.")
        return spawn(order, self._held.warden)

    def _wait(self, pending: list[Starting]) -> None:
        """Wait for parts and jobs; a job that is left when another fails must not live on."""
        jobs = [starting.child for starting in pending if starting.child not in self._children]
        try:
            wait_for(pending, self.progress, self.children)
        finally:
            if self._held is not None:
                stop(jobs, self._held.warden, seconds=1)
