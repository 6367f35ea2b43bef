"""Paying a checkout session with what a payer typed on a page, or a test sent in its place."""

from __future__ import annotations

import time
from dataclasses import dataclass

from payments.sandbox.cards import Card, read_card
from payments.sandbox.errors import ApiError, invalid
from payments.sandbox.forms import Params
from payments.sandbox.host import Sandbox
from payments.sandbox.rows.objects import Stored
from payments.sandbox.rules.charges import Payer
from payments.sandbox.rules.checkout import pay_session
from payments.sandbox.world import World


@dataclass(frozen=True)
class Typed:
    """The fields of the checkout page."""

    number: str
    expiry: str
    cvc: str
    email: str
    name: str | None = None

    def card(self, world: World) -> Card:
        """Read the card. Raises the 402 worded for the payer."""
        today = time.gmtime(world.clock)
        return read_card(self.number, self.expiry, self.cvc, today=(today.tm_year, today.tm_mon))


def read_typed(form: Params) -> Typed:
    """Read the page's form. Raises 400 for an address that is none."""
    email = form.text("email") or ""
    if "@" not in email.strip("@"):
        raise invalid("Your email is incomplete.", code="email_invalid", param="email")
    number, expiry, cvc = (form.text(name) or "" for name in ("number", "expiry", "cvc"))
    return Typed(number, expiry, cvc, email, form.text("name"))


def pay(sandbox: Sandbox, session: Stored, typed: Typed) -> None:
    """Pay in one transaction. What a decline wrote is committed before its 402 is raised."""
    declined: ApiError | None = None
    with sandbox.world() as world:
        fresh = world.get("checkout.session", session.id, account=session.account)
        try:
            pay_session(world, fresh, typed.card(world), Payer(typed.email, typed.name))
        except ApiError as error:
            if not error.keeps_effects:
                raise
            declined = error
    if declined:
        raise declined
