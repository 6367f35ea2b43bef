"""A form's deal record: read for both sides, and checked against the rows it tells of."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from orders.chain import Entry, Fault, actor_digest, fault_of, value_digest
from orders.digest import form_digest
from orders.models import DealEntry, FormEdit, Order, OrderForm

MOMENT: Final = "%Y-%m-%dT%H:%M:%S.%fZ"
_FIELDS_SHOWN: Final = ("revision", "field", "role", "at", "digest")


def moment(at: datetime) -> str:
    """Return a time as the record writes it."""
    return at.astimezone(UTC).strftime(MOMENT)


def sealed_edit(
    salt: str, revision: int, field: str, author: str, at: str, value: str
) -> list[Any]:
    """Return an edit as the record keeps it: the value as its digest."""
    digest = value_digest(salt, revision=revision, field=field, value=value)
    return [revision, field, author, at, digest]


def entry_of(row: DealEntry, form: OrderForm) -> Entry:
    """Return a row as it goes into its digest."""
    return Entry(
        form=form.code,
        number=row.number,
        kind=row.kind,
        role=row.role,
        actor=actor_digest(form.salt, row.actor_id),
        actor_name=row.actor_name,
        at=row.at,
        data=row.data,
        previous=row.previous,
        digest=row.digest,
    )


# -- shown -----------------------------------------------------------------------------


def deal_record(form: OrderForm) -> dict[str, Any]:
    """Return the record with values beside their digests, in the scope of either side.

    It can be checked without us: `docs/deal-record.md` says how.
    """
    values = dict(FormEdit.objects.filter(form=form).values_list("revision", "value"))
    entries = [entry_of(row, form) for row in DealEntry.objects.filter(form=form)]
    fault = fault_of(entries)
    return {
        "format": "visavis-deal-v1",
        "form": form.code,
        "currency": form.currency,
        "salt": form.salt,
        "intact": fault is None,
        "entries": [_shown(entry, values) for entry in entries],
    }


def _shown(entry: Entry, values: Mapping[int, str]) -> dict[str, Any]:
    data = {key: value for key, value in entry.data.items() if key != "edits"}
    return {
        "number": entry.number,
        "kind": entry.kind,
        "role": entry.role,
        "actor": entry.actor,
        "actor_name": entry.actor_name,
        "at": entry.at,
        "data": data,
        "edits": [
            {**dict(zip(_FIELDS_SHOWN, edit, strict=True)), "value": values.get(edit[0], "")}
            for edit in entry.data["edits"]
        ],
        "previous": entry.previous,
        "digest": entry.digest,
    }


def entry_shown(form: str, shown: Mapping[str, Any]) -> Entry:
    """Return the entry behind its exported form, to check an export by itself."""
    edits = [[edit[name] for name in _FIELDS_SHOWN] for edit in shown["edits"]]
    return Entry(
        form=form,
        data={**shown["data"], "edits": edits},
        **{
            name: shown[name]
            for name in (
                "number",
                "kind",
                "role",
                "actor",
                "actor_name",
                "at",
                "previous",
                "digest",
            )
        },
    )


# -- checked ---------------------------------------------------------------------------


def faults_of_deal(form: OrderForm) -> Iterator[Fault]:
    """Yield what does not fit in a form's record: its chain, its edits, its values, its orders.

    Reads in operator scope. Values of a form without its salt were erased and are not compared.
    """
    entries = [entry_of(row, form) for row in DealEntry.objects.filter(form=form)]
    broken = fault_of(entries)
    if broken:
        yield broken
    if form.salt:
        edits = list(FormEdit.objects.filter(form=form).order_by("revision"))
        yield from _faults_of_edits(form, entries, edits)
        yield from _faults_of_values(form, edits)
    yield from _faults_of_orders(form, entries)


def _faults_of_edits(
    form: OrderForm, entries: Sequence[Entry], edits: Sequence[FormEdit]
) -> Iterator[Fault]:
    told = {
        edit.revision: sealed_edit(
            form.salt,
            edit.revision,
            edit.field,
            edit.author,
            moment(edit.created_at),
            edit.value,
        )
        for edit in edits
    }
    revision = 0
    for entry in entries:
        for sealed in entry.data.get("edits", []):
            revision += 1
            if sealed[0] != revision or told.get(revision) != sealed:
                yield Fault(entry.number, "edit_changed")
                return
    if sorted(told) != list(range(1, form.revision + 1)):
        yield Fault(0, "edit_missing")


def _faults_of_values(form: OrderForm, edits: Sequence[FormEdit]) -> Iterator[Fault]:
    last = {edit.field: (edit.revision, edit.value, edit.author) for edit in edits}
    shown = {
        key: (cell["revision"], cell["value"], cell["author"]) for key, cell in form.fields.items()
    }
    if shown != last:
        yield Fault(0, "value_changed")


def _faults_of_orders(form: OrderForm, entries: Sequence[Entry]) -> Iterator[Fault]:
    ordered = {entry.data.get("order"): entry for entry in entries if entry.kind == "ordered"}
    paid = {entry.data.get("order") for entry in entries if entry.kind == "paid"}
    orders = Order.objects.filter(form=form)
    known = set()
    for order in orders:
        known.add(order.code)
        entry = ordered.get(order.code)
        if entry is None:
            yield Fault(0, "order_unrecorded")
        elif not _fits(form, order, entry):
            yield Fault(entry.number, "order_changed")
        if (order.paid_at is not None) != (order.code in paid):
            yield Fault(0, "payment_changed")
    if not (ordered.keys() | paid) <= known:
        yield Fault(0, "order_missing")


def _fits(form: OrderForm, order: Order, entry: Entry) -> bool:
    """Say whether an order is what was recorded, down to every value of its frozen copy."""
    computed = form_digest(
        code=form.code,
        revision=order.form_revision,
        currency=order.currency,
        values={key: cell["value"] for key, cell in order.values.items()},
    )
    recorded = {
        "digest": order.digest,
        "number": order.number,
        "total_minor": order.total_minor,
        "currency": order.currency,
    }
    return computed == order.digest and recorded.items() <= entry.data.items()
