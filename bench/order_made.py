"""`create_order`, timed: `python -m bench.order_made LINES COUNT`, in the product's environment.

Timed as the form socket does it: the scope is entered, the order made, committed and announced.
Prints milliseconds of each and the number of statements with BEGIN and COMMIT.
"""

import json
import sys
import time
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402

from bench.prepare import talk  # noqa: E402
from merchants.access import scope_of_customer  # noqa: E402
from merchants.scope import entered  # noqa: E402
from orders.access import party_of  # noqa: E402
from orders.order_summary import order_summary  # noqa: E402
from orders.selectors import digest_of  # noqa: E402
from orders.services.create_order import create_order  # noqa: E402
from orders.services.open_form import open_form  # noqa: E402
from orders.states import Role  # noqa: E402
from tests.factories.merchants import scope_of_member  # noqa: E402
from tests.factories.orders import Table, confirmed  # noqa: E402


def table() -> Table:
    """A merchant and a customer who talk over a new form."""
    member, customer, call = talk()
    seller, buyer = scope_of_member(member), scope_of_customer(customer)
    with entered(seller):
        form = open_form(call)
    return Table(
        merchant=member.merchant,
        member=member,
        customer=customer,
        call=call,
        seller=party_of(form, Role.MERCHANT, seller, "Bench"),
        buyer=party_of(form, Role.CUSTOMER, buyer, customer.name),
    )


def made(lines: int) -> float:
    """Return the milliseconds of one order."""
    both = table()
    form = confirmed(both, lines=[(f"Tea {n}", "1.25", "2") for n in range(lines)])
    digest = digest_of(form)
    connection.queries_log.clear()
    started = time.perf_counter()
    with entered(both.seller.scope):
        order_summary(create_order(both.seller, revision=form.revision, digest=digest))
    return (time.perf_counter() - started) * 1000


def statements() -> int:
    """Return how many PostgreSQL ran; several may travel as one message."""
    return sum(len(query["sql"].rstrip(";").split(";\n")) for query in connection.queries_log)


def run(lines: int, count: int) -> dict[str, Any]:
    """Time `count` orders after three, then count the statements of one more."""
    taken = [made(lines) for _ in range(count + 3)][3:]
    connection.force_debug_cursor = True
    made(lines)
    return {"ms": taken, "statements": statements()}


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]), int(sys.argv[2]))))
