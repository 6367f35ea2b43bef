"""The same actions on the services and PostgreSQL, each answer and each row held to the model's."""

from contextlib import contextmanager
from datetime import timedelta

from django.db.models import F
from hypothesis.stateful import invariant

from calls.models import Call, Endpoint, Transfer
from calls.services.answer_call import accept_call, decline_call
from calls.services.connect_call import mark_connected, restart_media
from calls.services.end_call import cancel_call, hang_up
from calls.services.register_endpoint import leave_desk, register_endpoint
from calls.services.request_call import request_call
from calls.services.transfer import (
    accept_transfer,
    decline_transfer,
    offer_transfer,
    withdraw_transfer,
)
from calls.states import Side
from calls.tasks import sweep_calls, sweep_transfers
from marketplace.accounts.audit import SYSTEM
from marketplace.core.errors import DomainError
from merchants.access import scope_of_customer
from merchants.scope import entered, operator_scope
from tests.calls.machine import CUSTOMERS, CallMachine
from tests.calls.model import MEMBERS, QUEUE_LENGTH, Offer, Talk
from tests.factories.calls import ago, make_endpoint, published, set_call, trail
from tests.factories.merchants import make_member, make_merchant, scope_of_member
from tests.factories.people import make_customer

OFFICE = "198.51.100.7"


