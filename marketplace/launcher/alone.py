"""The Stripe sandbox alone, for those who run the product in another way."""

import os
import time
from functools import partial

from marketplace.launcher import environment, keys, ports
from marketplace.launcher.children import Child, spawn
from marketplace.launcher.holding import Held
from marketplace.launcher.parts import Parts
from marketplace.launcher.places import Places, default_state
from marketplace.launcher.progress import Progress
from marketplace.launcher.servers import Addresses
from marketplace.launcher.starting import Starting, check, wait_for

WATCH_SECONDS = 0.2


def run_sandbox() -> int:
    """Start the sandbox, print its address and webhook secret, watch it until Ctrl-C."""
    progress, wishes = Progress(), environment.read(os.environ)
    places = Places(default_state() / "sandbox")
    held = Held(places, progress)
    try:
        parts = Parts(
            places=places,
            environ=os.environ,
            addresses=Addresses("", ""),
            redis_url="",
            port=wishes.port,
            sandbox_port=ports.free(wishes.sandbox_port or 0),
        )
        _watch(parts, held, progress)
    except KeyboardInterrupt:
        progress.say("\nStopping.")
    finally:
        held.release()  # the warden ends what still runs
    return 0


def _watch(parts: Parts, held: Held, progress: Progress) -> None:
    sandbox = spawn(parts.sandbox(), held.warden)
    ready = Starting(sandbox, "in place of Stripe", partial(_listens, sandbox, parts.sandbox_url))
    wait_for([ready], progress, [sandbox])
    secret = keys.key(parts.places, "webhook")
    progress.say(f"sandbox: {parts.sandbox_url}")
    progress.say(f"webhook secret: {secret} for {parts.origin}/webhooks/stripe/")
    while True:
        check([sandbox])
        time.sleep(WATCH_SECONDS)


def _listens(sandbox: Child, url: str) -> bool:
    return url in sandbox.written()
