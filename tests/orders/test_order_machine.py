"""Orders and their revisions, against a plain model: any order of what can happen."""

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from marketplace.accounts.audit import SYSTEM
from marketplace.core.errors import DomainError
from merchants.scope import entered, merchant_scope, operator_scope
from orders.deal_record import faults_of_deal
from orders.models import Order, OrderForm, OrderLine
from orders.selectors import digest_of
from orders.services import create_order as creating
from orders.services.expire_order import expire_order
from orders.services.mark_order_paid import mark_order_paid
from orders.services.revise_order import hold_for_revision, revise_order, withdraw_revision
from orders.states import Role
from tests.factories.orders import confirm, fill, make_table, put

pytestmark = pytest.mark.usefixtures("db")
SELDOM = st.integers(0, 4)
"""Paid and expired end the story, so only a zero lets them happen."""
CHANGES = ("state", "paid_at", "revising_at")
"""What of an order may change after it was made."""


class Orders(RuleBasedStateMachine):
    """One form; the model knows its state, who confirmed, and the order that counts."""

    longest = 0  # how many orders one form had, over all runs

    def __init__(self):
        super().__init__()
        self.table = make_table()
        fill(self.table)
        self.open, self.confirmed, self.revising = True, set(), False
        self.live: str | None = None  # the state of the order that counts
        self.made: dict = {}  # what each order was when it was made
        self.price = 48

    def last(self) -> Order:
        with entered(operator_scope(SYSTEM)):
            return Order.objects.filter(form_id=self.table.seller.form_id).latest("number")

    @rule(side=st.sampled_from(Role))
    def edit(self, side):
        self.price += 1
        field, value = ("note", f"{self.price}") if side is Role.CUSTOMER else ("price", self.price)
        try:
            put(self.table.party(side), field, str(value))
        except DomainError:
            assert not self.open
        else:
            assert self.open
            self.confirmed = set()

    @rule(side=st.sampled_from(Role))
    def confirm(self, side):
        try:
            confirm(self.table, side)
        except DomainError:
            assert not self.open
        else:
            assert self.open
            self.confirmed.add(side)

    @rule()
    def order(self):
        form = self.table.form
        try:
            with entered(self.table.seller.scope):
                made = creating.create_order(
                    self.table.seller, revision=form.revision, digest=digest_of(form)
                )
        except DomainError:
            assert not self.open or self.confirmed != set(Role)
            return
        if not self.open:  # a repeat
            assert made.id in self.made
            return
        assert self.confirmed == set(Role)
        self.open, self.revising, self.live = False, False, "awaiting_payment"
        self.made.setdefault(made.id, frozen(made.id))
        Orders.longest = max(Orders.longest, len(self.made))

    @precondition(lambda self: self.open)
    @rule()
    def agree(self):
        """Both confirm and the merchant orders: what chance alone seldom does in a row."""
        for side in Role:
            self.confirm(side)
        self.order()

    @precondition(lambda self: self.live is not None)
    @rule()
    def revise(self):
        last = self.last()
        try:
            with entered(self.table.seller.scope):
                hold_for_revision(last.id)
                revise_order(last.id)
        except DomainError:
            assert self.live != "awaiting_payment"
            return
        assert self.live == "awaiting_payment"
        if not self.revising:
            self.open, self.revising, self.confirmed = True, True, set()

    @precondition(lambda self: self.live is not None)
    @rule()
    def withdraw(self):
        last = self.last()
        with entered(self.table.seller.scope):
            withdraw_revision(last.id)
        if self.revising:
            self.open, self.revising, self.confirmed = False, False, set()

    @precondition(lambda self: self.live == "awaiting_payment" and not self.revising)
    @rule(luck=SELDOM)
    def pay(self, luck):
        if luck:
            return
        last = self.last()
        with entered(merchant_scope(self.table.merchant.id, SYSTEM)):
            mark_order_paid(last.id, paid_at=timezone.now())
        self.live = "paid"

    @precondition(lambda self: self.live is not None)
    @rule(luck=SELDOM)
    def expire(self, luck):
        if luck:
            return
        last = self.last()
        with entered(merchant_scope(self.table.merchant.id, SYSTEM)):
            done = expire_order(last.id, now=last.pay_by)
        assert done == (self.live == "awaiting_payment" and not self.revising)
        if done:
            self.live = "expired"

    @invariant()
    def rows_are_as_the_model_says(self):
        with entered(operator_scope(SYSTEM)):
            form = OrderForm.objects.get(id=self.table.seller.form_id)
            orders = list(Order.objects.filter(form=form).order_by("number"))
        assert (form.state == "open") == self.open
        confirmed = {role for role, at in form.confirmed.items() if at == form.revision}
        assert not self.open or confirmed == self.confirmed
        assert [order.state for order in orders[:-1]] == ["superseded"] * (len(orders) - 1)
        assert [order.state for order in orders[-1:]] == ([self.live] if self.live else [])
        assert [order.number for order in orders] == list(range(1, len(orders) + 1))
        before = [None, *[order.id for order in orders]]
        assert [order.revises_id for order in orders] == before[: len(orders)]
        revising = [order.revising_at is not None for order in orders[-1:]]
        assert revising == ([self.revising] if self.live else [])

    @invariant()
    def orders_are_what_they_were(self):
        assert {key: frozen(key) for key in self.made} == self.made

    @invariant()
    def record_holds(self):
        with entered(operator_scope(SYSTEM)):
            form = OrderForm.objects.get(id=self.table.seller.form_id)
            assert list(faults_of_deal(form)) == []


def frozen(order_id) -> tuple:
    """Everything of an order and its lines that must never change."""
    with entered(operator_scope(SYSTEM)):
        (order,) = Order.objects.filter(id=order_id).values()
        lines = list(OrderLine.objects.filter(order_id=order_id).order_by("position").values())
    return {key: value for key, value in order.items() if key not in CHANGES}, lines


QUICK = settings(
    max_examples=10,
    stateful_step_count=25,
    phases=[Phase.generate],  # a failure is short enough to read, and shrinking is slow
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.proves("INV-O1", "INV-O2", "INV-O4", "INV-O9", "M9")
def test_any_order_of_events_keeps_one_order_that_counts():
    Orders.longest = 0
    run_state_machine_as_test(Orders, settings=QUICK)
    assert Orders.longest >= 2


@pytest.mark.proves("INV-O4")
def test_machine_finds_an_old_order_left_in_force_control(monkeypatch):
    """Control: with the old order left as it is, the machine goes red."""

    def forget(order_id, successor):
        return Order.objects.get(id=order_id)

    monkeypatch.setattr(creating, "supersede", forget)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Orders, settings=QUICK)
