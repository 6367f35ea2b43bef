"""The audit trail: dotted past-tense actions, written in the transaction of the change."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marketplace.accounts.models import ActorKind, AuditEntry


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: kind, key, and the name shown to the other side."""

    kind: ActorKind
    id: UUID | None = None
    name: str = ""


SYSTEM = Actor(ActorKind.SYSTEM, name="Visavis")


def entry_of(
    actor: Actor,
    action: str,
    *,
    subject: tuple[str, UUID] | None = None,
    merchant_id: UUID | None = None,
    customer_id: UUID | None = None,
    data: dict[str, Any] | None = None,
) -> AuditEntry:
    """Return an entry that is not yet saved, to be saved together with what it tells of.

    `data` holds facts, never secrets, addresses of peers or values people typed.
    """
    kind, key = subject or ("", None)
    return AuditEntry(
        actor_kind=actor.kind,
        actor_id=actor.id,
        action=action,
        subject_kind=kind,
        subject_id=key,
        merchant_id=merchant_id,
        customer_id=customer_id,
        data=data or {},
    )


def record(
    actor: Actor,
    action: str,
    *,
    subject: tuple[str, UUID] | None = None,
    merchant_id: UUID | None = None,
    customer_id: UUID | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Append one entry, such as `record(actor, "call.accepted", subject=("call", call.id))`."""
    entry = entry_of(
        actor,
        action,
        subject=subject,
        merchant_id=merchant_id,
        customer_id=customer_id,
        data=data,
    )
    AuditEntry.objects.bulk_create([entry])  # one statement, no savepoint
