"""Rows for a benchmark, made inside the product's own environment: `python -m bench.prepare`.

Prints JSON: merchants with an accepted call each, and the cookies of both sides. Uses the models
as a data migration would; everything measured afterwards goes through the product's own doors.
"""

import json
import sys
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from calls.models import Call, Endpoint  # noqa: E402
from calls.states import CallState  # noqa: E402
from marketplace.accounts.audit import SYSTEM  # noqa: E402
from marketplace.accounts.guests import COOKIE, cookie_for  # noqa: E402
from marketplace.accounts.models import Customer, User  # noqa: E402
from marketplace.core.ids import new_code  # noqa: E402
from merchants.models import MediaMode, Member, Merchant  # noqa: E402
from merchants.roles import Role  # noqa: E402
from merchants.scope import entered, merchant_scope, operator_scope  # noqa: E402
from merchants.states import MerchantState  # noqa: E402


def merchant() -> tuple[Merchant, Member]:
    """A live merchant with an owner."""
    handle = f"bench-{new_code().lower()}"
    with entered(operator_scope(SYSTEM)):
        made = Merchant.objects.create(
            handle=handle,
            name="Bench",
            state=MerchantState.LIVE,
            currency="EUR",
            country="DE",
            time_zone="Europe/Berlin",
            legal_name="Bench GmbH",
            legal_address="Berlin",
            contact_email="bench@example.com",
            media_mode=MediaMode.DIRECT,
        )
    user = User.objects.create_user(f"{handle}@example.com", "bench-password", name="Bench")
    with entered(merchant_scope(made.id, SYSTEM)):
        member = Member.objects.create(merchant=made, user=user, role=Role.OWNER)
    return made, member


def cookie_of(user: User) -> str:
    """The Cookie header of a signed-in member."""
    client = Client()
    client.force_login(user)
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


def talk() -> tuple[Member, Customer, Call]:
    """One merchant's owner and one customer in a running call."""
    made, member = merchant()
    customer = Customer.objects.create(name="Lena")
    now = timezone.now()
    with entered(operator_scope(SYSTEM)):
        endpoint = Endpoint.objects.create(
            merchant=made,
            member=member,
            device="bench",
            address="127.0.0.1",
            last_seen_at=now,
            expires_at=now + timedelta(seconds=60),
        )
        call = Call.objects.create(
            merchant=made,
            endpoint=endpoint,
            customer=customer,
            state=CallState.LIVE,
            address="127.0.0.1",
            mode=MediaMode.DIRECT,
            requested_at=now,
            ring_until=now + timedelta(seconds=45),
            answered_at=now,
            live_at=now,
            member=member,
            member_name="Bench",
            customer_present=True,
            merchant_present=True,
        )
    return member, customer, call


def pair() -> dict[str, Any]:
    """A running call and the cookies of both sides."""
    member, customer, call = talk()
    return {
        "call": call.code,
        "customer": f"{COOKIE}={cookie_for(customer)}",
        "merchant": cookie_of(member.user),
    }


def desk() -> dict[str, Any]:
    """One merchant whose desk a benchmark opens, and two customers to ring it."""
    made, member = merchant()
    customers = [Customer.objects.create(name=name) for name in ("Lena", "Aras")]
    return {
        "handle": made.handle,
        "customers": [f"{COOKIE}={cookie_for(customer)}" for customer in customers],
        "merchant": cookie_of(member.user),
    }


if __name__ == "__main__":
    make = {"pairs": pair, "desks": desk}[sys.argv[1]]
    print(json.dumps([make() for _ in range(int(sys.argv[2]))]))
