"""Photos of a line: kept with the form by either side, shown to the two and nobody else."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from marketplace.accounts.guests import COOKIE, cookie_for
from merchants.roles import Role as MemberRole
from merchants.scope import entered
from orders import photo_api
from orders.errors import FieldRefusedError
from orders.models import Order, Photo
from orders.order_links import give_pass
from orders.order_summary import order_summary
from orders.pictures import LARGEST_BYTES
from orders.selectors import digest_of, orders
from orders.services import edit_form
from orders.services import keep_photo as keeping
from orders.services.create_order import create_order
from orders.states import Role
from tests.factories.merchants import make_member
from tests.factories.orders import confirmed, make_order, make_table, put
from tests.factories.pictures import picture
from tests.orders.raw import refused

pytestmark = pytest.mark.usefixtures("db")


def guest(customer) -> Client:
    client = Client()
    client.cookies[COOKIE] = cookie_for(customer)
    return client


def signed_in(member) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def send(client, form, raw=None, name="photo"):
    file = SimpleUploadedFile("../../x.jpg", picture() if raw is None else raw, "image/jpeg")
    return client.post(f"/api/v1/forms/{form.code}/photos/", {name: file})


def browser_of(table, role) -> Client:
    return guest(table.customer) if role is Role.CUSTOMER else signed_in(table.member)


def count(table) -> int:
    with entered(table.seller.scope):
        return Photo.objects.count()


@pytest.mark.proves("M5", "M10")
@pytest.mark.parametrize("role", Role)
def test_either_side_keeps_a_picture_and_both_see_it(role):
    table = make_table()
    answer = send(browser_of(table, role), table.form)
    assert answer.status_code == 201, answer.content
    code = answer.json()["photo"]
    assert answer.json()["url"] == f"/photos/{code}/"
    for side in Role:
        shown = browser_of(table, side).get(f"/photos/{code}/")
        assert (shown.status_code, shown["Content-Type"]) == (200, "image/webp")
        assert shown.content[:4] == b"RIFF"
    with entered(table.seller.scope):
        photo = Photo.objects.get()
    assert (photo.author, photo.author_id) == (role.value, table.party(role).actor_id)


@pytest.mark.proves("INV-T7", "INV-T8")
def test_picture_is_shown_as_a_picture_and_kept_by_nobody_else():
    table = make_table()
    url = send(guest(table.customer), table.form).json()["url"]
    shown = guest(table.customer).get(url)
    assert shown["Cache-Control"].startswith("private")
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert shown["Content-Disposition"].startswith("inline; filename=")
    assert "x.jpg" not in shown["Content-Disposition"]
    assert "sandbox" in shown["Content-Security-Policy"]


@pytest.mark.proves("INV-T3", "INV-T5", "INV-A8")
def test_strangers_see_and_send_nothing():
    table, other = make_table(), make_table()
    code = send(guest(table.customer), table.form).json()["photo"]
    strangers = {
        "nobody": Client(),
        "another customer": guest(other.customer),
        "another merchant": signed_in(other.member),
        "another customer of the same merchant": guest(make_table(table.merchant).customer),
    }
    for who, client in strangers.items():
        for unknown in (code, "0" * 22):
            assert client.get(f"/photos/{unknown}/").status_code == 404, who
        assert send(client, table.form).status_code == 404, who
    assert count(table) == 1


def test_colleague_may_see_and_send():
    table = make_table()
    code = send(guest(table.customer), table.form).json()["photo"]
    colleague = signed_in(make_member(table.merchant, MemberRole.AGENT))
    assert colleague.get(f"/photos/{code}/").status_code == 200
    assert send(colleague, table.form).status_code == 201


@pytest.mark.proves("M8", "M10")
def test_line_shows_its_picture_on_the_order():
    table = make_table()
    photo = send(signed_in(table.member), table.form).json()
    order = make_order(
        table, lines=[("Tea", "12.50"), ("Cup", "8.00")], **{"line.2.photo": photo["photo"]}
    )
    with entered(table.buyer.scope):
        lines = order_summary(orders().get(id=order.id))["lines"]
    assert [line["photo"] for line in lines] == [None, photo["url"]]
    assert order_summary(order)["lines"] == lines


@pytest.mark.proves("INV-T5", "INV-T11", "M11")
def test_line_names_pictures_of_its_own_form_only():
    table, other = make_table(), make_table()
    foreign = send(signed_in(other.member), other.form).json()["photo"]
    for code in (foreign, "A" * 22):
        with pytest.raises(FieldRefusedError) as caught:
            put(table.seller, "line.1.photo", code)
        assert caught.value.code == "photo_unknown"
    assert table.form.revision == 0
    put(other.buyer, "line.1.photo", foreign)
    put(other.buyer, "line.1.photo", "")


@pytest.mark.proves("INV-T5", "INV-T11")
def test_picture_of_another_form_is_not_shown_on_an_order_either(monkeypatch):
    """With the edit's own check off: the order looks for itself."""
    monkeypatch.setattr(edit_form, "require_photo", lambda *_: None)
    table, other = make_table(), make_table()
    foreign = send(signed_in(other.member), other.form).json()["photo"]
    form = confirmed(table, lines=[("Tea", "1.00")], **{"line.1.photo": foreign})
    with entered(table.seller.scope):
        order = create_order(table.seller, revision=form.revision, digest=digest_of(form))
        assert order_summary(order)["lines"][0]["photo"] is None


