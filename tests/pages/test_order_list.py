"""Finding a merchant's orders: words, state, period, pages, and the table to take away."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from marketplace.accounts.audit import SYSTEM
from marketplace.console.order_csv import BATCH, safe
from marketplace.console.order_search import ROWS
from merchants.scope import entered, merchant_scope
from orders.models import Order, OrderLine
from tests.factories.merchants import make_member, make_merchant
from tests.factories.orders import make_order, make_table
from tests.factories.people import make_customer, make_user
from tests.pages.helpers import client_of, queries_of, streamed


@pytest.fixture
def table(db):
    return make_table(customer=make_customer(name="Lena Sommer"))


def listed(table, **query) -> list[str]:
    url = f"/desk/{table.merchant.handle}/orders/"
    page = client_of(table.member.user).get(url, query).context["page"]
    return [order.content for order in page.rows]


def exported(table, **query) -> list[dict[str, str]]:
    url = f"/desk/{table.merchant.handle}/orders/export.csv"
    answer = client_of(table.member.user).get(url, query)
    assert answer.status_code == 200
    text = streamed(answer)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:])))


def copies_of(order: Order, number: int, *, after: int = 0) -> None:
    """More orders like one, as rows: the list and the export read nothing else."""
    with entered(merchant_scope(order.merchant_id, SYSTEM)):
        first = Order.objects.get(pk=order.pk)
        line = OrderLine.objects.get(order=order)
        for n in range(after + 1, after + number + 1):
            first.pk, first.code, first.number = None, f"copy{n:018d}", order.number + n
            first.form_revision = order.form_revision + n
            copy = Order(**{f.attname: getattr(first, f.attname) for f in Order._meta.fields[2:]})
            copy.save(force_insert=True)
            line_of = {f.attname: getattr(line, f.attname) for f in OrderLine._meta.fields[2:]}
            OrderLine.objects.create(**{**line_of, "order_id": copy.id})


@pytest.mark.proves("M8")
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("1", True),
        ("0001", True),
        ("#1", True),
        ("2", False),
        ("lena", True),
        ("SOMMER", True),
        ("jasmine", True),
        ("lena jasmine 1", True),
        ("lena coffee", False),
        ("%", False),
        ("_", False),
        ("9" * 30, False),
        ("\u0661", False),
    ],
)
def test_order_is_found_by_number_customer_and_words(table, words, found):
    order = make_order(table)
    assert listed(table, q=words) == ([order.content] if found else [])


def test_order_is_found_by_the_name_agreed_in_it_and_by_a_line(table):
    order = make_order(table, contact_name="Frau Ott")
    assert listed(table, q="ott") == [order.content]
    text = client_of(table.member.user).get(f"/desk/{table.merchant.handle}/orders/").content
    assert "Frau Ott" in text.decode()


def test_period_is_counted_in_the_merchants_days(db):
    table = make_table(make_merchant(time_zone="Pacific/Kiritimati"))
    order = make_order(table)
    local = timezone.localtime(order.created_at, timezone.zoneinfo.ZoneInfo("Pacific/Kiritimati"))
    today, day = local.date(), timedelta(days=1)
    assert listed(table, since=today, until=today) == [order.content]
    assert listed(table, since=today + day) == []
    assert listed(table, until=today - day) == []


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"since": "yesterday"}, "Enter a day like 2026-11-22."),
        ({"until": "2026-02-30"}, "Enter a day like 2026-11-22."),
        ({"since": "2026-11-22", "until": "2026-11-21"}, "The last day is before the first."),
        ({"q": "x" * 81}, "Search for fewer words."),
    ],
)
def test_search_that_is_not_understood_says_so_at_its_field(table, query, words):
    make_order(table)
    url = f"/desk/{table.merchant.handle}/orders/"
    answer = client_of(table.member.user).get(url, query)
    assert answer.status_code == 400
    text = answer.content.decode()
    assert words in text
    assert text.count('aria-invalid="true"') == 1
    back = client_of(table.member.user).get(f"{url}export.csv", query)
    assert back.status_code == 302
    assert back.headers["location"].startswith(f"{url}?")


def test_filters_are_kept_by_tabs_pages_and_export(table):
    copies_of(make_order(table), ROWS)
    url = f"/desk/{table.merchant.handle}/orders/?q=jasmine&state=awaiting_payment"
    text = client_of(table.member.user).get(url).content.decode()
    assert "?page=2&amp;q=jasmine&amp;state=awaiting_payment" in text
    assert "?state=paid&amp;q=jasmine" in text
    assert "export.csv?q=jasmine&amp;state=awaiting_payment" in text
    assert len(listed(table, q="jasmine", page="2")) == 1
    assert listed(table, page="99") == []


@pytest.mark.proves("M8")
def test_list_asks_as_often_with_100_orders_as_with_one(table):
    order = make_order(table)
    client, url = client_of(table.member.user), f"/desk/{table.merchant.handle}/orders/"
    one = queries_of(client, url)
    copies_of(order, 19)
    twenty = queries_of(client, url)
    copies_of(order, 80, after=19)
    assert one == twenty == queries_of(client, url)
    # session, person, merchant, membership, scope (with its savepoint), the rows
    assert one <= 9


@pytest.mark.proves("A5", "INV-T4")
def test_export_is_for_members_of_the_merchant_only(table):
    order = make_order(table)
    url = f"/desk/{table.merchant.handle}/orders/export.csv"
    assert Client().get(url).headers["location"].startswith("/sign-in/?next=")
    assert client_of(make_user()).get(url).status_code == 404
    foreign = make_member(make_merchant())
    assert client_of(foreign.user).get(url).status_code == 404
    own = f"/desk/{foreign.merchant.handle}/orders/export.csv"
    assert order.content not in streamed(client_of(foreign.user).get(own))


@pytest.mark.proves("M8")
def test_export_has_the_orders_of_the_search_with_amounts_and_lines(table):
    make_order(table, address_line1="Lindenstraße 12", contact_name="Lena Sommer", note="Ring")
    (row,) = exported(table)
    assert (row["Order"], row["State"], row["Currency"]) == ("0001", "awaiting payment", "EUR")
    assert (row["Subtotal"], row["Total"], row["Tax rate"]) == ("48.00", "48.00", "")
    assert row["Order lines"] == "1 × Two tins of jasmine tea at 48.00"
    assert (row["Street and number"], row["Customer"], row["Note"]) == (
        "Lindenstraße 12",
        "Lena Sommer",
        "Ring",
    )
    assert exported(table, state="paid") == []


@pytest.mark.proves("INV-F13")
def test_no_cell_of_the_export_is_a_formula(table):
    evil = '=HYPERLINK("http://evil.example","x")'
    make_order(table, content=evil, note="@SUM(1)", contact_name=" +1", address_line1="－1")
    (row,) = exported(table)
    assert row["What"] == f"'{evil}"
    assert (row["Note"], row["Name"], row["Street and number"]) == ("'@SUM(1)", "' +1", "'－1")
    for text in ("=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "  =1", "\u3000=1", "＝1", "\tx"):
        assert safe(text) == f"'{text}"
    assert safe("48.00") == "48.00"


def test_export_goes_on_after_a_batch_and_repeats_nothing(table):
    copies_of(make_order(table), BATCH + 3)
    numbers = [row["Order"] for row in exported(table)]
    assert len(numbers) == BATCH + 4
    assert len(set(numbers)) == BATCH + 4
