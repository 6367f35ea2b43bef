"""Set one field of an order form: the hot path, one round trip to the database.

The tenant context and one statement (lock, rights, revision, update, insert) travel as one
message, which PostgreSQL runs as one transaction. Every wall is on: the role and its policies,
the ids in the WHERE clause, the member's right as it is now, and the row's own triggers.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError
from django.utils import timezone

from marketplace.core.errors import ForbiddenError, NotFoundError
from marketplace.core.ids import new_id
from merchants.round_trip import fetch_one
from merchants.scope import entered
from orders.access import EDITORS, MEMBER_MAY, Party
from orders.cells import times_of, values_of
from orders.errors import FieldRefusedError, FormClosedError, OpReusedError
from orders.faults import FieldError
from orders.fields import FIELDS, clean
from orders.kinds import Kind
from orders.models import FormEdit, OrderForm, Photo
from orders.states import FormState, Role

# `held` waits for the row and reads it as it is once the lock is there; the parts after it see
# that version, not the one of the statement's snapshot.
_EDIT: Final = """
WITH held AS MATERIALIZED (
  SELECT f.id, f.revision, f.state, {may} AS may, {summed} AS summed,
    EXISTS (SELECT 1 FROM orders_formedit e WHERE e.form_id = f.id AND e.op = %(op)s) AS known,
    f.fields #>> ARRAY[%(field)s, 'value'] AS value,
    f.fields #>> ARRAY[%(field)s, 'author'] AS author,
    f.fields #>> ARRAY[%(field)s, 'author_id'] AS author_id,
    (f.fields #>> ARRAY[%(field)s, 'revision'])::int AS seen
  FROM orders_orderform f
  WHERE f.id = %(form)s AND f.merchant_id = %(merchant)s AND f.customer_id = %(customer)s
  FOR UPDATE OF f
), fit AS MATERIALIZED (
  SELECT held.*,
    coalesce(held.seen > %(base)s AND held.author_id <> %(actor)s::text, false) AS clash
  FROM held
  WHERE held.may AND held.state = 'open' AND NOT held.known
    AND coalesce(held.value, '') <> %(value)s
    AND (%(only_over)s::int IS NULL OR held.seen = %(only_over)s)
    AND NOT (held.summed AND %(value)s <> '')
), moved AS (
  UPDATE orders_orderform f
  SET revision = fit.revision + 1, updated_at = %(at)s,
    customer_confirmed_revision = NULL, merchant_confirmed_revision = NULL,
    fields = f.fields || jsonb_build_object(%(field)s::text, jsonb_build_object(
      'value', %(value)s::text, 'author', %(role)s::text, 'author_id', %(actor)s::text,
      'author_name', %(name)s::text, 'revision', fit.revision + 1, 'at', %(at_text)s::text,
      'disputed', fit.clash))
  FROM fit WHERE f.id = fit.id AND f.id = %(form)s
  RETURNING f.revision
), kept AS (
  INSERT INTO orders_formedit (id, created_at, merchant_id, customer_id, form_id, revision, op,
    field, value, author, author_id, base)
  SELECT %(edit)s, %(at)s, %(merchant)s, %(customer)s, %(form)s, moved.revision, %(op)s,
    %(field)s, %(value)s, %(role)s, %(actor)s, %(base)s FROM moved
  RETURNING revision
)
SELECT held.may, held.known, held.state, held.seen, held.value, held.author, fit.clash,
  kept.revision, held.summed
FROM held LEFT JOIN fit ON true LEFT JOIN kept ON true
"""
# The same as `pricing.has_lines`.
_LINES_HAVE_PRICES: Final = (
    "EXISTS (SELECT FROM jsonb_each(f.fields) cell WHERE cell.key ~ '^line\\.[0-9]+\\.price$'"
    " AND cell.value ->> 'value' <> '')"
)
_STATEMENTS: Final = {
    (Role.MERCHANT, False): _EDIT.format(may=MEMBER_MAY, summed="false"),
    (Role.MERCHANT, True): _EDIT.format(may=MEMBER_MAY, summed=_LINES_HAVE_PRICES),
    (Role.CUSTOMER, False): _EDIT.format(may="true", summed="false"),
}


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit as a client sends it; with `only_over` it counts only over that revision."""

    op: str
    field: str
    value: str
    base: int
    only_over: int | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of an edit: the reply to its author and, if it is new, the others' frame."""

    reply: dict[str, Any]
    frame: dict[str, Any] | None


def edit_form(party: Party, edit: Edit) -> Applied:
    """Apply one edit in order of arrival and return reply and frame; the caller announces.

    Locks the form for the length of one statement; runs in a transaction of its own and must
    not be called inside another. A repeated `op` gets the first answer again and changes
    nothing; a value that stands there already makes no revision. An edit drops both
    confirmations. Raises FieldRefusedError, FormClosedError, ForbiddenError (right lost),
    NotFoundError, OpReusedError.
    """
    try:
        value = clean(edit.field, edit.value, role=party.role, currency=party.currency)
        require_photo(party, edit.field, value)
        reading = _reading(party, edit.field, value)
    except FieldError as fault:
        raise FieldRefusedError.of(fault) from fault
    try:
        row = _run(party, edit, value, timezone.now())
    except IntegrityError as error:
        # the same op twice at the very same time: neither statement could see the other's row
        if _constraint(error) != "edit_op_once":
            raise
        return _repeat(party, edit, value)
    return _applied(party, edit, value, row, reading)


def _run(party: Party, edit: Edit, value: str, now: datetime) -> tuple[Any, ...]:
    parameters = {
        **_parameters(party, edit),
        "value": value,
        "at": now,
        "at_text": now.isoformat(timespec="milliseconds"),
    }
    statement = _STATEMENTS[party.role, edit.field == "price"]
    row = fetch_one(party.scope, statement, parameters)
    if row is None:
        raise NotFoundError
    return (*row, now)


def _parameters(party: Party, edit: Edit) -> dict[str, Any]:
    return {
        "form": party.form_id,
        "merchant": party.merchant_id,
        "customer": party.customer_id,
        "role": party.role.value,
        "actor": party.actor_id,
        "name": party.name,
        "editors": EDITORS,
        "edit": new_id(),
        "op": edit.op,
        "field": edit.field,
        "base": edit.base,
        "only_over": edit.only_over,
    }


def _applied(
    party: Party, edit: Edit, value: str, row: tuple[Any, ...], reading: dict[str, Any]
) -> Applied:
    may, known, state, seen, before, author, clash, revision, summed, now = row
    if not may:
        raise ForbiddenError
    if known:
        return _repeat(party, edit, value)
    if state != FormState.OPEN:
        raise FormClosedError(state=state)
    if summed and value:
        raise FieldRefusedError("price_is_sum", edit.field)
    if revision is None:
        return Applied({"revision": seen or 0, "value": value, "unchanged": True, **reading}, None)
    replaced = {"replaced": {"value": before, "author": author}} if clash else {}
    reply = {"revision": revision, "value": value, **replaced, **reading}
    frame = {
        "type": "form.edited",
        "field": edit.field,
        "op": edit.op,
        "author": party.role.value,
        "author_name": party.name,
        "at": now.isoformat(timespec="milliseconds"),
        **reply,
    }
    return Applied(reply, frame)


def require_photo(party: Party, field: str, value: str) -> None:
    """Raise FieldError photo_unknown for a picture this form does not have.

    Pictures never go away, so looking before the edit is enough.
    """
    if not value or FIELDS[field].kind is not Kind.PHOTO:
        return
    with entered(party.scope):
        known = Photo.objects.filter(form_id=party.form_id, code=value).exists()
    if not known:
        raise FieldError("photo_unknown", field)


def _reading(party: Party, field: str, value: str) -> dict[str, Any]:
    """Return the readings of the form's times with this value in; empty for other fields.

    Looks at the form before the edit, so two edits at once may still leave times that do not
    go together: confirming checks them again.
    """
    if FIELDS[field].group != "time":
        return {}
    with entered(party.scope):
        form = OrderForm.objects.filter(id=party.form_id).first()
    if form is None:
        raise NotFoundError
    values = {**values_of(form.fields), field: value}
    start, end = times_of(values, zone=form.time_zone, now=timezone.now(), field=field)
    return {
        "reading": {
            "start": start.as_dict() if start else None,
            "end": end.as_dict() if end else None,
        }
    }


def _repeat(party: Party, edit: Edit, value: str) -> Applied:
    """Return the first answer to an operation that was applied before."""
    with entered(party.scope):
        edits = FormEdit.objects.filter(form_id=party.form_id)
        first = edits.get(op=edit.op)
        if (first.author_id, first.field, first.value) != (party.actor_id, edit.field, value):
            raise OpReusedError
        before = (
            edits.filter(field=edit.field, revision__lt=first.revision)
            .order_by("-revision")
            .first()
        )
    reply: dict[str, Any] = {"revision": first.revision, "value": first.value}
    if before and before.revision > first.base and before.author_id != first.author_id:
        reply["replaced"] = {"value": before.value, "author": before.author}
    return Applied(reply, None)


def _constraint(error: IntegrityError) -> str | None:
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None)
