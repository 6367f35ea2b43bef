"""Templates and what a form is filled with at a stroke: kept, listed, picked, dropped."""

import pytest
from django.test import Client
from django.utils import timezone

from marketplace.accounts.audit import SYSTEM
from merchants.scope import entered, operator_scope
from orders.errors import FieldRefusedError, TemplatesFullError
from orders.models import OrderTemplate
from orders.services import keep_template as module
from orders.services.keep_template import keep_template
from tests.factories.calls import set_call
from tests.factories.merchants import make_member, make_merchant, make_quick_item
from tests.factories.orders import make_order, make_table, put
from tests.factories.people import make_user
from tests.orders.test_views import browser
from tests.pages.helpers import client_of

pytestmark = pytest.mark.usefixtures("db")
BOX = {"line.3.description": "Gift box", "line.3.price": "35,00", "discount": "10%"}


def kept() -> dict[str, dict[str, str]]:
    with entered(operator_scope(SYSTEM)):
        return dict(OrderTemplate.objects.values_list("name", "values"))


def keep(table, name="Box", **values):
    with entered(table.seller.scope):
        return keep_template(table.merchant, name=name, values=values or BOX)


def listed(table, form: str = "") -> list[dict]:
    url = f"/desk/{table.merchant.handle}/items.json"
    answer = client_of(table.member.user).get(url, {"form": form})
    assert "no-cache" in answer.headers["cache-control"]
    return answer.json()["items"]


@pytest.mark.proves("M10")
def test_template_is_kept_canonical_with_its_lines_moved_up():
    table = make_table()
    keep(table)
    box = {"line.1.description": "Gift box", "line.1.price": "35.00", "discount": "10%"}
    assert kept() == {"Box": box}
    keep(table, " Box ", content="Tea")
    assert kept() == {"Box": {"content": "Tea"}}


@pytest.mark.proves("M10", "INV-F13")
@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"line.1.price": "x"}, "amount_invalid", "line.1.price"),
        ({"line.1.quantity": "-1"}, "quantity_invalid", "line.1.quantity"),
        ({"line.21.price": "1"}, "field_unknown", "line.21.price"),
        ({"address.line1": "Lindenstraße"}, "field_unknown", "address.line1"),
        ({"price.proposal": "1"}, "field_unknown", "price.proposal"),
        ({"line.1.photo": "x" * 22}, "field_unknown", "line.1.photo"),
        ({"content": " "}, "field_missing", "values"),
    ],
)
def test_wrong_values_are_refused_at_their_field(values, code, field):
    table = make_table()
    if code == "field_missing":
        values = {"content": ""}
    with pytest.raises(FieldRefusedError) as caught:
        keep(table, **values)
    assert (caught.value.code, caught.value.data["field"]) == (code, field)
    assert kept() == {}


@pytest.mark.parametrize(("name", "code"), [(" \n", "field_missing"), ("x" * 81, "field_too_long")])
def test_name_is_needed_and_not_too_long(name, code):
    with pytest.raises(FieldRefusedError) as caught:
        keep(make_table(), name)
    assert (caught.value.code, caught.value.data["field"]) == (code, "name")


def test_templates_are_bounded(monkeypatch):
    monkeypatch.setattr(module, "MOST", 2)
    table = make_table()
    keep(table, "one")
    keep(table, "two")
    keep(table, "two", content="Tea")
    with pytest.raises(TemplatesFullError):
        keep(table, "three")


@pytest.mark.proves("M10")
def test_quick_items_templates_and_the_customers_last_orders_are_listed():
    table = make_table()
    make_quick_item(table.merchant, title="Jasmine tea", price_minor=480)
    keep(table)
    make_order(table, lines=[("Pot", "68.00", "1", "")], address_line1="Lindenstraße 12")
    set_call(table.call, state="completed", ended_at=timezone.now())
    again = make_table(table.merchant, table.customer)
    stranger = make_table(table.merchant)
    quick, box, last = listed(again, again.form.code)
    assert (quick["kind"], quick["name"], quick["price_text"]) == ("quick", "Jasmine tea", "€4.80")
    assert quick["values"] == {"line.1.description": "Jasmine tea", "line.1.price": "4.80"}
    assert (box["kind"], box["name"], box["price_text"]) == ("template", "Box", "€31.50")
    assert (last["kind"], last["price_text"]) == ("last", "€68.00")
    assert last["values"]["line.1.description"] == "Pot"
    assert not any(key.startswith("address") for key in last["values"])
    for form in ("", stranger.form.code, "x" * 300):
        assert [item["kind"] for item in listed(table, form)] == ["quick", "template"]


