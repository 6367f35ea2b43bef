"""One socket that floods: `python -m bench.flooder URL CALL COOKIE`, a process of its own.

It says garbage, refused descriptions and good candidates as fast as the socket takes them. Closed
by rule it comes back after a second, as our own pages do at the earliest. Ends when its input ends;
then prints how many frames it got rid of and how often it was closed.
"""

import asyncio
import json
import sys
from contextlib import suppress

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bench.signal import describe, trickle

COMES_BACK_SECONDS = 1.0
KINDS = [
    json.dumps({**describe(0), "id": 1}),
    json.dumps({"type": "signal.describe", "generation": 1, "description": "x" * 30_000}),
    json.dumps({"type": "no.such", "id": 1}),
    "{" * 1000,
    *[json.dumps({**trickle(number), "id": number}) for number in range(20)],
]


async def flood(url: str, call: str, cookie: str, count: dict[str, int]) -> None:
    """Flood until cancelled."""
    address = f"{url.replace('http', 'ws')}/ws/calls/{call}/customer/"
    while True:
        socket = await connect(
            address,
            origin=url,  # type: ignore[arg-type]
            additional_headers={"Cookie": cookie},
            compression=None,
        )
        reader = asyncio.create_task(_read(socket))
        try:
            await _flood_once(socket, count)
        finally:
            reader.cancel()
            await socket.close()
        await asyncio.sleep(COMES_BACK_SECONDS)


async def _flood_once(socket: ClientConnection, count: dict[str, int]) -> None:
    """Flood until the socket is closed by the other end."""
    try:
        while True:
            await socket.send(KINDS[count["frames"] % len(KINDS)])
            count["frames"] += 1
            if count["frames"] % 50 == 0:
                await asyncio.sleep(0)
    except ConnectionClosed:
        count["closed"] += 1


async def _read(socket: ClientConnection) -> None:
    with suppress(ConnectionClosed):
        async for _text in socket:
            pass


async def main() -> None:
    """Flood until standard input closes."""
    count = {"frames": 0, "closed": 0}
    flooding = asyncio.create_task(flood(*sys.argv[1:4], count))
    print("flooding", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    if flooding.done():
        flooding.result()
    flooding.cancel()
    print(json.dumps(count))


if __name__ == "__main__":
    asyncio.run(main())
