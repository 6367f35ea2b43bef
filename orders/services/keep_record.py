"""Append to a form's deal record; called by whatever happens, in its transaction."""

import json
from collections.abc import Mapping
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from marketplace.accounts.audit import Actor
from merchants.round_trip import insert_all
from merchants.scope import current_scope
from orders.chain import START, Entry, actor_digest
from orders.deal_record import moment, sealed_edit
from orders.models import DealEntry, OrderForm
from orders.states import Role

_TAIL: Final = """
SELECT last.number, last.digest, (
  SELECT jsonb_agg(jsonb_build_array(e.revision, e.field, e.author,
    to_char(e.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), e.value)
    ORDER BY e.revision)
  FROM orders_formedit e
  WHERE e.form_id = f.id AND e.revision > coalesce((last.data ->> 'revision')::int, 0)
)
FROM orders_orderform f LEFT JOIN LATERAL (
  SELECT d.number, d.digest, d.data FROM orders_dealentry d
  WHERE d.form_id = f.id ORDER BY d.number DESC LIMIT 1
) last ON true
WHERE f.id = %s
"""


def record(
    form: OrderForm,
    kind: str,
    *,
    role: Role | None,
    actor: Actor | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Append one entry with the edits since the one before; the caller holds the form's lock.

    `role` is None for the platform; `actor` is the scope's unless given. `data` holds facts
    (codes, keys, amounts, digests), never words or values people typed.
    """
    insert_all(current_scope(), [next_entry(form, kind, role=role, actor=actor, data=data)])


def next_entry(
    form: OrderForm,
    kind: str,
    *,
    role: Role | None,
    actor: Actor | None = None,
    data: Mapping[str, Any] | None = None,
) -> DealEntry:
    """Return the next entry of a locked form, to be saved together with what it tells of."""
    who = actor or current_scope().actor
    number, previous, edits = _tail(form)
    sealed = Entry(
        form=form.code,
        number=number + 1,
        kind=kind,
        role=role.value if role else "",
        actor=actor_digest(form.salt, who.id),
        actor_name=who.name[:80],
        at=moment(timezone.now()),
        data={**(data or {}), "revision": form.revision, "edits": edits},
        previous=previous,
    ).sealed()
    return DealEntry(
        merchant_id=form.merchant_id,
        customer_id=form.customer_id,
        form=form,
        number=sealed.number,
        kind=sealed.kind,
        role=sealed.role,
        actor_id=who.id,
        actor_name=sealed.actor_name,
        at=sealed.at,
        data=sealed.data,
        previous=sealed.previous,
        digest=sealed.digest,
    )


def _tail(form: OrderForm) -> tuple[int, str, list[list[Any]]]:
    """Return number and digest of the last entry, and the edits that no entry has yet."""
    with connection.cursor() as cursor:
        cursor.execute(_TAIL, [form.id])
        number, digest, edits = cursor.fetchone()
    found = json.loads(edits) if edits else []
    return number or 0, digest or START, [sealed_edit(form.salt, *edit) for edit in found]
