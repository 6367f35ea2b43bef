"""An application that takes its time over every frame and answers with the frame's number.

`close` closes; `flood` sends twenty megabytes, as fast as the loop goes round.
"""

import asyncio
import os

from marketplace.backpressure import hold_back

SECONDS = float(os.environ.get("TAKES", "0.002"))
if os.environ.get("HOLD_BACK"):
    hold_back()


async def application(scope, receive, send):
    assert scope["type"] == "websocket"
    await receive()
    await send({"type": "websocket.accept"})
    number = 0
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return
        if message.get("text") == "close":
            await send({"type": "websocket.close", "code": 4429})
            continue
        if message.get("text") == "flood":
            for _ in range(20 * 64):
                await send({"type": "websocket.send", "text": "x" * 16_384})
                await asyncio.sleep(0)
        number += 1
        await asyncio.sleep(SECONDS)
        await send({"type": "websocket.send", "text": str(number)})
