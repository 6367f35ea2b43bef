"""A request to be called back: left, promised, called through, closed, grown old."""

from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from calls.callbacks import masked, promised, stand_of
from calls.errors import (
    CallbackOverError,
    CustomerBlockedError,
    MerchantSuspendedError,
    ReachMissingError,
    ReadyNotAtDeskError,
    ReadyTakenError,
    RequestsTooOftenError,
)
from calls.models import Block, Callback
from calls.services import callback as module
from calls.services import leave_callback as leaving
from calls.services.answer_call import accept_call
from calls.services.callback import (
    READY_FOR,
    close_callback,
    withdraw_ready,
)
from calls.services.leave_callback import Reach, leave_callback
from calls.services.request_call import request_call
from calls.states import CALLBACK_MOVES, CALLBACK_OPEN, CallbackState, CloseReason
from calls.tasks import sweep_callbacks
from marketplace.accounts.audit import SYSTEM
from marketplace.core.errors import DomainError, NotFoundError
from merchants.access import scope_of_customer
from merchants.scope import entered, operator_scope
from tests.calls.test_races import at_once, won
from tests.factories.calls import make_endpoint, make_ringing_call, published, trail
from tests.factories.merchants import change_merchant, make_member, make_merchant, scope_of_member
from tests.factories.people import make_customer
from tests.factories.requests import (
    REACH,
    colleague,
    leave_desks,
    mails,
    make_ready,
    make_request,
    say_ready,
    set_request,
)

pytestmark = pytest.mark.usefixtures("db")


def leave(customer, merchant, reach=REACH, **wanted):
    with entered(scope_of_customer(customer)):
        return leave_callback(merchant, reach, **wanted)


def close(asked, reason=CloseReason.REACHED):
    with entered(asked.seller_scope):
        return close_callback(asked.code, reason=reason)


def count() -> int:
    with entered(operator_scope(SYSTEM)):
        return Callback.objects.count()


def execute(statement: str, parameters) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


# -- leaving -------------------------------------------------------------------------------


@pytest.mark.proves("C14", "C15")
def test_request_waits_with_its_way_to_be_reached_for_thirty_days():
    asked = make_request(cause="not_answered")
    row = asked.row
    assert (row.state, row.name, row.email, row.phone) == (
        "waiting",
        "Lena",
        "lena@example.com",
        "+49 40 123456",
    )
    assert row.cause == "not_answered"
    assert timedelta(days=29) < row.expires_at - timezone.now() <= timedelta(days=30)
    assert [entry.action for entry in trail(subject_id=row.pk)] == ["callback.left"]


@pytest.mark.proves("C14")
@pytest.mark.parametrize("reach", [Reach(email="a@b.example"), Reach(phone="12345")])
def test_one_way_to_be_reached_is_enough(reach):
    assert make_request(reach=reach).row.state == "waiting"


def test_without_a_way_to_be_reached_nothing_is_kept():
    with pytest.raises(ReachMissingError):
        make_request(reach=Reach(name="Lena"))
    assert count() == 0


@pytest.mark.proves("C14")
def test_second_request_of_the_pair_changes_the_open_one():
    asked = make_request()
    leave(asked.customer, asked.merchant, Reach(name="Lena S", phone="99999"))
    assert count() == 1
    assert (asked.row.name, asked.row.email, asked.row.phone) == ("Lena S", "", "99999")


@pytest.mark.proves("C14")
def test_after_a_closed_request_another_may_be_left():
    asked = make_request()
    close(asked)
    leave(asked.customer, asked.merchant)
    assert count() == 2


def test_suspended_merchant_takes_no_requests_and_a_closed_storefront_does():
    merchant = make_merchant(accepting_calls=False)
    assert make_request(merchant).row.state == "waiting"
    change_merchant(merchant, state="suspended")
    with pytest.raises(MerchantSuspendedError):
        make_request(merchant)


