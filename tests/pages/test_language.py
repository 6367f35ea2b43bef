"""English and Simplified Chinese."""

import gettext
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.test import Client

from tests.factories.merchants import make_merchant

LOCALE = Path(__file__).parents[2] / "locale" / "zh_Hans" / "LC_MESSAGES"


@pytest.fixture
def client(db) -> Client:
    return Client()


@pytest.mark.proves("C23")
def test_language_switched_shows_the_page_in_chinese_and_leads_back(client):
    merchant = make_merchant(accepting_calls=False)
    url = f"/m/{merchant.handle}/"
    answer = client.post("/language/", {"language": "zh-hans", "next": url})
    assert answer.headers["location"] == url
    text = client.get(url).content.decode()
    assert '<html lang="zh-hans"' in text
    assert "暂不接听" in text


def test_language_follows_the_browser_at_first(client):
    text = client.get("/", headers={"accept-language": "zh-CN,zh;q=0.9"}).content.decode()
    assert '<html lang="zh-hans"' in text


def test_language_switched_by_a_mere_link_changes_nothing(client):
    client.get("/language/?language=zh-hans")
    assert '<html lang="en"' in client.get("/").content.decode()


def test_language_switch_with_a_foreign_wish_stays_here(client):
    answer = client.post("/language/", {"language": "en", "next": "https://evil.example/"})
    assert "evil.example" not in answer.headers["location"]


def test_language_that_is_unknown_is_not_taken(client):
    client.post("/language/", {"language": "xx", "next": "/"})
    assert '<html lang="en"' in client.get("/").content.decode()


def test_chinese_catalogue_has_every_message_and_is_compiled():
    with (LOCALE / "django.po").open("rb") as file:
        catalogue = read_po(file, locale="zh_Hans")
    missing = [message.id for message in catalogue if message.id and not message.string]
    assert missing == []
    assert not [message.id for message in catalogue if message.id and message.fuzzy]
    with (LOCALE / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    differing = [
        message.id
        for message in catalogue
        if isinstance(message.id, str)
        and message.id
        and not message.context
        and compiled.gettext(message.id) != message.string
    ]
    assert differing == []


def test_chinese_catalogue_keeps_the_placeholders():
    with (LOCALE / "django.po").open("rb") as file:
        catalogue = read_po(file, locale="zh_Hans")
    wrong = [message.id for message in catalogue if list(message.check())]
    assert wrong == []
