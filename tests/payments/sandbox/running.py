"""A real sandbox process, a real webhook receiver and the official SDK between them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import requests
import stripe

ROOT = Path(__file__).resolve().parents[3]
SECRET = "whsec_only_for_tests"
ORIGIN = "http://product.localhost:8000"


@dataclass
class RunningSandbox:
    """`python -m payments.sandbox` on a free port with its own database file."""

    database: Path
    webhook_url: str
    origin: str = ORIGIN
    process: subprocess.Popen[str] = field(init=False)
    url: str = field(init=False)

    def start(self) -> None:
        command = [sys.executable, "-m", "payments.sandbox", "--database", str(self.database)]
        command += [
            "--webhook-url",
            self.webhook_url,
            "--webhook-secret",
            SECRET,
            "--allow-origin",
            self.origin,
        ]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        match = re.fullmatch(r"sandbox: (http://127\.0\.0\.1:\d+)\n", line)
        assert match, line
        self.url = match[1]

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.terminate()
        return self._gone()

    def kill(self) -> None:
        self.process.kill()
        self._gone()

    def _gone(self) -> int:
        code = self.process.wait(timeout=10)
        self.process.stdout.close()
        return code

    def client(self, key: str = "sk_test_sandbox", retries: int = 0) -> stripe.StripeClient:
        addresses = {
            "api": self.url,
            "connect": self.url,
            "files": self.url,
            "meter_events": self.url,
        }
        return stripe.StripeClient(key, base_addresses=addresses, max_network_retries=retries)

    def control(self, path: str, **values: object) -> dict:
        answer = requests.post(f"{self.url}/_sandbox/{path}", json=values, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def look(self, path: str) -> dict | list:
        answer = requests.get(f"{self.url}/_sandbox/{path}", timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def contract(self) -> list[str]:
        return self.look("contract")


@dataclass(frozen=True)
class Received:
    """One webhook request as it arrived."""

    body: bytes
    signature: str
    at: float
    status: int

    @property
    def event(self) -> dict:
        return json.loads(self.body)

    def verified(self) -> stripe.Event:
        return stripe.Webhook.construct_event(self.body, self.signature, SECRET)


class Receiver:
    """Takes webhooks; answers 200, or the statuses in `answers` first."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answers: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver.answers.pop(0) if receiver.answers else 200
                receiver.received.append(
                    Received(body, self.headers["Stripe-Signature"], time.time(), status)
                )
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/webhooks/stripe/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def of_type(self, name: str) -> list[Received]:
        return [item for item in list(self.received) if item.event["type"] == name]

    def types(self) -> list[str]:
        return [item.event["type"] for item in list(self.received)]

    def clear(self) -> None:
        self.received.clear()
        self.answers.clear()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def until(condition: Callable[[], object], seconds: float = 20) -> object:
    """Waits for a condition; the last value it had."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.03)
    raise AssertionError(f"not within {seconds} s")


def session_params(amount: int = 4800, currency: str = "eur", **changes: object) -> dict:
    """An embedded session the way the product asks for one."""
    params = {
        "mode": "payment",
        "ui_mode": "embedded_page",
        "redirect_on_completion": "never",
        "client_reference_id": "order-1",
        "metadata": {"order": "order-1", "revision": "3"},
        "line_items": [
            {
                "quantity": 2,
                "price_data": {
                    "currency": currency,
                    "unit_amount": amount // 2,
                    "product_data": {"name": "Oolong, 100 g"},
                },
            }
        ],
        "payment_intent_data": {
            "transfer_group": "order_1",
            "metadata": {"order": "order-1"},
            "description": "Order 1",
        },
    }
    params.update(changes)
    return {name: value for name, value in params.items() if value is not None}


def hosted_params(**changes: object) -> dict:
    """A hosted session the way the product asks for one."""
    hosted = {
        "ui_mode": "hosted_page",
        "redirect_on_completion": None,
        "success_url": "http://product.localhost:8000/done?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://product.localhost:8000/back",
    }
    return session_params(**{**hosted, **changes})


def recipient_params(name: str = "Tea house") -> dict:
    return {
        "contact_email": "tea@example.com",
        "display_name": name,
        "dashboard": "express",
        "identity": {"country": "DE", "entity_type": "company"},
        "configuration": {
            "recipient": {
                "capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}
            }
        },
        "defaults": {
            "currency": "eur",
            "responsibilities": {
                "fees_collector": "application",
                "losses_collector": "application",
            },
        },
        "include": ["configuration.recipient", "requirements"],
    }


def page_of(sandbox: RunningSandbox, session: stripe.checkout.Session) -> str:
    """The address of a session's page."""
    return session.url or f"{sandbox.url}/embed/{session.client_secret}"


def pay(
    sandbox: RunningSandbox,
    session: stripe.checkout.Session,
    number: str = "4242 4242 4242 4242",
    **changes: str,
) -> requests.Response:
    """What the page's own script sends."""
    form = {
        "email": "lena@example.com",
        "number": number,
        "expiry": "12 / 34",
        "cvc": "123",
        "name": "Lena Berg",
        **changes,
    }
    headers = {"Accept": "application/json"}
    return requests.post(page_of(sandbox, session), data=form, headers=headers, timeout=10)


def paid_charge(sandbox: RunningSandbox, **changes: object) -> stripe.Charge:
    """A session paid with 4242, and its charge once its balance transaction is there."""
    client = sandbox.client()
    session = client.v1.checkout.sessions.create(session_params(**changes))
    assert pay(sandbox, session).status_code == 200
    done = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    charge_id = done.payment_intent.latest_charge
    until(lambda: client.v1.charges.retrieve(charge_id).balance_transaction)
    return client.v1.charges.retrieve(charge_id)


def active_account(sandbox: RunningSandbox) -> str:
    account = sandbox.client().v2.core.accounts.create(recipient_params())
    sandbox.control(f"accounts/{account.id}/activate")
    return account.id
