"""The rows every security test looks at: two merchants, their people, their customers' deals."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils import timezone

from calls.models import Call, Endpoint, PublishedAddress
from marketplace.accounts.audit import SYSTEM
from merchants.models import Member, Merchant
from merchants.roles import Role
from merchants.scope import entered, operator_scope
from tests.factories.calls import make_endpoint
from tests.factories.merchants import make_member, make_merchant, make_quick_item
from tests.factories.people import make_customer, make_user
from tests.security.deals import Deal, make_deal, order_of_ended_call, pay, ringing
from tests.security.people import Person, forger, guest, outdated
from tests.security.words import (
    DESK_A,
    DESK_B,
    MONEY_A,
    ONE,
    RING_A,
    RING_B,
    TEAM_A,
    TEAM_B,
    THREE,
    TWO,
    word,
)

NOBODYS_CODE: Final = "0" * 22
NOBODYS_HANDLE: Final = "no-such-merchant"
ADDRESS_A, ADDRESS_B = "198.51.100.10", "198.51.100.20"


@dataclass
class World:
    """`a` is the role's own merchant, `b` the foreign one."""

    a: Merchant
    b: Merchant
    deals: dict[str, Deal]
    rings: dict[str, Call]
    people: dict[str, Person]
    agent: Member
    owner_b: Member

    @property
    def merchants(self) -> dict[str, str]:
        """Object kind to handle."""
        return {"own": self.a.handle, "foreign": self.b.handle, "none": NOBODYS_HANDLE}

    @property
    def calls(self) -> dict[str, str]:
        """Object kind to the code of a live call."""
        found = {kind: deal.talk.call.code for kind, deal in self.deals.items()}
        return {**found, "none": NOBODYS_CODE}

    @property
    def orders(self) -> dict[str, str]:
        """Object kind to the code of a payable order."""
        return {
            **{kind: deal.order.code for kind, deal in self.deals.items()},
            "none": NOBODYS_CODE,
        }


def make_world() -> World:
    """Build it; the deals `own` and `other` are at `a`, `foreign` is at `b`."""
    a, b = _merchant("a"), _merchant("b")
    team = {role: _member(a, role, TEAM_A, DESK_A) for role in Role}
    owner_b = _member(b, Role.OWNER, TEAM_B, DESK_B)
    agent = team[Role.AGENT]
    one = make_customer(name=word(ONE), language="en", time_zone="Europe/Berlin")
    revoked = outdated(one)
    paid = order_of_ended_call(one, agent, prefix=ONE, team=TEAM_A)
    pay(paid, prefix=ONE, money=MONEY_A)
    deals = {
        "own": make_deal(one, agent, prefix=ONE, team=TEAM_A),
        "other": make_deal(_customer(TWO), agent, prefix=TWO, team=TEAM_A),
        "foreign": make_deal(_customer(THREE), owner_b, prefix=THREE, team=TEAM_B),
    }
    deals["own"].others.append(paid)
    rings = {
        "own": ringing(_customer(RING_A), agent, RING_A),
        "foreign": ringing(_customer(RING_B), owner_b, RING_B),
    }
    _open_desks(agent, owner_b)
    people = [revoked, forger(one), *_people(deals), *_staff(a, team, owner_b)]
    return World(a, b, deals, rings, {p.role: p for p in people}, agent, owner_b)


def _people(deals: dict[str, Deal]) -> list[Person]:
    kinds = {"own": "customer_own", "other": "customer_other", "foreign": "customer_foreign"}
    guests = [guest(role, deals[kind].customer, kind) for kind, role in kinds.items()]
    operator = make_user(is_operator=True)
    return [
        Person("anonymous"),
        *guests,
        Person("operator", user=operator, is_operator=True),
        Person("signed_in_nobody", user=make_user()),
    ]


def _staff(a: Merchant, team: dict[Role, Member], owner_b: Member) -> list[Person]:
    former = make_member(a, Role.OWNER)
    with entered(operator_scope(SYSTEM)):
        Member.objects.filter(pk=former.pk).update(is_active=False)
    return [
        *(Person(f"{role.value}_own", user=m.user, works_at="own") for role, m in team.items()),
        Person("owner_other", user=owner_b.user, works_at="foreign"),
        Person("former_owner", user=former.user),
    ]


def _merchant(name: str) -> Merchant:
    """A merchant whose row, public knowledge, holds words that nobody looks for."""
    texts = ("tagline", "place", "about", "legal_name", "legal_address")
    public = {text: f"Public {text} of {name}" for text in texts}
    merchant = make_merchant(handle=f"merchant-{name}", name=f"Merchant {name}", **public)
    make_quick_item(merchant)
    return merchant


def _member(merchant: Merchant, role: Role, team: str, desk: str) -> Member:
    user = make_user(name=word(team), email=f"{word(desk)}@example.com")
    return make_member(merchant, role, user)


def _customer(prefix: str):
    return make_customer(name=word(prefix), language="en", time_zone="Europe/Berlin")


def _open_desks(agent: Member, owner_b: Member) -> None:
    """Somebody is at both desks for as long as a test may take."""
    make_endpoint(agent, address=ADDRESS_A)
    make_endpoint(owner_b, address=ADDRESS_B)
    with entered(operator_scope(SYSTEM)):
        for merchant_id, prefix, address in (
            (agent.merchant_id, DESK_A, ADDRESS_A),
            (owner_b.merchant_id, DESK_B, ADDRESS_B),
        ):
            PublishedAddress.objects.filter(merchant_id=merchant_id).update(
                address=address, valid_until=timezone.now() + timedelta(hours=1)
            )
            for endpoint in Endpoint.objects.filter(merchant_id=merchant_id):
                Endpoint.objects.filter(pk=endpoint.pk).update(device=word(prefix))
