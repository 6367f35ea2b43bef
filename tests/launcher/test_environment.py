"""What the launcher makes of the environment."""

import pytest

from marketplace.launcher import environment
from marketplace.launcher.errors import LauncherError


def test_wishes_of_an_empty_environment_are_embedded_engines_and_the_sandbox() -> None:
    wishes = environment.read({})
    assert wishes == environment.Wishes(None, None, None, 8000, 8400)


def test_sandbox_is_not_wanted_with_a_complete_test_key() -> None:
    wishes = environment.read(
        {
            "STRIPE_SECRET_KEY": "sk_test_x",
            "STRIPE_PUBLISHABLE_KEY": "pk_test_x",
            "STRIPE_WEBHOOK_SECRET": "whsec_x",
        }
    )
    assert wishes.sandbox_port is None


@pytest.mark.parametrize("key", ["sk_live_x", "rk_live_x"])
def test_live_key_is_refused(key: str) -> None:
    with pytest.raises(LauncherError, match="live key"):
        environment.read({"STRIPE_SECRET_KEY": key})


def test_test_key_without_its_webhook_secret_is_refused() -> None:
    environ = {"STRIPE_SECRET_KEY": "sk_test_x", "STRIPE_PUBLISHABLE_KEY": "pk_test_x"}
    with pytest.raises(LauncherError, match="STRIPE_WEBHOOK_SECRET"):
        environment.read(environ)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("SANDBOX_PORT", "-1"),
        ("PORT", "70000"),
        ("DATABASE_URL", "mysql://localhost/x"),
        ("DATABASE_OWNER_URL", "sqlite:///x"),
        ("REDIS_URL", "amqp://localhost"),
        ("REDIS_URL", "redis://localhost:6379/3"),
        ("STRIPE_SECRET_KEY", "pk_test_x"),
    ],
)
def test_nonsense_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(LauncherError, match=name):
        environment.read({name: value})


def test_redis_url_loses_the_number_that_means_the_default() -> None:
    assert environment.read({"REDIS_URL": "redis://h:6379/0"}).redis_url == "redis://h:6379"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("postgresql://u@h/shop%20x", "shop x"),
        ("postgresql://u@h/postgres", ""),
        ("postgresql:", ""),
    ],
)
def test_database_name_ignores_the_maintenance_database(url: str, name: str) -> None:
    assert environment.database_name(url) == name
