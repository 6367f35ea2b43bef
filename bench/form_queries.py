"""Statements of opening a form's socket: `python -m bench.form_queries CALL COOKIE ROLE`.

In the product's environment, over the whole application with session and origin check; counted on
every connection, in whatever thread. BEGIN and COMMIT count, and several in one message too.
"""

import asyncio
import json
import os
import sys

from django.db.backends.signals import connection_created

COUNTED = []


def count(connection, **_given):
    connection.force_debug_cursor = True
    COUNTED.append(connection)


connection_created.connect(count)

from channels.testing import WebsocketCommunicator  # noqa: E402

from marketplace.asgi import application  # noqa: E402


async def opened(call: str, cookie: str, role: str) -> None:
    """Open the socket, take the snapshot, close it."""
    headers = [(b"origin", os.environ["VISAVIS_ORIGIN"].encode()), (b"cookie", cookie.encode())]
    path = f"/ws/calls/{call}/form/{role}/"
    socket = WebsocketCommunicator(application, path, headers=headers)
    await socket.connect(timeout=10)
    frame = json.loads(await socket.receive_from(timeout=10))
    if frame["type"] != "form.snapshot":
        raise RuntimeError(f"no snapshot: {frame}")
    print(statements())
    await socket.disconnect()


def statements() -> int:
    """Return how many PostgreSQL ran so far."""
    said = [query["sql"] for connection in set(COUNTED) for query in connection.queries_log]
    if "-v" in sys.argv:
        print("\n".join(text[:200] for text in said))
    return sum(len(text.rstrip(";").split(";\n")) for text in said)


if __name__ == "__main__":
    asyncio.run(opened(*sys.argv[1:4]))
