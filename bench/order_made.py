"""`create_order`, timed: `python -m bench.order_made LINES COUNT`, in the product's environment.

Timed as the form socket does it: in a thread beside the loop, the scope is entered, the order made,
committed and announced.
Prints milliseconds of each and the number of statements with BEGIN and COMMIT.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec, TypeVar

import django

django.setup()

from channels.db import database_sync_to_async  # noqa: E402

from bench import statements  # noqa: E402
from bench.prepare import talk  # noqa: E402
from merchants.access import scope_of_customer  # noqa: E402
from merchants.scope import entered  # noqa: E402
from orders.access import party_of  # noqa: E402
from orders.models import OrderForm  # noqa: E402
from orders.order_summary import order_summary  # noqa: E402
from orders.selectors import digest_of  # noqa: E402
from orders.services.create_order import create_order  # noqa: E402
from orders.services.open_form import open_form  # noqa: E402
from orders.states import Role  # noqa: E402
from tests.factories.merchants import scope_of_member  # noqa: E402
from tests.factories.orders import Table, confirmed  # noqa: E402

P = ParamSpec("P")
R = TypeVar("R")


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


async def made(lines: int) -> float:
    """Return the milliseconds of one order."""
    both, form = await _in_thread(_ready, lines)
    digest = digest_of(form)
    started = time.perf_counter()
    await _in_thread(_created, both, revision=form.revision, digest=digest)
    return (time.perf_counter() - started) * 1000


def _in_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Awaitable[R]:
    return database_sync_to_async(function, thread_sensitive=False)(*args, **kwargs)


def _ready(lines: int) -> tuple[Table, OrderForm]:
    both = table()
    return both, confirmed(both, lines=[(f"Tea {n}", "1.25", "2") for n in range(lines)])


def _created(both: Table, *, revision: int, digest: str) -> None:
    with entered(both.seller.scope):
        order_summary(create_order(both.seller, revision=revision, digest=digest))


async def run(lines: int, count: int) -> dict[str, Any]:
    """Time `count` orders after five, then count the statements of one more."""
    taken = [await made(lines) for _ in range(count + 5)][5:]
    both, form = await _in_thread(_ready, lines)
    statements.watch()
    await _in_thread(_created, both, revision=form.revision, digest=digest_of(form))
    return {"ms": taken, "statements": len(statements.said())}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(int(sys.argv[1]), int(sys.argv[2])))))
