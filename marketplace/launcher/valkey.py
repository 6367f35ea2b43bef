"""Embedded Valkey: append-only file in the state folder, unix socket only."""

import signal
import socket
from dataclasses import dataclass
from pathlib import Path

from marketplace.launcher import binaries
from marketplace.launcher.children import Child, Order, spawn, stop
from marketplace.launcher.locks import FileLock
from marketplace.launcher.places import Places
from marketplace.launcher.waiting import Patience
from marketplace.launcher.warden import Warden

START_SECONDS = 30.0
OPTIONS = {
    "port": "0",
    "unixsocketperm": "700",
    "save": "",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "maxmemory-policy": "noeviction",
}


@dataclass
class Valkey:
    """The embedded broker and channel layer."""

    places: Places
    warden: Warden
    child: Child | None = None

    def __post_init__(self) -> None:
        """Find the binary; raises LauncherError with one sentence if there is none."""
        self.server = binaries.valkey()

    @property
    def socket(self) -> Path:
        """Path of the unix socket."""
        return self.places.run / "valkey.sock"

    def start(self) -> str:
        """Start the server, or adopt the one that a dead launcher left; returns which.

        Two servers on one append-only file would ruin it and Valkey does not look, so the running
        one holds a lock file through an inherited descriptor.
        """
        lock = FileLock(self.places.state / "valkey.lock")
        try:
            patience = Patience(START_SECONDS, "An old Valkey neither answers nor ends")
            while not lock.take():
                pid = self._pid()
                if pid is not None:
                    self.warden.watch(pid, signal.SIGTERM)
                    self.child = Child("valkey", pid, self.places.log("valkey"), signal.SIGTERM)
                    return "adopted"
                patience.pause()
            self._launch(lock.fd)
        finally:
            lock.close()
        return "started"

    def stop(self) -> None:
        """Stop the server; it writes its file first."""
        if self.child is not None:
            stop([self.child], self.warden)
            self.child = None

    def _launch(self, lock_fd: int) -> None:
        folder = self.places.state / "valkey"
        folder.mkdir(exist_ok=True, mode=0o700)
        options = OPTIONS | {"unixsocket": str(self.socket), "dir": str(folder)}
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        order = Order(
            name="valkey",
            command=[self.server.path, *words],
            log=self.places.log("valkey"),
            inherited=(lock_fd,),
        )
        self.child = spawn(order, self.warden)
        patience = Patience(START_SECONDS, f"Valkey does not answer; see {order.log}")
        while self._pid() is None:
            if self.child.code is not None:
                raise self.child.died()
            patience.pause()

    def _pid(self) -> int | None:
        """Return the server's process id if it answers on the socket."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(2)
                connection.connect(str(self.socket))
                connection.sendall(b"INFO server\r\n")
                told = connection.recv(8192)
        except OSError:
            return None
        for line in told.splitlines():
            if line.startswith(b"process_id:"):
                return int(line.partition(b":")[2])
        return None
