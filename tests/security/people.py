"""The roles of the matrix, as browsers: who they are, what they may read, their cookies."""

from dataclasses import dataclass, field
from http.cookies import SimpleCookie

from django.core import signing
from django.test import Client

from marketplace.accounts.guests import COOKIE, cookie_for
from marketplace.accounts.models import Customer, User
from tests.security.words import (
    DESK_A,
    DESK_B,
    MONEY_A,
    NOTE_A,
    NOTE_B,
    ONE,
    PRIVATE,
    RING_A,
    RING_B,
    TEAM_A,
    TEAM_B,
    THREE,
    TWO,
)

_AT_A = frozenset({ONE, TWO, RING_A, TEAM_A, DESK_A, NOTE_A})
READS: dict[str, frozenset[str]] = {
    "customer_own": frozenset({ONE, TEAM_A}),
    "customer_other": frozenset({TWO, TEAM_A}),
    "customer_foreign": frozenset({THREE, TEAM_B}),
    "agent_own": _AT_A,
    "manager_own": _AT_A | {MONEY_A},
    "owner_own": _AT_A | {MONEY_A},
    "owner_other": frozenset({THREE, RING_B, TEAM_B, DESK_B, NOTE_B}),
    "operator": frozenset(PRIVATE),
}
"""Role to the prefixes of the words it may read; every other role may read none."""


@dataclass
class Person:
    """One role. `customer` names the deal that is theirs, `works_at` the merchant."""

    role: str
    user: User | None = None
    customer: str = ""
    works_at: str = ""
    is_operator: bool = False
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sign_in()

    def sign_in(self) -> None:
        """Begin a new session, for somebody with an account."""
        self.client = Client()
        for name, value in self.cookies.items():
            self.client.cookies[name] = value
        if self.user is not None:
            self.client.force_login(self.user)
        self.given = {name: morsel.value for name, morsel in self.client.cookies.items()}

    def forget(self) -> None:
        """Drop what answers have set, so that each request begins the same."""
        self.client.cookies = SimpleCookie(self.given)

    @property
    def reads(self) -> frozenset[str]:
        return READS.get(self.role, frozenset())

    @property
    def signed_in(self) -> bool:
        return self.user is not None

    @property
    def header(self) -> str:
        """The Cookie header of a socket."""
        return "; ".join(f"{name}={value}" for name, value in self.given.items())


def guest(role: str, customer: Customer, deal: str) -> Person:
    """Somebody known by the signed cookie only."""
    return Person(role, customer=deal, cookies={COOKIE: cookie_for(customer)})


def forger(customer: Customer) -> Person:
    """Somebody who wrote a customer's key into a cookie and signed it with a key of their own."""
    value = {"customer": str(customer.id), "epoch": customer.cookie_epoch}
    text = signing.dumps(value, key="not-ours", salt="visavis.accounts.customer")
    return Person("forged_guest", cookies={COOKIE: text})


def outdated(customer: Customer) -> Person:
    """Somebody with a cookie that was truly ours and has been revoked since."""
    text = cookie_for(customer)
    customer.cookie_epoch += 1
    customer.save(update_fields=["cookie_epoch"])
    return Person("revoked_guest", cookies={COOKIE: text})