def test_blocked_customer_leaves_no_request_until_the_block_is_lifted():
    merchant, customer = make_merchant(), make_customer()
    member = make_member(merchant)
    with entered(operator_scope(SYSTEM)):
        block = Block.objects.create(merchant=merchant, customer=customer, member=member)
    with pytest.raises(CustomerBlockedError):
        make_request(merchant, customer)
    with entered(operator_scope(SYSTEM)):
        Block.objects.filter(pk=block.pk).update(lifted_at=timezone.now())
    assert make_request(merchant, customer).row.state == "waiting"


def test_one_customer_leaves_only_so_many_requests_an_hour(settings):
    settings.CALLBACKS_PER_HOUR = 2
    customer = make_customer()
    first = make_request(customer=customer)
    make_request(customer=customer)
    with pytest.raises(RequestsTooOftenError):
        make_request(customer=customer)
    leave(customer, first.merchant)  # changing the open one is no new request
    make_request()  # and somebody else is not held up


# -- ready ---------------------------------------------------------------------------------


@pytest.mark.proves("C14", "C15")
def test_ready_promises_half_an_hour_and_queues_one_mail():
    asked = make_ready()
    row = asked.row
    assert (row.state, row.ready_member, row.ready_name) == (
        "ready",
        asked.member,
        asked.member.user.name,
    )
    assert timedelta(minutes=29) < row.ready_until - timezone.now() <= READY_FOR
    assert promised(row)
    (mail,) = mails()
    assert (mail.to, mail.merchant_id, mail.until) == (
        row.email,
        asked.merchant.id,
        row.ready_until,
    )


def test_ready_said_again_lasts_longer_and_sends_no_second_mail():
    asked = make_ready()
    sooner = timezone.now() + timedelta(minutes=5)
    set_request(asked, ready_until=sooner)
    say_ready(asked)
    assert asked.row.ready_until > sooner + timedelta(minutes=20)
    assert len(mails()) == 1
    assert asked.row.key_epoch == 1


def test_member_who_is_at_no_desk_cannot_say_ready():
    asked = make_request()
    with pytest.raises(ReadyNotAtDeskError):
        say_ready(asked)
    make_endpoint(asked.member)
    leave_desks(asked.member)
    with pytest.raises(ReadyNotAtDeskError):
        say_ready(asked)
    assert (asked.row.state, mails()) == ("waiting", [])


def test_colleague_cannot_take_a_promise_that_holds_but_one_that_ran_out():
    asked = make_ready()
    other = colleague(asked)
    with pytest.raises(ReadyTakenError) as caught:
        say_ready(asked, other)
    assert caught.value.data["member"] == asked.member.user.name
    set_request(
        asked,
        ready_at=timezone.now() - timedelta(hours=1),
        ready_until=timezone.now() - timedelta(seconds=1),
    )
    say_ready(asked, other)
    assert asked.row.ready_member == other
    assert len(mails()) == 2


def test_customer_without_an_address_gets_no_mail():
    make_ready(make_request(reach=Reach(phone="+49 40 1234")))
    assert mails() == []


def test_promise_taken_back_lets_the_customer_wait_again():
    asked = make_ready()
    with entered(asked.seller_scope):
        withdraw_ready(asked.code)
        withdraw_ready(asked.code)
    row = asked.row
    assert (row.state, row.ready_member, row.ready_until, row.key_epoch) == (
        "waiting",
        None,
        None,
        2,
    )


def test_promise_that_runs_out_is_swept_and_not_shown_before():
    asked, other = make_ready(), make_ready()
    set_request(
        asked,
        ready_at=timezone.now() - timedelta(hours=1),
        ready_until=timezone.now() - timedelta(seconds=1),
    )
    assert stand_of(asked.row)["state"] == "waiting"
    assert (sweep_callbacks(), sweep_callbacks()) == (1, 0)
    assert (asked.row.state, other.row.state) == ("waiting", "ready")


# -- endings -------------------------------------------------------------------------------


