"""A flood is held back by the wire itself; a burst arrives whole and in order. On a real Daphne."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from contextlib import AsyncExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

ROOT = Path(__file__).parents[2]
FRAME, MANY = "x" * 16_384, 5_000
pytestmark = pytest.mark.integration


class Address(str):
    """Where it listens, and as which process."""

    __slots__ = ("process",)

    def __new__(cls, url: str, process: int) -> "Address":
        found = super().__new__(cls, url)
        found.process = process
        return found


@contextmanager
def daphne(*, held: bool, takes: float = 0.002):
    """The slow application, with or without our protocol."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(
        [*command, "tests.core.slow_app:application"],
        cwd=ROOT,
        env={**os.environ, "HOLD_BACK": "1" if held else "", "TAKES": str(takes)},
    )
    try:
        _wait_for(port, process)
        yield Address(f"ws://127.0.0.1:{port}/", process.pid)
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int, process: subprocess.Popen) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.05)
    raise RuntimeError("the application did not start")


async def got_rid_of(url: str) -> int:
    """How many large frames a sender loses who reads no answer, until nothing moves for a second."""
    sent = 0
    async with connect(url, compression=None, close_timeout=0) as client:
        with suppress(TimeoutError):
            for _ in range(MANY):
                async with asyncio.timeout(1):
                    await client.send(FRAME)
                sent += 1
        client.transport.abort()
    return sent


@pytest.mark.proves("INV-C13")
async def test_sender_is_held_back_while_its_frames_wait():
    with daphne(held=True, takes=2) as url:
        assert await got_rid_of(url) < MANY // 2


@pytest.mark.proves("INV-C13")
async def test_control_without_it_the_server_takes_everything_there_is():
    with daphne(held=False, takes=2) as url:
        assert await got_rid_of(url) == MANY


async def test_burst_arrives_whole_and_in_order():
    with daphne(held=True) as url:
        async with connect(url, compression=None) as client:
            for _ in range(500):
                await client.send("x")
            assert [await client.recv() for _ in range(500)] == [str(n) for n in range(1, 501)]


async def test_who_sends_on_after_the_close_still_learns_why_or_is_cut_off():
    with daphne(held=True) as url:
        async with connect(url, compression=None) as client:
            await client.send("close")
            with pytest.raises(ConnectionClosed) as caught:
                await client.recv()
            assert caught.value.rcvd.code == 4429
        async with connect(url, compression=None) as client:
            with pytest.raises(ConnectionClosed):
                for _ in range(100_000):
                    await client.send("close")


async def grown(process: int, url: str, readers: int) -> int:
    """By how many bytes the server grows while readers do not read what they asked for."""
    before = memory(process)
    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(connect(url, compression=None, close_timeout=0))
            for _ in range(readers)
        ]
        for client in clients:
            client.transport.pause_reading()
            await client.send("flood")
        most = 0
        for _ in range(60):
            await asyncio.sleep(0.05)
            most = max(most, memory(process) - before)
        for client in clients:
            client.transport.abort()
    return most


def memory(process: int) -> int:
    """Resident bytes of a process."""
    pages = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.proves("INV-F12")
async def test_ten_who_do_not_read_cost_less_than_a_megabyte_each():
    with daphne(held=True) as url:
        most = await grown(url.process, url, 10)
    print(f"ten stalled readers: {most / 2**20:.1f} MiB")
    assert most < 10 * 2**20


@pytest.mark.proves("INV-F12")
async def test_control_without_the_bound_they_cost_what_they_were_sent():
    with daphne(held=False) as url:
        assert await grown(url.process, url, 3) > 30 * 2**20


@pytest.mark.proves("INV-F12")
async def test_who_did_not_read_is_told_to_come_again_and_then_gets_everything():
    with daphne(held=True) as url:
        async with connect(url, compression=None, max_queue=1) as client:
            client.transport.pause_reading()
            await client.send("flood")
            await asyncio.sleep(0.5)
            client.transport.resume_reading()
            with pytest.raises(ConnectionClosed) as caught:
                for _ in range(20 * 64):
                    await client.recv()
            assert caught.value.rcvd.code == 4430
        async with connect(url, compression=None) as client:
            await client.send("x")
            assert await client.recv() == "1"
