"""Signing in, money rows, and counting queries."""

from datetime import timedelta

from asgiref.sync import async_to_sync
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from marketplace.accounts.audit import SYSTEM
from marketplace.accounts.models import User
from merchants.scope import entered, operator_scope
from orders.models import Order
from payments.models import Payment, Settlement, StripeEvent


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def make_payment(order: Order, **fields) -> Payment:
    given = {
        "merchant_id": order.merchant_id,
        "customer_id": order.customer_id,
        "order": order,
        "revision": order.form_revision,
        "amount_minor": order.total_minor,
        "currency": order.currency,
        "state": "succeeded",
        "stage": "paid",
        "expires_at": timezone.now() + timedelta(hours=1),
        **fields,
    }
    with entered(operator_scope(SYSTEM)):
        return Payment.objects.create(**given)


def make_settlement(payment: Payment, **fields) -> Settlement:
    given = {
        "merchant_id": payment.merchant_id,
        "order_id": payment.order_id,
        "payment": payment,
        "amount_minor": 4416,
        "commission_minor": 384,
        "currency": payment.currency,
        "due_at": timezone.now(),
        **fields,
    }
    with entered(operator_scope(SYSTEM)):
        return Settlement.objects.create(**given)


def make_event(number: int, **fields) -> StripeEvent:
    with entered(operator_scope(SYSTEM)):
        return StripeEvent.objects.create(
            event_id=f"evt_{number}", **{"kind": "checkout.session.completed", **fields}
        )


def streamed(response) -> str:
    """Return what a page sends bit by bit."""

    async def collected() -> bytes:
        return b"".join([chunk async for chunk in response.streaming_content])

    return async_to_sync(collected)().decode()