@pytest.mark.proves("C15")
def test_answered_call_of_the_two_ends_the_request():
    asked = make_request()
    call = make_ringing_call(member=asked.member, customer=asked.customer)
    assert asked.row.state == "waiting"  # ringing is not talking
    with entered(asked.seller_scope):
        accept_call(call.code, member=asked.member, endpoint=call.endpoint_hint.code)
    assert asked.row.state == "called"
    assert asked.row.closed_at is not None


def test_answered_call_of_another_customer_leaves_the_request_open():
    asked = make_request()
    call = make_ringing_call(member=asked.member)
    with entered(asked.seller_scope):
        accept_call(call.code, member=asked.member, endpoint=call.endpoint_hint.code)
    assert asked.row.state == "waiting"


def test_closed_request_says_why_and_takes_no_promise():
    asked = make_request()
    make_endpoint(asked.member)
    close(asked, CloseReason.CANNOT_HELP)
    close(asked, CloseReason.REACHED)  # a repeat changes nothing
    assert (asked.row.state, asked.row.close_reason) == ("closed", "cannot_help")
    with pytest.raises(CallbackOverError):
        say_ready(asked)


def test_request_older_than_thirty_days_expires():
    asked, other = make_request(), make_request()
    set_request(asked, expires_at=timezone.now())
    assert (sweep_callbacks(), sweep_callbacks()) == (1, 0)
    assert (asked.row.state, other.row.state) == ("expired", "waiting")


@pytest.mark.proves("INV-C1")
def test_ended_request_never_moves_even_by_raw_statement():
    asked = make_request()
    close(asked)
    for state in set(CallbackState) - {CallbackState.CLOSED}:
        with pytest.raises(IntegrityError), entered(operator_scope(SYSTEM)):
            execute("UPDATE calls_callback SET state = %s", [str(state)])
    assert all(not CALLBACK_MOVES[state] for state in set(CallbackState) - CALLBACK_OPEN)


@pytest.mark.parametrize(
    ("reach", "shown"),
    [
        ("lena@example.com", "l•••@example.com"),
        ("+49 40 123456", "+4•••56"),
        ("@", "•••@"),
    ],
)
def test_reach_is_masked(reach, shown):
    assert masked(reach) == shown


# -- walls ---------------------------------------------------------------------------------


@pytest.mark.proves("INV-T13")
def test_customers_role_cannot_promise_or_answer_even_by_raw_statement():
    asked = make_request()
    now = timezone.now()
    for state in ("ready", "called"):
        with pytest.raises(IntegrityError, match="only the merchant"), entered(asked.buyer_scope):
            execute(
                "UPDATE calls_callback SET state = %s, ready_member_id = %s, ready_at = %s,"
                " ready_until = %s",
                [state, asked.member.pk, now, now + READY_FOR],
            )


@pytest.mark.proves("INV-T13", "INV-T1")
def test_nobody_else_finds_a_request():
    asked, other = make_ready(), make_request()
    for scope in (scope_of_customer(make_customer()), scope_of_member(other.member)):
        for work in (
            lambda: close_callback(asked.code, reason=CloseReason.REACHED),
            lambda: withdraw_ready(asked.code),
        ):
            with entered(scope), pytest.raises(NotFoundError):
                work()
    assert asked.row.state == "ready"


@pytest.mark.proves("INV-T13")
def test_customer_at_another_merchant_has_a_request_of_their_own():
    asked = make_request()
    other = make_request(customer=asked.customer)
    assert other.callback.pk != asked.callback.pk
    assert other.form.pk != asked.form.pk


# -- races ---------------------------------------------------------------------------------


def ready_at_once(asked, member):
    say_ready(asked, member)
    return member.pk


@pytest.mark.proves("INV-C5")
def test_of_two_members_ready_at_once_one_promises():
    for _ in range(5):
        asked = make_request()
        members = [colleague(asked) for _ in range(3)]
        results = at_once(*(partial(ready_at_once, asked, member) for member in members))
        assert won(results) == [asked.row.ready_member_id]
        assert {error.code for error in results if isinstance(error, DomainError)} == {
            "ready_taken"
        }
    assert len(mails()) == 5


