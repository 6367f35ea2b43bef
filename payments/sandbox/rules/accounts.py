"""Connected accounts (Accounts v2) as recipients, and their onboarding."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field

from payments.sandbox.errors import Json, invalid, missing_object
from payments.sandbox.ids import new_id
from payments.sandbox.rows.objects import Stored
from payments.sandbox.world import World

LINK_SECONDS = 5 * 60
INCLUDABLE = (
    "configuration.customer",
    "configuration.merchant",
    "configuration.recipient",
    "defaults",
    "future_requirements",
    "identity",
    "requirements",
)


@dataclass(frozen=True)
class AccountDetails:
    """What an account is made with."""

    contact_email: str | None
    display_name: str | None
    dashboard: str | None
    country: str
    entity_type: str | None
    currency: str | None
    fees_collector: str
    losses_collector: str
    wants_transfers: bool
    metadata: dict[str, str] = field(default_factory=dict)


def timestamp(seconds: float) -> str:
    """v2 writes times as text."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(seconds))


def create_account(world: World, details: AccountDetails) -> Stored:
    """Create a recipient that cannot receive transfers until it is onboarded."""
    responsibilities = {
        "fees_collector": details.fees_collector,
        "losses_collector": details.losses_collector,
        "requirements_collector": "stripe",
    }
    return world.new(
        "v2.core.account",
        "acct",
        id=new_id("acct", 16),
        created=timestamp(world.now),
        closed=False,
        applied_configurations=["recipient"],
        contact_email=details.contact_email,
        dashboard=details.dashboard,
        display_name=details.display_name,
        metadata=details.metadata,
        identity={"country": details.country, "entity_type": details.entity_type},
        defaults={
            "currency": details.currency,
            "locales": None,
            "profile": None,
            "responsibilities": responsibilities,
        },
        configuration={
            "customer": None,
            "merchant": None,
            "recipient": _recipient("restricted", wants_transfers=details.wants_transfers),
        },
        requirements=_onboarding_due(),
    )


def _recipient(status: str, *, wants_transfers: bool) -> Json:
    """Return the recipient configuration; only asked-for capabilities appear."""
    reasons = (
        []
        if status == "active"
        else [{"code": "requirements_past_due", "resolution": "provide_info"}]
    )
    transfers = {"status": status, "status_details": reasons} if wants_transfers else None
    balance = {"payouts": transfers, "stripe_transfers": transfers} if wants_transfers else None
    return {
        "applied": True,
        "capabilities": {"bank_accounts": None, "cards": None, "stripe_balance": balance},
    }


def _onboarding_due() -> Json:
    entry: Json = {
        "awaiting_action_from": "user",
        "description": "identity.individual.given_name",
        "errors": [],
        "impact": {
            "restricts_capabilities": [
                {
                    "capability": "stripe_balance.stripe_transfers",
                    "configuration": "recipient",
                    "deadline": {"status": "currently_due"},
                }
            ]
        },
        "minimum_deadline": {"status": "currently_due"},
        "reference": None,
        "requested_reasons": [{"code": "routine_onboarding"}],
    }
    return {
        "entries": [entry],
        "summary": {"minimum_deadline": {"status": "currently_due", "time": None}},
    }


def transfers_status(account: Stored) -> str | None:
    """Return the status settlement is gated on; None when the capability was never asked for."""
    balance = account.body["configuration"]["recipient"]["capabilities"]["stripe_balance"]
    return None if balance is None else str(balance["stripe_transfers"]["status"])


def can_receive(account: Stored) -> bool:
    """Tell whether transfers may go there."""
    return transfers_status(account) == "active"


def activate(world: World, account: Stored) -> None:
    """Do what finished onboarding does: nothing is due any more, transfers are active."""
    account.body["configuration"]["recipient"] = _recipient(
        "active", wants_transfers=transfers_status(account) is not None
    )
    account.body["requirements"] = {"entries": [], "summary": {"minimum_deadline": None}}
    world.save(account)


def visible(account: Stored, include: list[str]) -> Json:
    """Return the account as v2 shows it: parts not asked for are null."""
    body = dict(account.body)
    for name in ("defaults", "identity", "requirements", "future_requirements"):
        if name not in include:
            body[name] = None
    parts = [name.split(".")[1] for name in include if name.startswith("configuration.")]
    body["configuration"] = {name: body["configuration"][name] for name in parts} if parts else None
    return body


def create_link(
    world: World, account: Stored, return_url: str, refresh_url: str
) -> tuple[str, int]:
    """Create a single-use onboarding address and when it expires."""
    token, expires_at = secrets.token_urlsafe(18), world.now + LINK_SECONDS
    world.db.execute(
        "INSERT INTO onboarding_links (token, account, return_url, refresh_url, expires_at)"
        " VALUES (?, ?, ?, ?, ?)",
        (token, account.id, return_url, refresh_url, expires_at),
    )
    return f"{world.base_url}/onboard/{token}", expires_at


@dataclass(frozen=True)
class OnboardingLink:
    """A link as it was made; `spent` when used or expired."""

    account: str
    return_url: str
    refresh_url: str
    spent: bool


def find_link(world: World, token: str) -> OnboardingLink:
    """Return an onboarding link. Raises 404 for an unknown one."""
    row = world.db.execute("SELECT * FROM onboarding_links WHERE token = ?", (token,)).fetchone()
    if row is None:
        raise missing_object("account_link", token)
    spent = bool(row["used"]) or row["expires_at"] <= world.now
    return OnboardingLink(row["account"], row["return_url"], row["refresh_url"], spent)


def finish_onboarding(world: World, token: str) -> OnboardingLink:
    """Use the link up and activate its account. Raises 400 when it is spent."""
    link = find_link(world, token)
    if link.spent:
        raise invalid("This onboarding link has been used or has expired.")
    world.db.execute("UPDATE onboarding_links SET used = 1 WHERE token = ?", (token,))
    activate(world, world.get("v2.core.account", link.account))
    return link
