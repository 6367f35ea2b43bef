"""TCP ports: only the web server and the sandbox have one."""

import errno
import socket

from marketplace.launcher.errors import LauncherError

TRIES = 100


def listen(port: int, *, host: str = "127.0.0.1") -> socket.socket:
    """Return a listening socket on this port or the next free one; port 0 takes any.

    The socket is handed to the server, so nobody can take the port between the choice and the
    start.
    """
    for candidate in range(port, port + TRIES) if port else (0,):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, candidate))
            listener.listen(128)
        except OSError as error:
            listener.close()
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
            continue
        return listener
    raise LauncherError(f"No port from {port} to {port + TRIES - 1} is free.")


def free(port: int, *, host: str = "127.0.0.1") -> int:
    """Return this port or the next free one, for a server that cannot take over a socket."""
    listener = listen(port, host=host)
    try:
        return int(listener.getsockname()[1])
    finally:
        listener.close()