def unlocked(met):
    def read(code):
        found = Callback.objects.select_related("merchant").get(code=code)
        met.wait(10)
        return found

    return read


@pytest.mark.proves("INV-C5")
def test_control_without_the_lock_both_members_promise(monkeypatch):
    asked = make_request()
    members = [colleague(asked) for _ in range(2)]
    monkeypatch.setattr(module, "locked_callback", unlocked(Barrier(2)))
    results = at_once(*(partial(ready_at_once, asked, member) for member in members))
    assert len(won(results)) == 2
    assert len(mails()) == 2


def closed_at_once(asked):
    close(asked)
    return "closed"


def placed_at_once(asked, address):
    handle = asked.merchant.handle
    call, _new = request_call(asked.customer, handle=handle, address=address, callback=asked.code)
    return call


@pytest.mark.proves("INV-C5")
def test_call_placed_while_closing_rings_by_the_promise_or_is_refused():
    """The storefront is closed, so only the promise lets the call through."""
    outcomes = set()
    for _ in range(8):
        asked = make_ready(make_request(make_merchant(accepting_calls=False)))
        place = partial(placed_at_once, asked, published(asked.member))
        _closed, placed = at_once(partial(closed_at_once, asked), place)
        assert asked.row.state == "closed"
        refused = isinstance(placed, DomainError)
        outcomes.add(placed.code if refused else (placed.state, placed.wanted_member_id is None))
    assert outcomes <= {"storefront_closed", ("ringing", False)}


@pytest.mark.proves("INV-C5")
def test_closing_against_ready_never_promises_for_a_closed_request():
    for _ in range(8):
        asked = make_request()
        make_endpoint(asked.member)
        at_once(partial(closed_at_once, asked), partial(say_ready, asked))
        assert asked.row.state == "closed"


def test_control_without_the_lock_a_closed_request_is_promised(monkeypatch, owner_connection):
    asked = make_request()
    make_endpoint(asked.member)
    monkeypatch.setattr(module, "locked_callback", unlocked(Barrier(2)))
    owner_connection.execute("ALTER TABLE calls_callback DISABLE TRIGGER calls_callback_moves")
    try:
        results = at_once(partial(closed_at_once, asked), partial(say_ready, asked))
    finally:
        owner_connection.execute("ALTER TABLE calls_callback ENABLE TRIGGER calls_callback_moves")
    assert len(won(results)) == 2


@pytest.mark.proves("INV-C11")
def test_double_click_leaves_one_request():
    for _ in range(5):
        merchant, customer = make_merchant(), make_customer()
        results = at_once(*[partial(leave, customer, merchant)] * 3)
        assert len({callback.pk for callback in results}) == 1


@pytest.mark.proves("INV-C11")
def test_control_without_the_unique_key_a_double_click_leaves_two(monkeypatch, owner_connection):
    merchant, customer, met = make_merchant(), make_customer(), Barrier(2)
    look = leaving.open_callback_of_customer

    def together(merchant_id):
        found = look(merchant_id)
        met.wait(10)
        return found

    monkeypatch.setattr(leaving, "open_callback_of_customer", together)
    (definition,) = owner_connection.execute(
        "SELECT indexdef FROM pg_indexes WHERE indexname = 'callback_open_once_per_customer'"
    ).fetchone()
    owner_connection.execute("DROP INDEX callback_open_once_per_customer")
    try:
        at_once(*[partial(leave, customer, merchant)] * 2)
        assert count() == 2
    finally:
        owner_connection.execute("TRUNCATE calls_callback CASCADE")
        owner_connection.execute(definition)


def test_sweeps_on_many_nodes_end_each_promise_once():
    asked = [make_ready() for _ in range(4)]
    for one in asked:
        set_request(
            one,
            ready_at=timezone.now() - timedelta(hours=1),
            ready_until=timezone.now() - timedelta(seconds=1),
        )
    assert sum(at_once(*[sweep_callbacks] * 3)) == 4
    assert len(trail(action="callback.waiting")) == 4
