"""Demo data: two merchants of different character, their people, and an operator.

For `make run` only. Running it again changes nothing that exists.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import requests
from django.conf import settings

from marketplace.accounts.audit import SYSTEM
from marketplace.accounts.models import User
from merchants.hours import Stretch
from merchants.models import MediaMode, Member, Merchant, QuickItem
from merchants.roles import Role
from merchants.scope import entered, merchant_scope, operator_scope
from merchants.services.set_hours import set_hours
from merchants.states import MerchantState
from payments.services.connect_account import connect_account, refresh_account

PASSWORD: Final = "face-to-face"  # noqa: S105  # printed by `make run`, on loopback only
OPERATOR: Final = "operator@visavis.example"


@dataclass(frozen=True)
class DemoMerchant:
    """One merchant of the demo."""

    owner: tuple[str, str]
    agent: tuple[str, str]
    items: Sequence[tuple[str, int]]
    fields: dict[str, Any]
    # Without any: open whenever somebody is at the desk, so that the whole story goes at any hour.
    hours: Sequence[Stretch] = ()


# Tuesday to Friday with a lunch break, and Saturday morning: at night the storefront is closed.
WORKSHOP_HOURS: Final = (
    *(Stretch(day, *span) for day in range(1, 5) for span in ((540, 750), (840, 1110))),
    Stretch(5, 600, 840),
)

MERCHANTS: Final = (
    DemoMerchant(
        owner=("mei@jasmine.example", "Mei Lindqvist"),
        agent=("tomas@jasmine.example", "Tomás Brandt"),
        items=[
            ("Spring oolong, 100 g", 2400),
            ("Smoked black, 100 g", 1850),
            ("Tasting for two", 4800),
            ("A pot chosen with you", 6500),
        ],
        fields={
            "handle": "jasmine-and-smoke",
            "name": "Jasmine & Smoke",
            "currency": "EUR",
            "country": "DE",
            "time_zone": "Europe/Berlin",
            "hue": 150,
            "art": "jasmine-smoke",
            "tagline": "Loose leaf tea, poured while you watch",
            "place": "Hamburg, Speicherstadt",
            "about": (
                "Eighty teas in tin boxes, none of them in a catalogue. Tell us what you like to"
                " drink and when; we open the boxes in front of the camera, brew a cup, and pack"
                " what you liked."
            ),
            "legal_name": "Jasmine & Smoke Teehandel GmbH",
            "legal_address": "Am Sandtorkai 12, 20457 Hamburg, Germany",
            "contact_email": "hello@jasmine.example",
            "commission_bps": 800,
        },
    ),
    DemoMerchant(
        owner=("jonas@kettenwerk.example", "Jonas Keller"),
        agent=("ayla@kettenwerk.example", "Ayla Demir"),
        items=[
            ("Spring check", 8900),
            ("New chain and cassette", 14500),
            ("Wheel true", 3500),
        ],
        fields={
            "handle": "kettenwerk",
            "name": "Kettenwerk",
            "currency": "EUR",
            "country": "DE",
            "time_zone": "Europe/Berlin",
            "hue": 210,
            "art": "kettenwerk",
            "tagline": "Show us the noise, we name the price",
            "place": "Leipzig, Plagwitz",
            "about": (
                "A workshop for bicycles that are ridden every day. Hold the phone to the chain:"
                " we look, listen and say what it needs, what it costs and when it is done."
            ),
            "legal_name": "Kettenwerk Keller & Demir GbR",
            "legal_address": "Karl-Heine-Straße 54, 04229 Leipzig, Germany",
            "contact_email": "werkstatt@kettenwerk.example",
            "commission_bps": 1000,
        },
        hours=WORKSHOP_HOURS,
    ),
)


def load() -> None:
    """Make what is missing of the demo, with connected accounts that can receive transfers."""
    _user(OPERATOR, "Platform operator", is_operator=True)
    for demo in MERCHANTS:
        merchant = _merchant(demo)
        _connect(merchant)


def _user(email: str, name: str, *, is_operator: bool = False) -> User:
    known = User.objects.filter(email=email).first()
    return known or User.objects.create_user(email, PASSWORD, name=name, is_operator=is_operator)


def _merchant(demo: DemoMerchant) -> Merchant:
    # Direct media: on one machine without a relay it is what would be in force anyway.
    with entered(operator_scope(SYSTEM)):
        merchant, made = Merchant.objects.get_or_create(
            handle=demo.fields["handle"],
            defaults={**demo.fields, "state": MerchantState.LIVE, "media_mode": MediaMode.DIRECT},
        )
    owner, agent = _user(*demo.owner), _user(*demo.agent)
    with entered(merchant_scope(merchant.id, SYSTEM)):
        for user, role in ((owner, Role.OWNER), (agent, Role.AGENT)):
            Member.objects.get_or_create(merchant=merchant, user=user, defaults={"role": role})
        for position, (title, price) in enumerate(demo.items):
            QuickItem.objects.get_or_create(
                merchant=merchant,
                title=title,
                defaults={"price_minor": price, "position": position},
            )
        if made and demo.hours:
            set_hours(merchant.id, keeps_hours=True, hours=demo.hours, holidays=())
    return merchant


def _connect(merchant: Merchant) -> None:
    """Connect with the payment provider; in the sandbox, pass its onboarding at once."""
    account = connect_account(merchant.id, SYSTEM)
    base = settings.STRIPE_API_BASE
    if base:
        url = f"{base}/_sandbox/accounts/{account.account_id}/activate"
        requests.post(url, timeout=10).raise_for_status()
        refresh_account(merchant.id, SYSTEM)
