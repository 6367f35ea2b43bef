"""The index: what the sandbox holds, newest first, and what it serves."""

from __future__ import annotations

from collections.abc import Sequence

from payments.sandbox import money
from payments.sandbox.contract import API_VERSION
from payments.sandbox.pages.render import Markup, join, page_response, render
from payments.sandbox.pages.visit import Visit
from payments.sandbox.registry import served_operations
from payments.sandbox.rows import deliveries, objects
from payments.sandbox.rows.objects import Stored
from payments.sandbox.rules.accounts import transfers_status
from payments.sandbox.wire import Response
from payments.sandbox.world import World

SHOWN = 50
Cell = str | Markup


def index_page(visit: Visit) -> Response:
    """Accounts, payments, transfers, refunds, events and deliveries in tables."""
    with visit.sandbox.world() as world:
        sections = [
            _accounts(world),
            _section(
                "Checkout sessions",
                ("Session", "Amount", "Status", "Payment"),
                [_session(row) for row in _newest(world, "checkout.session")],
            ),
            _section(
                "Charges",
                ("Charge", "Amount", "Status", "Balance transaction"),
                [_charge(row) for row in _newest(world, "charge")],
            ),
            _section(
                "Transfers",
                ("Transfer", "Amount", "Destination", "Source"),
                [_transfer(row) for row in _newest(world, "transfer")],
            ),
            _section(
                "Refunds",
                ("Refund", "Amount", "Charge", "Status"),
                [_refund(row) for row in _newest(world, "refund")],
            ),
            _events(world),
            _deliveries(world),
        ]
    operations = join([render("operation", name=name) for name in served_operations()])
    body = render("index", sections=join(sections), operations=operations, version=API_VERSION)
    return page_response("Stripe sandbox", body, page="index")


def _newest(world: World, kind: str) -> list[Stored]:
    return objects.select(world.db, kind, limit=SHOWN)


def _section(title: str, heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Markup:
    if not rows:
        return render("empty", title=title)
    head = join([render("head", text=text) for text in heads])
    lines = join(
        [render("row", cells=join([render("cell", text=cell) for cell in row])) for row in rows]
    )
    return render("table", title=title, head=head, rows=lines, count=len(rows))


def _amount(row: Stored) -> str:
    total = row.body["amount_total" if row.kind == "checkout.session" else "amount"]
    return money.display(total, row.body["currency"])


def _accounts(world: World) -> Markup:
    rows = [
        (
            row.id,
            row.body["display_name"] or "",
            transfers_status(row) or "not requested",
            _activate(row),
        )
        for row in _newest(world, "v2.core.account")
    ]
    return _section("Accounts", ("Account", "Name", "Transfers", "Onboarding"), rows)


def _activate(row: Stored) -> Cell:
    if transfers_status(row) != "restricted":
        return "done"
    return render("action", action=f"/_sandbox/accounts/{row.id}/activate", label="Activate")


def _session(row: Stored) -> tuple[Cell, ...]:
    return row.id[:20] + "…", _amount(row), row.body["status"], row.body["payment_status"]


def _charge(row: Stored) -> tuple[Cell, ...]:
    status = row.body["failure_code"] or row.body["status"]
    booked = row.body["balance_transaction"] or ("none" if row.body["failure_code"] else "none yet")
    return row.id, _amount(row), status, booked


def _transfer(row: Stored) -> tuple[Cell, ...]:
    return (
        row.id,
        _amount(row),
        row.body["destination"],
        row.body["source_transaction"] or "balance",
    )


def _refund(row: Stored) -> tuple[Cell, ...]:
    return row.id, _amount(row), row.body["charge"], row.body["status"]


def _events(world: World) -> Markup:
    rows = [
        (row.body["type"], row.id, str(row.body["data"]["object"]["id"])[:24], _resend(row))
        for row in _newest(world, "event")
    ]
    return _section("Events", ("Type", "Event", "About", "Webhook"), rows)


def _resend(row: Stored) -> Markup:
    return render("action", action=f"/_sandbox/events/{row.id}/resend", label="Send again")


def _deliveries(world: World) -> Markup:
    rows = [
        (
            row["type"],
            row["state"].replace("_", " "),
            str(row["attempts"]),
            str(row["last_status"] or row["last_error"] or ""),
        )
        for row in deliveries.recent(world.db, SHOWN)
    ]
    return _section("Webhook deliveries", ("Type", "State", "Attempts", "Last answer"), rows)