@pytest.mark.proves("INV-A5", "INV-T5")
def test_pass_of_an_order_shows_the_pictures_of_its_lines_and_no_others():
    table = make_table()
    member = signed_in(table.member)
    shown, unused = (send(member, table.form).json() for _ in range(2))
    order = make_order(table, lines=[("Tea", "12.50")], **{"line.1.photo": shown["photo"]})
    answer = HttpResponse()
    with entered(table.buyer.scope):
        give_pass(answer, order)
    device = Client()
    device.cookies.update(answer.cookies)
    assert device.get(shown["url"]).status_code == 200
    assert device.get(unused["url"]).status_code == 404
    assert send(device, table.form).status_code == 404
    with entered(table.buyer.scope):
        Order.objects.filter(id=order.id).update(link_epoch=2)
    assert device.get(shown["url"]).status_code == 404


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"<script>alert(1)</script>", 400, "picture_invalid"),
        (bytes(LARGEST_BYTES + 1), 413, "picture_too_large"),
        (bytes(LARGEST_BYTES + 100_000), 413, "picture_too_large"),
    ],
)
def test_what_is_no_picture_or_too_large_is_refused(raw, status, code):
    table = make_table()
    answer = send(guest(table.customer), table.form, raw)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert count(table) == 0


def test_too_long_a_body_is_refused_before_it_is_read(monkeypatch):
    table = make_table()
    monkeypatch.setattr(photo_api, "_file", lambda _request: pytest.fail("it was read"))
    answer = send(guest(table.customer), table.form, bytes(LARGEST_BYTES + 100_000))
    assert answer.status_code == 413


def test_without_a_file_nothing_is_kept():
    table = make_table()
    answer = send(guest(table.customer), table.form, name="other")
    assert (answer.status_code, answer.json()["data"]) == (400, {"field": "photo"})
    url = f"/api/v1/forms/{table.form.code}/photos/"
    assert guest(table.customer).post(url, {"photo": "words"}).status_code == 400
    assert guest(table.customer).post(url, {}, "application/json").status_code == 415


@pytest.mark.proves("INV-A11")
def test_without_the_csrf_token_nothing_is_kept():
    table = make_table()
    client = Client(enforce_csrf_checks=True)
    client.cookies[COOKIE] = cookie_for(table.customer)
    answer = send(client, table.form)
    assert answer.status_code == 403
    assert count(table) == 0


def test_the_same_picture_again_is_the_one_kept_before():
    table = make_table()
    raw = picture()
    first, second = (send(guest(table.customer), table.form, raw).json() for _ in range(2))
    assert first == second
    assert count(table) == 1


def test_a_form_keeps_so_many_and_no_more(monkeypatch, at_once):
    monkeypatch.setattr(keeping, "MOST", 2)
    table = make_table()
    answers = at_once(*[lambda: send(guest(table.customer), table.form)] * 4)
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409, 409]
    assert count(table) == 2


def test_ordered_form_takes_no_picture():
    table = make_table()
    make_order(table)
    answer = send(guest(table.customer), table.form)
    assert (answer.status_code, answer.json()["code"]) == (409, "form_closed")


def test_too_many_in_a_minute_are_refused(monkeypatch):
    monkeypatch.setattr(photo_api, "PER_MINUTE", 1)
    table = make_table()
    client = guest(table.customer)
    assert [send(client, table.form).status_code for _ in range(2)] == [201, 429]


@pytest.mark.proves("INV-T13")
def test_second_wall_holds_pictures_too():
    table, other = make_table(), make_table()
    send(guest(table.customer), table.form)
    copy = (
        "INSERT INTO orders_photo SELECT (jsonb_populate_record(p, jsonb_build_object("
        "'id', gen_random_uuid(), 'code', 'x', 'author', %s::text))).* FROM orders_photo p"
    )
    refused(table.buyer.scope, copy, "merchant", match="row-level security")
    refused(table.seller.scope, copy, "customer", match="row-level security")
    for scope in (table.buyer.scope, table.seller.scope):
        refused(scope, "UPDATE orders_photo SET width = 1", match="permission denied")
        refused(scope, "DELETE FROM orders_photo", match="permission denied")
    with entered(other.seller.scope):
        assert Photo.objects.count() == 0
