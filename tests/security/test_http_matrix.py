"""Every URL × method × role × object gives exactly what the reviewed table says."""

from collections import defaultdict

import pytest

from tests.security.crawl import Cell, Crawl, patterns
from tests.security.policy import METHODS, OK, TABLE, UNSAFE, Rule, always

pytestmark = pytest.mark.integration
FLOOR = 15_000
"""Cells there were when this was written; a matrix that shrinks is noticed."""


def labels(cells) -> list[str]:
    return [f"{cell.label}: {cell.status}, wanted {cell.wanted}" for cell in cells]


@pytest.mark.proves("INV-T2", "INV-A8")
def test_every_url_has_a_row_in_the_table():
    names = [name for name, _pattern in patterns()]
    assert sorted(names) == sorted(TABLE)


@pytest.mark.proves("INV-T2", "INV-A6", "INV-A8")
def test_every_cell_gives_exactly_its_status(crawled: Crawl):
    roles = {cell.role for cell in crawled.cells}
    print(f"\nHTTP matrix: {len(crawled.cells)} cells, {len(TABLE)} URLs, {len(roles)} roles")
    assert len(crawled.cells) >= FLOOR
    assert {cell.method for cell in crawled.cells} == set(METHODS)
    assert labels(c for c in crawled.cells if c.status != c.wanted)[:40] == []


def test_every_url_opens_to_somebody(crawled: Crawl):
    """Control: a matrix in which everything is refused would be green as well."""
    opened = {c.name for c in crawled.cells if c.status in {200, 201, 204, 302}}
    assert set(TABLE) - opened == {"stripe-webhook", "request-open", "call-continue", "order-open"}
    # Let in, but not with an order like this one.
    assert {c.role for c in crawled.cells if c.name == "order-revise" and c.status == 409} == {
        *("agent_own", "manager_own", "owner_own", "owner_other")
    }
    by_role = defaultdict(set)
    for cell in crawled.cells:
        if cell.method == "GET" and cell.status == 200:
            by_role[cell.role].add(cell.name)
    assert {"call", "order-page", "pay-panel", "request"} <= by_role["customer_own"]
    at_desk = {"desk", "desk-call", "desk-order", "desk-orders", "desk-calls", "desk-call-record"}
    assert {*at_desk, "desk-request"} <= by_role["agent_own"]
    assert "desk-reception" in by_role["manager_own"] - by_role["agent_own"]
    assert {"operator", "operator-payments"} <= by_role["operator"]
    for stranger in ("anonymous", "forged_guest", "revoked_guest", "former_owner"):
        assert not by_role[stranger] & {"call", "order-page", "desk", "operator"}


def _refused(cell: Cell) -> bool:
    return cell.status >= 400 or (cell.status == 302 and "sign-in" in cell.headers["Location"])


@pytest.mark.proves("INV-T3")
def test_foreign_and_unknown_look_the_same(crawled: Crawl):
    """Same status, body and headers for whatever is not there for this person."""
    seen = defaultdict(dict)
    for cell in crawled.cells:
        if cell.where.kinds and cell.status == 404:
            headers = sorted((k, v) for k, v in cell.headers.items() if k != "Expires")  # the time
            looks = (cell.status, cell.body, tuple(headers))
            names = tuple(sorted(cell.cookies))
            seen[cell.name, cell.method, cell.role][looks, names] = cell.where
    assert len(seen) > 100
    different = {key: list(ways.values()) for key, ways in seen.items() if len(ways) > 1}
    assert different == {}
    kinds = [
        (c.name, c.role, kind) for c in crawled.cells if c.status == 404 for kind in c.where.kinds
    ]
    for kind in ("foreign", "none", "other"):
        assert ("order-page", "customer_own", kind) in kinds, "control: all were compared"


def _held(cell: Cell) -> bool:
    """The right member's order, which was held and released while its form could not be opened."""
    return cell.name == "order-revise" and cell.status == 409


@pytest.mark.proves("INV-T2", "INV-T5")
def test_refused_call_changes_no_row_of_any_tenant(crawled: Crawl):
    refused = [c for c in crawled.cells if c.method in UNSAFE and _refused(c) and not _held(c)]
    assert len(refused) > 7000
    assert [c.label for c in refused if c.changed - {"accounts_customer"}] == []
    wrote = {c.name for c in crawled.cells if c.changed}
    assert {"api-calls", "order-checkout"} <= wrote, "control: a write is noticed"


@pytest.mark.proves("INV-T5", "INV-T12")
def test_nobody_reads_a_word_that_is_not_theirs(crawled: Crawl):
    leaks = [f"{c.label}: {c.leaked}" for c in crawled.cells if c.leaked]
    assert leaks == []
    read = {
        role: {w.rstrip("0123456789") for w in words} for role, words in crawled.words_read.items()
    }
    assert read["customer_own"] == {"qxone", "qxteama"}, "control: words do come through"
    assert {"qxone", "qxtwo", "qxteama", "qxnotea"} <= read["agent_own"]
    assert {"qxthree", "qxteamb", "qxnoteb"} <= read["owner_other"]
    assert not any(read[stranger] for stranger in ("anonymous", "forged_guest", "former_owner"))


@pytest.mark.proves("INV-A11")
def test_reading_changes_nothing(crawled: Crawl):
    reads = [c for c in crawled.cells if c.method not in UNSAFE]
    assert len(reads) > 6000
    assert [(c.label, sorted(c.changed)) for c in reads if c.changed] == []
    assert any(c.changed for c in crawled.cells), "control: a change is noticed"


def test_table_that_says_otherwise_would_be_red(crawled: Crawl, monkeypatch):
    """Control: with the order page open to everybody in the table, cells differ from it."""
    monkeypatch.setitem(TABLE, "order-page", Rule({"GET": always(OK)}, code="order"))
    from tests.security.policy import expected

    class Anybody:
        role, customer, works_at, signed_in = "x", "", "", False

    page = [c for c in crawled.cells if (c.name, c.method) == ("order-page", "GET")]
    assert any(c.status != expected(c.name, c.method, Anybody(), c.where) for c in page)