@pytest.mark.proves("M10")
def test_picked_values_are_taken_by_the_form():
    table = make_table()
    keep(table)
    (box,) = listed(table)
    for key, value in box["values"].items():
        put(table.seller, key, value)
    assert {k: cell["value"] for k, cell in table.form.fields.items()} == box["values"]


def test_template_is_kept_and_dropped_over_http():
    table = make_table()
    client = client_of(table.member.user)
    body = {"merchant": table.merchant.handle, "name": "Box", "values": BOX}
    answer = client.post("/api/v1/templates/", body, "application/json")
    assert answer.status_code == 201
    key = answer.json()["id"]
    refused = {**body, "values": {"line.1.price": "x"}}
    answer = client.post("/api/v1/templates/", refused, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "amount_invalid")
    for wrong in ({}, {**body, "more": 1}, {**body, "values": {"content": 1}}, {**body, "name": 1}):
        answer = client.post("/api/v1/templates/", wrong, "application/json")
        assert (answer.status_code, answer.json()["code"]) == (400, "input_invalid")
    assert client.delete(f"/api/v1/templates/{key}/").status_code == 204
    assert client.delete(f"/api/v1/templates/{key}/").status_code == 404
    assert kept() == {}


@pytest.mark.proves("A5", "INV-T4")
def test_templates_are_the_merchants_own():
    table, foreign = make_table(), make_member(make_merchant())
    row = keep(table)
    body = {"merchant": table.merchant.handle, "name": "Mine", "values": {"content": "x"}}
    base = f"/desk/{table.merchant.handle}/items"
    for client, status in (
        (client_of(foreign.user), 404),
        (client_of(make_user()), 404),
        (browser(table.customer), 401),
        (Client(), 401),
    ):
        assert client.post("/api/v1/templates/", body, "application/json").status_code == status
        assert client.delete(f"/api/v1/templates/{row.id}/").status_code == status
        for url in (f"{base}/", f"{base}.json"):
            assert client.get(url).status_code == (302 if status == 401 else 404)
        assert client.post(f"{base}/{row.id}/drop/").status_code == (302 if status == 401 else 404)
    own = f"/desk/{foreign.merchant.handle}/items"
    assert client_of(foreign.user).post(f"{own}/{row.id}/drop/").status_code == 404
    assert "Box" not in client_of(foreign.user).get(f"{own}/").content.decode()
    assert set(kept()) == {"Box"}


@pytest.mark.proves("M10")
def test_template_is_made_changed_and_dropped_at_the_desk():
    table = make_table()
    make_quick_item(table.merchant, title="Jasmine tea")
    client, url = client_of(table.member.user), f"/desk/{table.merchant.handle}/items/"
    assert "Jasmine tea" in client.get(url).content.decode()
    said = {"name": "Box", "line.2.description": "Gift <b>box</b>", "line.2.price": "35"}
    assert client.post(url, said).status_code == 302
    text = client.get(url).content.decode()
    assert "Gift &lt;b&gt;box&lt;/b&gt;" in text
    assert "€35.00" in text
    with entered(table.seller.scope):
        row = OrderTemplate.objects.get()
        OrderTemplate.objects.update(values={**row.values, "discount": "10%"})
    assert 'value="35.00"' in client.get(url, {"edit": row.id}).content.decode()
    client.post(url, {**said, "old": row.id, "name": "Big box", "line.2.price": "70"})
    assert kept() == {
        "Big box": {
            "discount": "10%",
            "line.1.description": "Gift <b>box</b>",
            "line.1.price": "70.00",
        }
    }
    with entered(table.seller.scope):
        row = OrderTemplate.objects.get()
    client.post(f"{url}{row.id}/drop/")
    assert kept() == {}


def test_wrong_price_is_said_at_its_field_and_what_was_typed_stays():
    table = make_table()
    client, url = client_of(table.member.user), f"/desk/{table.merchant.handle}/items/"
    answer = client.post(url, {"name": "Box", "line.1.description": "Tea", "line.1.price": "abc"})
    text = " ".join(answer.content.decode().split())
    assert answer.status_code == 400
    assert text.count('aria-invalid="true"') == 1
    assert 'aria-invalid="true" aria-describedby="line.1.price-error"' in text
    assert 'value="abc"' in text
    assert 'value="Tea"' in text
    answer = client.post(url, {"name": "Box"})
    assert "Fill in at least one line." in answer.content.decode()
    for odd in ("x", "\x00", str(table.member.id)):
        assert client.get(url, {"edit": odd}).status_code == 200
