"""Asks a web server that is still starting, without waiting for its answer."""

import select
import socket

WAIT_SECONDS = 0.05


class Probe:
    """A GET that may be asked for again and again until it is answered with 200.

    The product's port listens before Daphne runs (the socket is handed over), so a plain request
    would hang and hide the death of another part.
    """

    def __init__(self, port: int, path: str, *, host: str = "127.0.0.1") -> None:
        """Ask nothing yet."""
        self._address = (host, port)
        self._request = f"GET {path} HTTP/1.0\r\nHost: {host}:{port}\r\n\r\n".encode()
        self._connection: socket.socket | None = None

    def ready(self) -> bool:
        """Tell whether a good answer is there; after a bad one the next call asks anew."""
        try:
            if self._connection is None:
                self._connection = socket.create_connection(self._address, timeout=1)
                self._connection.sendall(self._request)
            if not select.select([self._connection], [], [], WAIT_SECONDS)[0]:
                return False
            good = b" 200 " in self._connection.recv(64)
        except OSError:
            good = False
        self.close()
        return good

    def close(self) -> None:
        """Drop the question."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
