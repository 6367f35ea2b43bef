import time
import uuid

import pytest
from django.core.exceptions import ImproperlyConfigured

from marketplace.core import env
from marketplace.core.ids import new_code, new_id
from marketplace.core.transitions import MoveForbiddenError, move
from merchants.states import MOVES, MerchantState

pytestmark = pytest.mark.unit


def test_ids_are_version_seven_and_in_order_of_time():
    first = new_id()
    time.sleep(0.002)
    second = new_id()
    assert first.version == second.version == 7
    assert first.variant == uuid.RFC_4122
    assert first < second


def test_codes_are_long_and_different():
    codes = {new_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert {len(code) for code in codes} == {22}


def test_move_allows_only_what_the_table_lists():
    assert move(MOVES, MerchantState.APPROVED, MerchantState.LIVE) is True
    assert move(MOVES, MerchantState.LIVE, MerchantState.LIVE) is False
    with pytest.raises(MoveForbiddenError):
        move(MOVES, MerchantState.CLOSED, MerchantState.LIVE)


def test_env_readers_are_loud(monkeypatch, tmp_path):
    monkeypatch.setenv("V_FLAG", "maybe")
    monkeypatch.setenv("V_NUMBER", "many")
    monkeypatch.setenv("V_BIG", "99")
    monkeypatch.setenv("V_URL", "mysql://x/y")
    monkeypatch.setenv("V_EMPTY", "")
    for read in (
        lambda: env.flag("V_FLAG", default=True),
        lambda: env.number("V_NUMBER", 1),
        lambda: env.number("V_BIG", 1, most=10),
        lambda: env.database("V_URL"),
        lambda: env.text("V_EMPTY"),
        lambda: env.text("V_MISSING"),
    ):
        with pytest.raises(ImproperlyConfigured, match="V_"):
            read()


def test_env_reads_a_secret_from_a_file(monkeypatch, tmp_path):
    path = tmp_path / "secret"
    path.write_text("hush\n")
    monkeypatch.setenv("V_SECRET_FILE", str(path))
    assert env.secret("V_SECRET") == "hush"
    monkeypatch.setenv("V_SECRET_FILE", str(tmp_path / "missing"))
    with pytest.raises(ImproperlyConfigured):
        env.secret("V_SECRET")


def test_env_reads_a_database_url_with_a_socket_folder(monkeypatch):
    monkeypatch.setenv("V_URL", "postgresql://app:p%40ss@/visavis?host=/run/here")
    assert env.database("V_URL") == {
        "NAME": "visavis",
        "USER": "app",
        "PASSWORD": "p@ss",
        "HOST": "/run/here",
        "PORT": "",
    }
