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


def record(
    actor: Actor,
    action: str,
    *,
    subject: tuple[str, UUID] | None = None,
    merchant_id: UUID | None = None,
    customer_id: UUID | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Append one entry, such as `record(actor, "call.accepted", subject=("call", call.id))`.

    `data` holds facts, never secrets, addresses of peers or values people typed.
    """
    kind, key = subject or ("", None)
    AuditEntry.objects.bulk_create(  # one statement, no savepoint
        [
            AuditEntry(
                actor_kind=actor.kind,
                actor_id=actor.id,
                action=action,
                subject_kind=kind,
                subject_id=key,
                merchant_id=merchant_id,
                customer_id=customer_id,
                data=data or {},
            )
        ]
    )
