"""Statements of opening a form's socket: `python -m bench.form_queries CALL COOKIE ROLE`.

In the product's environment, over the whole application with session and origin check. The number
is printed last.
"""

import asyncio
import json
import os
import sys

from channels.testing import WebsocketCommunicator

from bench import statements
from marketplace.asgi import application


async def opened(call: str, cookie: str, role: str) -> list[str]:
    """Open the socket, take the snapshot, close it; returns what was asked until then."""
    headers = [(b"origin", os.environ["VISAVIS_ORIGIN"].encode()), (b"cookie", cookie.encode())]
    path = f"/ws/calls/{call}/form/{role}/"
    socket = WebsocketCommunicator(application, path, headers=headers)
    statements.watch()
    await socket.connect(timeout=10)
    frame = json.loads(await socket.receive_from(timeout=10))
    if frame["type"] != "form.snapshot":
        raise RuntimeError(f"no snapshot: {frame}")
    found = statements.said()
    await socket.disconnect()
    return found


if __name__ == "__main__":
    texts = asyncio.run(opened(*sys.argv[1:4]))
    print(*(text[:120].replace("\n", " ") for text in texts), len(texts), sep="\n")
