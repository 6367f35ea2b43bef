"""The doors for Celery and for the people who watch: messages after commit, frames to both sides."""

import asyncio

import pytest
from celery import current_app
from channels.db import database_sync_to_async
from django.conf import settings
from django.utils import timezone

from orders.groups import form_group, order_group
from payments import tasks
from payments.models import StripeEvent
from tests.factories.orders import make_order
from tests.factories.payments import (
    check_out,
    connect,
    payment_of,
    reload,
    set_payment,
    settlement_of,
    tell,
)
from tests.payments.stripe_sandbox import DECLINED, deliver


def test_every_scheduled_payment_task_has_its_name():
    current_app.loader.import_default_modules()
    mine = [entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()]
    mine = [name for name in mine if name.startswith("payments.")]
    assert len(mine) == 4
    assert {*mine, "payments.apply_stripe_event"} <= set(current_app.tasks)


@pytest.mark.proves("INV-P15")
def test_new_event_rings_the_worker_once_and_a_repeat_does_not(stripe_sandbox):
    order = make_order()
    stripe_sandbox.pay(check_out(order).session_id)
    event = stripe_sandbox.event("checkout.session.completed")
    with current_app.connection_for_read() as broker:
        queue = broker.SimpleQueue("celery")
        queue.clear()
        for _ in range(2):
            assert deliver(event) == 200
        message = queue.get(timeout=5)
        message.ack()
        assert message.headers["task"] == "payments.apply_stripe_event"
        assert message.payload[1] == {"event_id": event["id"]}
        with pytest.raises(queue.Empty):
            queue.get(block=False)
    tasks.apply_one_event(**message.payload[1])
    assert reload(order).state == "paid"


@pytest.mark.proves("INV-P15")
def test_broken_broker_does_not_break_the_webhook(stripe_sandbox, monkeypatch):
    order = make_order()
    stripe_sandbox.pay(check_out(order).session_id)
    monkeypatch.setattr(current_app, "send_task", _no_broker)
    assert deliver(stripe_sandbox.event("checkout.session.completed")) == 200
    tasks.sweep_events()
    assert reload(order).state == "paid"


def _no_broker(*_args, **_kwargs):
    raise ConnectionRefusedError


@pytest.mark.proves("INV-S9")
def test_every_sweep_twice_equals_once(stripe_sandbox):
    order = make_order()
    connect(stripe_sandbox, order.merchant_id)
    stripe_sandbox.pay(check_out(order).session_id)
    for kind in ("checkout.session.completed", "charge.updated"):
        assert deliver(stripe_sandbox.event(kind)) == 200
    for _ in range(2):
        set_payment(order, next_at=timezone.now())
        tasks.sweep_payments()
        tasks.sweep_events()
        tasks.sweep_settlements()
    assert (reload(order).state, settlement_of(order).state) == ("paid", "transferred")
    assert len(stripe_sandbox.objects("transfer")) == 1
    assert not StripeEvent.objects.filter(state="received").exists()


@pytest.mark.proves("P5.5", "M13", "C13")
async def test_both_sides_hear_each_stage_of_the_payment(stripe_sandbox, layer):
    order = await in_thread(make_order)
    ears = {}
    for group in (form_group(order.form_id), order_group(order.id)):
        ears[group] = await layer.new_channel()
        await layer.group_add(group, ears[group])
    await in_thread(pay_after_a_decline, stripe_sandbox, order)
    for channel in ears.values():
        frames = await heard(layer, channel, 4)
        stages = [(f["state"], f["stage"]) for f in frames if f["type"] == "payment.changed"]
        assert stages == [("open", "opened"), ("open", "declined"), ("succeeded", "paid")]
        assert {f["order"] for f in frames if f["type"] == "payment.changed"} == {order.code}
        (updated,) = [f for f in frames if f["type"] == "order.updated"]
        assert updated["order"]["state"] == "paid"


def pay_after_a_decline(sandbox, order) -> None:
    session = check_out(order).session_id
    sandbox.pay(session, DECLINED)
    tell(sandbox, "payment_intent.payment_failed")
    sandbox.pay(session)
    tell(sandbox, "checkout.session.completed")
    assert payment_of(order).stage == "paid"


async def in_thread(function, *args):
    return await database_sync_to_async(function, thread_sensitive=False)(*args)


async def heard(layer, channel: str, number: int) -> list[dict]:
    frames = []
    while len(frames) < number:
        event = await asyncio.wait_for(layer.receive(channel), 10)
        frames.append(event["frame"])
    return frames
