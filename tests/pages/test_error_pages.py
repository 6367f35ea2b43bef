"""Error pages: in the product's words and look, even where there is no request to speak of."""

import pytest
from django.template.loader import render_to_string
from django.test import Client

PAGES = ["400", "403", "403_csrf", "404", "500", "503"]


@pytest.mark.parametrize("name", PAGES)
def test_error_page_stands_without_a_request(name):
    text = render_to_string(f"{name}.html")
    assert "<h1>" in text
    assert "core/css/tokens.css" in text
    assert "<form" not in text


def test_address_that_is_unknown_shows_the_page(db):
    answer = Client().get("/no/such/page/")
    assert answer.status_code == 404
    assert b"There is nothing here" in answer.content


def test_fault_of_ours_shows_the_page(db, monkeypatch):
    from merchants import views

    def broken(*_args):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(views, "live_merchants", broken)
    answer = Client(raise_request_exception=False).get("/")
    assert answer.status_code == 500
    assert b"Something went wrong on our side" in answer.content
