"""Signing in and out."""

import pytest
from django.test import Client

from tests.factories.merchants import make_member, make_merchant
from tests.factories.people import PASSWORD, make_user
from tests.pages.helpers import client_of

WRONG = "This e-mail and password do not belong together"


@pytest.fixture
def client(db) -> Client:
    return Client()


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str):
    return client.post("/sign-in/", {"username": email, "password": password, **more})


def test_sign_in_page_is_shown(client):
    assert "Sign in" in client.get("/sign-in/").content.decode()


def test_sign_in_of_a_member_leads_to_the_desk(client):
    member = make_member(make_merchant())
    assert sign_in(client, member.user.email).headers["location"] == "/desk/"
    assert client.get("/desk/").headers["location"] == f"/desk/{member.merchant.handle}/"


def test_sign_in_of_an_operator_leads_to_the_console(client):
    operator = make_user(is_operator=True)
    assert sign_in(client, operator.email).headers["location"] == "/operator/"


def test_sign_in_with_capitals_and_spaces_in_the_address_works(client):
    user = make_user()
    assert sign_in(client, f" {user.email.upper()} ").status_code == 302


def test_sign_in_with_a_wish_leads_there(client):
    user = make_user()
    answer = sign_in(client, user.email, next="/desk/tea/orders/?state=paid")
    assert answer.headers["location"] == "/desk/tea/orders/?state=paid"


@pytest.mark.parametrize(
    "wish", ["https://evil.example/", "//evil.example/x", "javascript:alert(1)", "\\\\evil.example"]
)
def test_sign_in_with_a_foreign_wish_stays_here(client, wish):
    answer = sign_in(client, make_user().email, next=wish)
    assert answer.headers["location"] == "/desk/"


def without_values(answer, email: str) -> str:
    """The page without what differs by nature: the address typed and the form's token."""
    lines = answer.content.decode().replace(email, "…").splitlines()
    return "\n".join(line for line in lines if "csrfmiddlewaretoken" not in line)


def test_sign_in_with_a_wrong_password_reads_like_one_with_an_unknown_address(client):
    user = make_user()
    known = sign_in(client, user.email, "not the password")
    unknown = sign_in(client, "nobody@example.com", "not the password")
    assert WRONG in known.content.decode()
    assert known.status_code == unknown.status_code == 200
    assert without_values(known, user.email) == without_values(unknown, "nobody@example.com")


def test_sign_in_of_a_switched_off_user_reads_like_a_wrong_password(client):
    user = make_user(is_active=False)
    answer = sign_in(client, user.email)
    assert WRONG in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_sign_in_with_a_wrong_password_keeps_the_address_and_not_the_password(client):
    text = sign_in(client, "mei@example.com", "typed secret").content.decode()
    assert 'value="mei@example.com"' in text
    assert "typed secret" not in text


def test_sign_in_while_signed_in_leads_on(client):
    client.force_login(make_user())
    assert client.get("/sign-in/").headers["location"] == "/desk/"


def test_sign_in_gives_the_visit_a_new_key(client):
    user = make_user()
    client.get("/sign-in/")
    client.cookies["sessionid"] = "planted"
    sign_in(client, user.email)
    assert client.cookies["sessionid"].value != "planted"


def test_sign_out_by_a_mere_link_does_nothing(client):
    client.force_login(make_user())
    assert client.get("/sign-out/").status_code == 405
    assert "_auth_user_id" in client.session


def test_sign_out_leads_home(client):
    client.force_login(make_user())
    assert client.post("/sign-out/").headers["location"] == "/"
    assert "_auth_user_id" not in client.session


def test_sign_in_sent_from_another_site_is_refused(db):
    client = Client(enforce_csrf_checks=True)
    answer = sign_in(client, make_user().email)
    assert answer.status_code == 403
    assert b"This page was open too long" in answer.content


def test_choice_of_a_desk_without_signing_in_asks_for_it(client):
    assert client.get("/desk/").headers["location"] == "/sign-in/?next=%2Fdesk%2F"


def test_choice_of_a_desk_for_somebody_with_two_merchants_lists_both(client):
    user = make_user()
    one, two = make_merchant(name="One"), make_merchant(name="Two")
    make_merchant(name="Foreign")
    make_member(one, user=user)
    make_member(two, user=user)
    text = client_of(user).get("/desk/").content.decode()
    assert f'href="/desk/{one.handle}/"' in text
    assert f'href="/desk/{two.handle}/"' in text
    assert "Foreign" not in text


def test_choice_of_a_desk_for_a_stranger_offers_none(client):
    text = client_of(make_user()).get("/desk/").content.decode()
    assert "You do not work for a merchant yet" in text
