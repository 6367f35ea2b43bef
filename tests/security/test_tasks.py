"""What Celery runs: an id from elsewhere writes nothing, and twice is once."""

import inspect
from datetime import timedelta
from uuid import uuid4

import pytest
from celery import current_app
from django.conf import settings as product
from django.utils import timezone

from calls.models import Call, Callback, Endpoint
from marketplace.accounts.audit import SYSTEM
from merchants.scope import entered, operator_scope
from orders.models import Order, OrderForm
from payments.models import StripeEvent
from tests.factories.calls import ago, fresh, set_call
from tests.factories.orders import make_order
from tests.factories.payments import (
    check_out,
    connect,
    make_paid_order,
    payment_of,
    set_payment,
    settlement_of,
)
from tests.security.rows import Rows
from tests.security.words import ONE, TEAM_A, TEAM_B, THREE, TWO, leaks
from tests.security.world import NOBODYS_CODE, make_world

# Every task of ours and what its arguments are. None takes a tenant or an object of one.
TASKS = {
    "calls.sweep_calls": (),
    "calls.sweep_transfers": (),
    "calls.sweep_callbacks": (),
    "calls.forget_addresses": (),
    "calls.note_answer_times": (),
    "accounts.send_mails": (),
    "orders.expire_forms": (),
    "payments.apply_stripe_event": ("event_id",),
    "payments.apply_due_events": (),
    "payments.settle_due": (),
    "payments.reconcile_open_payments": (),
    "payments.expire_orders": (),
}
PERIODIC = [name for name, arguments in TASKS.items() if not arguments]


def registered() -> dict:
    current_app.loader.import_default_modules()
    return {name: t for name, t in current_app.tasks.items() if not name.startswith("celery.")}


@pytest.mark.proves("INV-T6", "INV-A8")
def test_every_task_has_a_row_in_the_table():
    found = {name: tuple(inspect.signature(t.run).parameters) for name, t in registered().items()}
    assert found == TASKS
    beaten = {entry["task"] for entry in product.CELERY_BEAT_SCHEDULE.values()}
    assert beaten <= set(PERIODIC)


def strange_ids(world, order) -> list[str]:
    """Ids that exist elsewhere, and ids that exist nowhere."""
    deal = world.deals["foreign"]
    payment = payment_of(order)
    rows = [order.id, order.code, payment.id, payment.session_id, world.b.id, deal.order.id]
    rows += [deal.order.code, deal.talk.call.code, deal.customer.id, settlement_of(order).id]
    nowhere = [uuid4(), NOBODYS_CODE, "", "evt_unknown", "%", "' OR 1=1 --", "x" * 5000, "\n", "é"]
    return [str(one) for one in [*rows, *nowhere]]


@pytest.mark.proves("INV-T6")
def test_strange_id_writes_nothing(stripe_sandbox):
    world, order = make_world(), make_paid_order(stripe_sandbox)
    StripeEvent.objects.create(event_id="evt_waits", kind="ping", next_at=timezone.now())
    rows, asked = Rows(), 0
    for name, arguments in TASKS.items():
        for strange in strange_ids(world, order) if arguments else ():
            registered()[name].run(**dict.fromkeys(arguments, strange))
            asked += 1
            assert rows.changed() == set(), (name, strange)
    assert asked >= 19
    # control: the right one writes
    registered()["payments.apply_stripe_event"].run(event_id="evt_waits")
    assert rows.changed() == {"payments_stripeevent"}


@pytest.mark.proves("INV-T6", "INV-P5")
@pytest.mark.parametrize(
    "kind", ["checkout.session.completed", "checkout.session.expired", "charge.updated"]
)
def test_event_about_an_object_of_somebody_else_writes_no_row_of_a_tenant(stripe_sandbox, kind):
    """Signed and ours, but about what Stripe never heard of, or in the name of an account."""
    world = make_world()
    session = check_out(world.deals["own"].order).session_id
    for number, (about, account) in enumerate(
        [("cs_unknown", ""), (str(world.a.id), ""), (session, "acct_of_b"), ("", "")]
    ):
        event_id = f"evt_{number}"
        StripeEvent.objects.create(
            event_id=event_id,
            kind=kind,
            object_id=about,
            account_id=account,
            next_at=timezone.now(),
        )
        rows = Rows()
        registered()["payments.apply_stripe_event"].run(event_id=event_id)
        assert rows.changed() == {"payments_stripeevent"}
        assert StripeEvent.objects.get(event_id=event_id).state == "quarantined"


def unsettled(stripe_sandbox) -> list[Call]:
    """Something due for each sweep, at two merchants; returns the calls that are over."""
    world = make_world()
    order = make_paid_order(stripe_sandbox)
    connect(stripe_sandbox, order.merchant_id)
    for which in ("own", "foreign"):
        check_out(world.deals[which].order)
        set_payment(world.deals[which].order, next_at=ago(1))
        old = {"requested_at": ago(99), "answered_at": ago(90)}
        set_call(world.deals[which].talk.call, **old)
        set_call(world.rings[which], requested_at=ago(99), ring_until=ago(5))
    StripeEvent.objects.create(event_id="evt_due", kind="ping", next_at=ago(1))
    past = timezone.now() - timedelta(days=2)
    held = make_order()
    with entered(operator_scope(SYSTEM)):
        # a revision that broke off while Stripe was being asked
        Order.objects.filter(pk=held.pk).update(revising_at=past)
        Endpoint.objects.update(last_seen_at=past, expires_at=past)
        OrderForm.objects.filter(state="open").update(expires_at=past)
        promised = Callback.objects.filter(pk=world.around["own"].callback.pk)
        promised.update(ready_at=past, ready_until=ago(1))
        Callback.objects.filter(pk=world.around["foreign"].callback.pk).update(expires_at=past)
    talks = [deal.talk.call for which, deal in world.deals.items() if which != "other"]
    return [*talks, *world.rings.values()]


@pytest.mark.proves("INV-S9", "INV-S4")
def test_each_periodic_task_run_twice_equals_once(stripe_sandbox):
    calls = unsettled(stripe_sandbox)
    rows, wrote = Rows(), {}
    for name in PERIODIC:
        registered()[name].run()
        wrote[name] = rows.changed()
        registered()[name].run()
        assert rows.changed() == set(), f"{name} did something again"
    assert {name for name, tables in wrote.items() if not tables} == set(), "control: all had work"
    transfers = len(stripe_sandbox.objects("transfer"))
    for name in (*PERIODIC, *reversed(PERIODIC)):
        registered()[name].run()
        assert rows.changed() == set(), f"{name} on settled rows"
    assert len(stripe_sandbox.objects("transfer")) == transfers == 1
    assert [fresh(call).state for call in calls] == ["failed", "failed", "missed", "missed"]


@pytest.mark.proves("INV-T5", "INV-S9")
def test_each_mail_goes_to_its_customer_once_and_holds_nobody_elses_words(db, mailoutbox):
    make_world()
    for _ in range(2):
        registered()["accounts.send_mails"].run()
    readable = {ONE: {ONE, TEAM_A}, TWO: {TWO, TEAM_A}, THREE: {THREE, TEAM_B}}
    found = {}
    for message in mailoutbox:
        (to,) = message.to
        (prefix,) = (one for one in readable if one in to)
        found[prefix] = leaks(message.message().as_bytes(), frozenset(readable[prefix]))
        assert message.message().get_content_type() == "text/plain"
    assert found == {ONE: [], TWO: [], THREE: []}
    assert len(mailoutbox) == 3
