"""Several people at once at one offer: one outcome each time, with a control."""

from functools import partial
from threading import Barrier

import pytest
from django.db import IntegrityError

from calls.models import Call, Transfer
from calls.services import transfer as service
from calls.tasks import sweep_transfers
from merchants.scope import entered
from tests.calls.test_races import at_once, won
from tests.calls.transfers import (
    accept,
    decline,
    hang,
    offered,
    set_offer,
    state_of,
    sweep,
    two_members,
    withdraw,
)
from tests.factories.calls import ago, fresh, make_endpoint, make_live_call, trail
from tests.factories.merchants import make_member, scope_of_member

pytestmark = pytest.mark.usefixtures("db")


def outcome(call: Call, offer: Transfer) -> tuple[str, str, bool]:
    now = fresh(call)
    return now.state, state_of(offer), now.member_id == call.member_hint.pk


@pytest.mark.proves("M15", "INV-C5")
def test_accept_against_withdraw_has_one_outcome(db):
    for _ in range(6):
        call, colleague, endpoint = two_members()
        offer = offered(call, colleague)
        results = at_once(
            partial(accept, offer, colleague, endpoint), partial(withdraw, offer, call)
        )
        assert len(won(results)) == 1
        taken = won(results) == ["accepted"]
        assert outcome(call, offer) == ("live", won(results)[0], not taken)


@pytest.mark.proves("M15", "INV-C5")
def test_accept_against_hang_up_ends_the_call_once_with_the_one_who_had_it(db):
    for _ in range(6):
        call, colleague, endpoint = two_members()
        offer = offered(call, colleague)
        results = at_once(partial(accept, offer, colleague, endpoint), partial(hang, call))
        assert results[1] == "completed"
        taken = results[0] == "accepted"
        sweep_transfers()
        expected = ("completed", "accepted" if taken else "withdrawn", not taken)
        assert outcome(call, offer) == expected


@pytest.mark.proves("M15", "INV-C5")
def test_accept_decline_and_the_clock_have_one_outcome(db):
    for _ in range(6):
        call, colleague, endpoint = two_members()
        offer = offered(call, colleague)
        set_offer(offer, until=ago(-0.05))
        results = at_once(
            partial(accept, offer, colleague, endpoint),
            partial(decline, offer, colleague),
            sweep,
            sweep,
        )
        sweep()
        set_offer(offer, until=ago(1)) if state_of(offer) == "offered" else None
        sweep()
        final = state_of(offer)
        assert [r for r in won(results) if r != "swept"] in ([final], [])
        assert (fresh(call).member_id == colleague.pk) == (final == "accepted")
        assert len(trail(subject_id=offer.pk, action=f"transfer.{final}")) == 1
        assert len(trail(subject_id=offer.pk)) == 2


@pytest.mark.proves("INV-C5")
def test_control_without_the_locks_both_accept_and_withdraw_succeed(
    db, monkeypatch, owner_connection
):
    met = Barrier(2)

    def unlocked_call(code):
        return Call.objects.get(code=code)

    def unlocked_offer(call, code):
        found = Transfer.objects.select_related("to_member__user").get(call=call, code=code)
        found.call = call
        met.wait(10)
        return found

    call, colleague, endpoint = two_members()
    offer = offered(call, colleague)
    monkeypatch.setattr(service, "locked_call", unlocked_call)
    monkeypatch.setattr(service, "_locked_offer", unlocked_offer)
    owner_connection.execute("ALTER TABLE calls_transfer DISABLE TRIGGER calls_transfer_moves")
    try:
        results = at_once(
            partial(accept, offer, colleague, endpoint), partial(withdraw, offer, call)
        )
    finally:
        owner_connection.execute("ALTER TABLE calls_transfer ENABLE TRIGGER calls_transfer_moves")
    assert set(won(results)) == {"accepted", "withdrawn"}


@pytest.mark.proves("M15", "INV-C4")
def test_one_colleague_offered_two_calls_at_once_takes_one(db):
    first = make_live_call()
    merchant = first.member_hint.merchant
    second = make_live_call(member=make_member(merchant))
    colleague = make_member(merchant)
    endpoint = make_endpoint(colleague)
    offers = [offered(first, colleague), offered(second, colleague)]
    results = at_once(*(partial(accept, offer, colleague, endpoint) for offer in offers))
    assert won(results) == ["accepted"]
    owners = {fresh(first).member_id, fresh(second).member_id}
    assert colleague.pk in owners
    assert len(owners) == 2


@pytest.mark.proves("M15")
def test_database_keeps_one_open_offer_per_call_and_closed_ones_as_they_are(db):
    call, colleague, _endpoint = two_members()
    offer = offered(call, colleague)
    again = {"from_member": call.member_hint, "to_member": colleague, "until": offer.until}
    with (
        pytest.raises(IntegrityError, match="transfer_offered_once"),
        entered(scope_of_member(colleague)),
    ):
        Transfer.objects.create(merchant_id=call.merchant_id, call=call, **again)
    decline(offer, colleague)
    with pytest.raises(IntegrityError, match="does not move"):
        set_offer(offer, state="accepted")
