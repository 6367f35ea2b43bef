"""The whole sale, in two real browsers, with real media."""

import psycopg
import pytest
import requests

from tests.e2e.sale import PLANNED
from tests.e2e.story import tell


@pytest.fixture(scope="module")
def sale(playwright, product):
    return tell(playwright, product.url)


@pytest.mark.proves(
    *("P1.1", "P1.3", "P1.4", "P1.7", "P1.8", "P1.9", "P2.1", "P2.2", "P2.3", "P2.4", "P3.1"),
    *("P3.2", "P3.3", "P4.1", "P4.2", "P5.1", "P5.2", "P5.3", "P5.4", "P5.5", "P5.6", "P5.7"),
    *("P6.1", "P6.2", "P6.3", "P10.1", "P11.1", "C1", "C3", "C6", "C9", "C11", "M5", "M6", "M7"),
    *("M8", "M9", "M13", "INV-C8"),
)
def test_every_step_of_the_sale_is_true(sale):
    assert sale.steps.done == PLANNED


@pytest.mark.proves("INV-S1", "INV-S4", "INV-S5", "P10.1")
def test_ledger_is_zero_and_one_transfer_exists(sale, product):
    with psycopg.connect(product.parts.addresses.owner) as owner:
        owner.execute("SET ROLE r_operator")
        sums = owner.execute(
            "SELECT order_id, currency, sum(amount_minor) FROM payments_ledgerentry"
            " GROUP BY order_id, currency"
        ).fetchall()
        # other tests pay in the same product, and may end before their hold does
        states = owner.execute(
            "SELECT s.state FROM payments_settlement s JOIN orders_order o ON o.id = s.order_id"
            " WHERE 'order_' || o.code = %s",
            [sale.order["transfer_group"]],
        ).fetchall()
    assert sums
    assert {total for _, _, total in sums} == {0}
    assert states == [("transferred",)]
    transfer = sale.order
    assert transfer["amount"] == 4800 - 384  # eight per cent stay
    assert transfer["currency"] == "eur"


@pytest.mark.proves("A10")
def test_sandbox_found_nothing_against_the_contract(sale):
    assert requests.get(f"{sale.sandbox}/_sandbox/contract", timeout=30).json() == []


def test_browsers_really_ran_and_complained_of_nothing(sale):
    assert "Chrome" in sale.customer.agent
    # Chromium itself notes the sandbox's answer to the declined card; nothing else is allowed.
    declined = (
        "Failed to load resource: the server responded with a status of 402 (Payment Required)"
    )
    assert sale.customer.complaints == [declined]
    assert sale.merchant.complaints == []
