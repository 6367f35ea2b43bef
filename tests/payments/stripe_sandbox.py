"""Drives the real sandbox process from tests, and signs its events as it would."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
import stripe
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]
SECRET = "whsec_for_payment_tests"
GOOD, DECLINED = "4242424242424242", "4000000000000002"


class StripeSandbox:
    """The running sandbox, by its control addresses."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.http = requests.Session()

    def control(self, path: str, **values):
        answer = self.http.post(f"{self.base}/_sandbox/{path}", json=values, timeout=10)
        assert answer.ok, answer.text
        return answer.json()

    def reset(self) -> None:
        self.control("clock", offset=0)
        self.control("reset")

    def pay(self, session_id: str, card: str = GOOD) -> int:
        answer = self.http.post(
            f"{self.base}/_sandbox/sessions/{session_id}/pay",
            json={"card": card, "email": "lena@example.com", "name": "Lena"},
            timeout=10,
        )
        return answer.status_code

    def activate(self, account_id: str) -> None:
        self.control(f"accounts/{account_id}/activate")

    def objects(self, kind: str) -> list[dict]:
        answer = self.http.get(f"{self.base}/_sandbox/state", params={"kind": kind}, timeout=10)
        return answer.json()["objects"].get(kind, [])

    def contract(self) -> list[str]:
        return self.http.get(f"{self.base}/_sandbox/contract", timeout=30).json()

    def events(self, *kinds: str) -> list[dict]:
        """The events so far, oldest first."""
        found = [
            {name: value for name, value in event.items() if name != "_account"}
            for event in reversed(self.objects("event"))
        ]
        return [event for event in found if not kinds or event["type"] in kinds]

    def event(self, kind: str, seconds: float = 5) -> dict:
        """The newest event of a kind; some come a moment later, as on Stripe."""
        until = time.monotonic() + seconds
        while not (found := self.events(kind)):
            assert time.monotonic() < until, f"no {kind}"
            time.sleep(0.02)
        return found[-1]


def signed(
    event: dict | bytes, *, secret: str = SECRET, at: int | None = None
) -> tuple[bytes, str]:
    """A body and its Stripe-Signature header, made by Stripe's own signer."""
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    header = stripe.WebhookSignature.generate_signature_header(body.decode(), secret, timestamp=at)
    return body, header


def send(body: bytes, header: str | None) -> int:
    """Deliver a webhook to the product's own view."""
    headers = {} if header is None else {"stripe-signature": header}
    answer = Client(enforce_csrf_checks=True).post(
        "/webhooks/stripe/", data=body, content_type="application/json", headers=headers
    )
    return answer.status_code


def deliver(event: dict, **how) -> int:
    return send(*signed(event, **how))


@contextmanager
def running_sandbox(folder: Path) -> Iterator[StripeSandbox]:
    """Start the sandbox on a free port; it sends no webhooks by itself, the tests do."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "payments.sandbox", "--port", str(port)]
    command += ["--database", str(folder / "sandbox.sqlite3")]
    log = (folder / "sandbox.log").open("wb")
    process = subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stdout=log, stderr=log)
    sandbox = StripeSandbox(f"http://127.0.0.1:{port}")
    try:
        _wait(sandbox, process, folder)
        yield sandbox
    finally:
        process.terminate()
        process.wait(10)
        log.close()


def _wait(sandbox: StripeSandbox, process: subprocess.Popen, folder: Path) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert process.poll() is None, (folder / "sandbox.log").read_text()
        try:
            if sandbox.http.get(f"{sandbox.base}/_sandbox/health", timeout=1).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.05)
    raise AssertionError("the sandbox did not start")