class RealCallMachine(CallMachine):
    """The same actions on PostgreSQL: every answer and every row as the model has it."""

    def __init__(self) -> None:
        super().__init__()
        merchant = make_merchant(queue_length=QUEUE_LENGTH)
        people = {name: make_member(merchant) for name in sorted(set(MEMBERS.values()))}
        self.people, self.merchant = people, merchant
        self.endpoints = {
            name: make_endpoint(people[member], address=OFFICE) for name, member in MEMBERS.items()
        }
        self.customers = {name: make_customer(name=name) for name in CUSTOMERS}
        self.address = published(people["ann"])
        self.rows: list[Call] = []
        self.offer_rows: list[Transfer] = []

    def both(self, expected, action, *subjects):
        super().both(expected, action, *subjects)
        try:
            answer = getattr(self, f"do_{action}")(*subjects) or "ok"
        except DomainError as error:
            answer = error.code
        assert answer == expected, (action, subjects)

    def row_of(self, call: Talk) -> Call:
        return self.rows[next(n for n, found in enumerate(self.desk.calls) if found is call)]

    def row_of_offer(self, offer: Offer) -> Transfer:
        number = next(n for n, found in enumerate(self.desk.offers) if found is offer)
        return self.offer_rows[number]

    @contextmanager
    def of(self, member: str):
        with entered(scope_of_member(self.people[member])):
            yield self.people[member]

    @contextmanager
    def on(self, side: Side, call: Talk):
        member = self.people[call.member or "ann"]
        customer = scope_of_customer(self.customers[call.customer])
        with entered(customer if side is Side.CUSTOMER else scope_of_member(member)):
            yield self.row_of(call).code

    # -- actions ---------------------------------------------------------------------------

    def do_request(self, customer):
        person = self.customers[customer]
        try:
            call, new = request_call(person, handle=self.merchant.handle, address=self.address)
        except DomainError as error:
            with entered(operator_scope(SYSTEM)):
                self.rows.append(Call.objects.get(code=error.data["call"]))
            raise
        if not new:
            return "again"
        self.rows.append(call)
        return "ok"

    def do_cancel(self, call):
        with self.on(Side.CUSTOMER, call) as code:
            cancel_call(code)

    def do_answer(self, call, name):
        with self.of(MEMBERS[name]) as member:
            accept_call(self.row_of(call).code, member=member, endpoint=self.endpoints[name].code)

    def do_decline(self, call):
        with self.of("bo"):
            decline_call(self.row_of(call).code, reason="declined")

    def do_leave(self, name):
        with self.of(MEMBERS[name]) as member:
            leave_desk(member, self.endpoints[name].code)

    def do_come_back(self, name):
        with self.of(MEMBERS[name]) as member:
            self.endpoints[name], _address = register_endpoint(member, device=name, address=OFFICE)

    def do_connect(self, call, side):
        with self.on(side, call) as code:
            mark_connected(code, side=side)

    def do_hang_up(self, call, side):
        with self.on(side, call) as code:
            hang_up(code, side=side)

    def do_restart(self, call, side, generation):
        with self.on(side, call) as code:
            restart_media(code, side=side, generation=generation)

    def do_time_runs_out(self, call):
        set_call(self.row_of(call), ring_until=ago(10))

    def do_drop(self, call):
        past = ("requested_at", "rang_at", "answered_at", "live_at")
        set_call(self.row_of(call), **{name: F(name) - timedelta(seconds=100) for name in past})

    def do_sweep(self):
        sweep_calls()
        sweep_transfers()

    def do_offer(self, call, to):
        with self.of(call.member) as member:
            offer = offer_transfer(
                self.row_of(call).code, member=member, seat=self.seat(call), to=self.people[to].pk
            )
        if offer.code not in {known.code for known in self.offer_rows}:
            self.offer_rows.append(offer)

    def seat(self, call: Talk) -> int:
        return Call.objects.get(pk=self.row_of(call).pk).merchant_seat

    def do_offer_runs_out(self, offer):
        with entered(operator_scope(SYSTEM)):
            Transfer.objects.filter(pk=self.row_of_offer(offer).pk).update(until=ago(1))

    def do_withdraw(self, offer):
        with self.of(offer.of) as member:
            row = self.row_of_offer(offer)
            withdraw_transfer(self.row_of(offer.call).code, member=member, transfer=row.code)

    def do_refuse(self, offer):
        with self.of(offer.to) as member:
            decline_transfer(self.row_of_offer(offer).code, member=member)

    def do_take_over(self, offer, name):
        with self.of(offer.to) as member:
            code = self.row_of_offer(offer).code
            accept_transfer(code, member=member, endpoint=self.endpoints[name].code)

    # -- the rows --------------------------------------------------------------------------

    @invariant()
    def rows_are_as_the_model_has_them(self):
        with entered(operator_scope(SYSTEM)):
            mine = Call.objects.filter(merchant=self.merchant).select_related("endpoint")
            rows = {row.pk: row for row in mine}
            offers = dict(
                Transfer.objects.filter(merchant=self.merchant).values_list("pk", "state")
            )
        assert len(rows) == len(self.desk.calls)
        for call, known in zip(self.desk.calls, self.rows, strict=True):
            row = rows[known.pk]
            self.check_row(call, row)
        for offer, known in zip(self.desk.offers, self.offer_rows, strict=True):
            assert offers[known.pk] == offer.state

    def check_row(self, call: Talk, row: Call) -> None:
        facts = (row.state, row.end_reason, row.generation)
        assert facts == (call.state, call.reason, call.generation)
        member = self.people[call.member].pk if call.member else None
        assert row.member_id == member
        assert (row.endpoint is None) == (call.endpoint is None)
        if call.endpoint and call.endpoint == (name := call.endpoint[0], self.desk.came[name]):
            assert row.endpoint_id == self.endpoints[name].pk
        times = [row.requested_at, row.rang_at, row.answered_at, row.live_at, row.ended_at]
        known_times = [moment for moment in times if moment is not None]
        assert known_times == sorted(known_times)

    def teardown(self) -> None:
        """Every change was written down, each once."""
        for call, row in zip(self.desk.calls, self.rows, strict=True):
            actions = [entry.action for entry in trail(subject_id=row.pk)]
            changes = [f"call.{state}" for state in call.history[1:]]
            assert sorted(a for a in actions if a in changes) == sorted(changes)
        with entered(operator_scope(SYSTEM)):
            Endpoint.objects.filter(merchant=self.merchant).update(expires_at=ago(1))
