"""The rows every security test looks at: two merchants, their people, their customers' deals."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils import timezone

from calls.models import Call, Endpoint, PublishedAddress, Transfer
from calls.services.handover import offer_handover
from marketplace.accounts.audit import SYSTEM
from merchants.models import Member, Merchant
from merchants.roles import Role
from merchants.scope import entered, merchant_scope, operator_scope
from orders.models import OrderTemplate
from tests.factories.calls import make_endpoint
from tests.factories.merchants import make_member, make_merchant, make_quick_item
from tests.factories.people import make_customer, make_user
from tests.security.deals import Deal, make_deal, order_of_ended_call, pay, ringing
from tests.security.people import Person, forger, guest, outdated
from tests.security.reach import Around, block, close_offer, surround
from tests.security.words import (
    DESK_A,
    DESK_B,
    MONEY_A,
    NOTE_A,
    NOTE_B,
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
    around: dict[str, Around]
    people: dict[str, Person]
    agent: Member
    owner_b: Member
    templates: dict[str, OrderTemplate]
    token_of_foreign: str
    """Of a link with which the customer of the call `foreign` goes on elsewhere."""

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
    def ended(self) -> dict[str, str]:
        """Object kind to the code of a call that has ended."""
        return {**{kind: d.ended.code for kind, d in self.deals.items()}, "none": NOBODYS_CODE}

    @property
    def forms(self) -> dict[str, str]:
        """Object kind to the code of the open form."""
        found = {kind: around.form for kind, around in self.around.items()}
        return {**found, "none": NOBODYS_CODE}

    @property
    def callbacks(self) -> dict[str, str]:
        """Object kind to the code of the request to be called back."""
        found = {kind: around.callback.code for kind, around in self.around.items()}
        return {**found, "none": NOBODYS_CODE}

    @property
    def photos(self) -> dict[str, str]:
        """Object kind to the code of a picture at the open form."""
        return {**{kind: d.photo.code for kind, d in self.deals.items()}, "none": NOBODYS_CODE}

    @property
    def template_keys(self) -> dict[str, str]:
        """Object kind to the key of a template."""
        return {**{kind: str(t.id) for kind, t in self.templates.items()}, "none": NOBODYS_CODE}

    def keep_templates(self) -> None:
        """Make those again that somebody dropped."""
        for template in self.templates.values():
            with entered(merchant_scope(template.merchant_id, SYSTEM)):
                if not OrderTemplate.objects.filter(id=template.id).exists():
                    template.save(force_insert=True)

    @property
    def offers(self) -> dict[str, Transfer]:
        """Object kind to the offer to take over the call of that kind."""
        return {kind: around.transfer for kind, around in self.around.items()}

    @property
    def orders(self) -> dict[str, str]:
        """Object kind to the code of a payable order."""
        return {
            **{kind: deal.order.code for kind, deal in self.deals.items()},
            "none": NOBODYS_CODE,
        }


def make_world() -> World:
    """Build it; the deals `own` and `other` are at `a`, `foreign` is at `b`.

    A member talks in one call: the agent in `own`, the manager in `other`.
    """
    a, b = _merchant("a"), _merchant("b")
    team = {role: _member(a, role, TEAM_A, DESK_A) for role in Role}
    owner_b = _member(b, Role.OWNER, TEAM_B, DESK_B)
    agent, manager = team[Role.AGENT], team[Role.MANAGER]
    one = make_customer(name=word(ONE), language="en", time_zone="Europe/Berlin")
    revoked = outdated(one)
    paid, _call = order_of_ended_call(one, agent, prefix=ONE, team=TEAM_A)
    pay(paid, prefix=ONE, team=TEAM_A, money=MONEY_A)
    deals = {
        "own": make_deal(one, agent, prefix=ONE, team=TEAM_A),
        "other": make_deal(_customer(TWO), manager, prefix=TWO, team=TEAM_A),
        "foreign": make_deal(_customer(THREE), owner_b, prefix=THREE, team=TEAM_B),
    }
    deals["own"].others.append(paid)
    rings = {
        "own": ringing(_customer(RING_A), agent, RING_A),
        "foreign": ringing(_customer(RING_B), owner_b, RING_B),
    }
    _open_desks(team, owner_b)
    around = _around(deals, team, _member(b, Role.AGENT, TEAM_B, DESK_B))
    people = [revoked, forger(one), *_people(deals), *_staff(a, team, owner_b)]
    token = token_of(deals["foreign"])
    by_role = {person.role: person for person in people}
    world = World(a, b, deals, rings, around, by_role, agent, owner_b, _templates(a, b), token)
    world.keep_templates()
    return world


def _templates(a: Merchant, b: Merchant) -> dict[str, OrderTemplate]:
    return {
        kind: OrderTemplate(
            merchant_id=merchant.id, name=word(note), values={"content": word(note)}
        )
        for kind, merchant, note in (("own", a, NOTE_A), ("foreign", b, NOTE_B))
    }


def token_of(deal: Deal) -> str:
    """The token of a link with which the deal's customer goes on at another device."""
    with entered(deal.talk.buyer.scope):
        return offer_handover(deal.talk.call.code)[0]


def _around(deals: dict[str, Deal], team: dict[Role, Member], agent_b: Member) -> dict[str, Around]:
    """The call `other` is offered to the agent; the owner has declined the call `own`."""
    at_a = {"team": TEAM_A, "note": NOTE_A}
    at_b = {"team": TEAM_B, "note": NOTE_B}
    found = {
        "own": surround(deals["own"], to=team[Role.OWNER], prefix=ONE, **at_a),
        "other": surround(deals["other"], to=team[Role.AGENT], prefix=TWO, **at_a),
        "foreign": surround(deals["foreign"], to=agent_b, prefix=THREE, **at_b),
    }
    close_offer(found["own"].transfer)
    block(deals["other"], NOTE_A)
    return found


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


def _open_desks(team: dict[Role, Member], owner_b: Member) -> None:
    """Everybody is at a desk for as long as a test may take; the owner of `a` talks to nobody."""
    for member in team.values():
        make_endpoint(member, address=ADDRESS_A)
    make_endpoint(owner_b, address=ADDRESS_B)
    later = timezone.now() + timedelta(hours=1)
    with entered(operator_scope(SYSTEM)):
        for merchant_id, prefix, address in (
            (team[Role.AGENT].merchant_id, DESK_A, ADDRESS_A),
            (owner_b.merchant_id, DESK_B, ADDRESS_B),
        ):
            PublishedAddress.objects.filter(merchant_id=merchant_id).update(
                address=address, valid_until=later
            )
            for endpoint in Endpoint.objects.filter(merchant_id=merchant_id):
                Endpoint.objects.filter(pk=endpoint.pk).update(
                    device=word(prefix), last_seen_at=later, expires_at=later
                )
