"""The worker: sends webhooks that are due and does chores that are due.

What to do is in rows, so a restart goes on where a kill stopped. A webhook that was being sent when
the process died is sent again; receivers see duplicates with Stripe as well.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import time
from dataclasses import dataclass

import requests
from stripe import WebhookSignature

from payments.sandbox.errors import ApiError
from payments.sandbox.host import Sandbox
from payments.sandbox.rows import chores, deliveries, objects
from payments.sandbox.rows.chores import Chore
from payments.sandbox.rows.deliveries import Attempt, Delivery
from payments.sandbox.rows.settings import strike
from payments.sandbox.rules.charges import FILL_CHARGE, fill
from payments.sandbox.rules.checkout import EXPIRE_SESSION, expire_session
from payments.sandbox.world import World

logger = logging.getLogger(__name__)
PARALLEL = 8
TIMEOUT = (3.05, 10)


@dataclass(frozen=True)
class Letter:
    """A delivery with all it takes to send it; `drop`: fails without being sent."""

    delivery: Delivery
    url: str
    secret: str
    payload: str
    drop: bool


class Worker:
    """One thread that waits for the next due time, and one short-lived thread per webhook being
    sent.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._sending = 0
        self._counting = threading.Lock()
        self._thread = threading.Thread(target=self._loop, name="sandbox-worker", daemon=True)

    def start(self) -> None:
        """Run until `stop`."""
        self._sandbox.on_commit = self._wake.set
        self._thread.start()

    def stop(self) -> None:
        """Take up nothing new; what is being sent is taken up again by the next start."""
        self._stopped.set()
        self._wake.set()
        self._thread.join(timeout=5)

    def _loop(self) -> None:
        while not self._stopped.is_set():
            self._wake.clear()
            try:
                wait = self._do_due()
            except Exception:
                logger.exception("the sandbox's worker failed")
                wait = 1.0
            self._wake.wait(wait)

    def _do_due(self) -> float | None:
        """Do what is due; seconds until the next thing is, None when only a commit can bring
        something.
        """
        free = PARALLEL - self._sending
        with self._sandbox.store.transaction() as db:
            world = World(db, self._sandbox.base_url)
            for chore in chores.due(db, world.clock):
                _do_chore(world, chore)
                chores.remove(db, chore)
            letters = [
                _letter(world, delivery) for delivery in deliveries.take_due(db, world.clock, free)
            ]
            # With no hand free, the end of a sending wakes the loop; a due time would spin it.
            next_delivery = deliveries.next_due(db) if len(letters) < free else None
            due = [at for at in (next_delivery, chores.next_due(db)) if at is not None]
            wait = max(0.0, min(due) - world.clock) if due else None
        for letter in letters:
            self._count(1)
            threading.Thread(target=self._send, args=(letter,), daemon=True).start()
        return wait

    def _send(self, letter: Letter) -> None:
        try:
            attempt = _attempt(letter)
            with self._sandbox.store.transaction() as db:
                _record(World(db, self._sandbox.base_url), letter.delivery, attempt)
        except sqlite3.ProgrammingError:
            logger.info(
                "stopped while sending %s; the next start sends it again", letter.delivery.event
            )
        finally:
            self._count(-1)
            self._wake.set()

    def _count(self, change: int) -> None:
        with self._counting:
            self._sending += change


def _do_chore(world: World, chore: Chore) -> None:
    """Chores whose object has moved on have nothing to do."""
    stored = objects.find(world.db, chore.subject)
    if stored is None:
        return
    try:
        if chore.kind == FILL_CHARGE:
            fill(world, stored)
        elif chore.kind == EXPIRE_SESSION:
            expire_session(world, stored)
    except ApiError as error:
        logger.debug("chore %s of %s: %s", chore.kind, chore.subject, error.message)


def _letter(world: World, delivery: Delivery) -> Letter:
    event, endpoint = (
        objects.find(world.db, delivery.event),
        objects.find(world.db, delivery.endpoint),
    )
    if event is None or endpoint is None:
        raise RuntimeError(f"delivery {delivery.id} lost its event or endpoint")
    payload = json.dumps(event.body, indent=2)
    secret = str(endpoint.private.get("secret") or "")
    return Letter(delivery, endpoint.body["url"], secret, payload, strike(world.db, "drop_first"))


def _attempt(letter: Letter) -> Attempt:
    """Send the webhook with a signature made just now; a redirect counts as a failure, as with
    Stripe.
    """
    started, error, status = time.time(), None, None
    if letter.drop:
        return Attempt(started, None, "dropped on purpose", 0)
    signature = WebhookSignature.generate_signature_header(letter.payload, letter.secret)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": signature,
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
    }
    try:
        with requests.Session() as session:
            session.trust_env = False
            body = letter.payload.encode()
            status = session.post(
                letter.url, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False
            ).status_code
    except requests.RequestException as failure:
        error = str(failure)[:300]
    return Attempt(started, status, error, int((time.time() - started) * 1000))


def _record(world: World, delivery: Delivery, attempt: Attempt) -> None:
    """Log the attempt; a failed one is due again after the next back-off, if there is one."""
    delays = world.config.retry_delays
    retry_at = world.clock + delays[delivery.attempts] if delivery.attempts < len(delays) else None
    deliveries.record(world.db, delivery, attempt, retry_at=None if attempt.succeeded else retry_at)
    event = objects.find(world.db, delivery.event)
    if event:
        event.body["pending_webhooks"] = deliveries.outstanding(world.db, event.id)
        world.save(event)
