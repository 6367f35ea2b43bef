"""System checks: settings that would be dangerous stop the start, with an id and a hint."""

from typing import Any
from urllib.parse import urlsplit

from channels.layers import get_channel_layer
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def refuse_powerful_login() -> None:
    """Raise ImproperlyConfigured when the serving login could walk around row-level security."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user")
        row = cursor.fetchone()
    if row is None or row[0]:
        raise ImproperlyConfigured(
            "The database login may bypass row-level security. Serve as role `app`."
        )


@register(Tags.security)
def stripe_keys(**_kwargs: Any) -> list[CheckMessage]:
    """Refuse live keys unless allowed, and any key that does not fit its address."""
    found: list[CheckMessage] = []
    keys = (settings.STRIPE_SECRET_KEY, settings.STRIPE_PUBLISHABLE_KEY)
    live = any("_live_" in key for key in keys)
    base = settings.STRIPE_API_BASE
    if live and not settings.STRIPE_ALLOW_LIVE:
        found.append(
            Error(
                "A live Stripe key is set.",
                hint="Use a test key, or set STRIPE_ALLOW_LIVE=1 if real money is meant.",
                id="visavis.E001",
            )
        )
    if live and base:
        found.append(
            Error("A live Stripe key meets an address that is not Stripe's.", id="visavis.E002")
        )
    if base and urlsplit(base).hostname not in _LOOPBACK:
        found.append(
            Error(
                "STRIPE_API_BASE is not on this machine.",
                hint="The sandbox listens on loopback only; leave it empty for Stripe.",
                id="visavis.E003",
            )
        )
    return found


@register(Tags.security)
def webhook_secret(**_kwargs: Any) -> list[CheckMessage]:
    """Require the webhook secret wherever a key is set."""
    if settings.STRIPE_SECRET_KEY and not settings.STRIPE_WEBHOOK_SECRET:
        return [Error("STRIPE_WEBHOOK_SECRET is not set.", id="visavis.E004")]
    return []


@register()
def relay(**_kwargs: Any) -> list[CheckMessage]:
    """Require a secret and the published address where a relay is configured."""
    if settings.TURN_URLS and not (settings.TURN_SECRET and settings.RELAY_ADDRESS):
        return [
            Error("TURN_URLS needs TURN_SECRET and RELAY_ADDRESS beside it.", id="visavis.E005")
        ]
    return []


@register()
def mail(**_kwargs: Any) -> list[CheckMessage]:
    """Require a way to send mail and an own sender where customers rely on it."""
    found: list[CheckMessage] = []
    if settings.EMAIL_USE_TLS and settings.EMAIL_USE_SSL:
        found.append(Error("Set EMAIL_USE_TLS or EMAIL_USE_SSL, not both.", id="visavis.E008"))
    if not settings.MAIL_REQUIRED:
        return found
    if not settings.EMAIL_HOST:
        hint = "Customers who asked to be called back get their link by mail."
        found.append(Error("EMAIL_HOST is not set.", hint=hint, id="visavis.E009"))
    if settings.DEFAULT_FROM_EMAIL.rstrip(">").endswith(".example"):
        found.append(Error("DEFAULT_FROM_EMAIL is not set.", id="visavis.E010"))
    return found


@register()
def channel_layer(**_kwargs: Any) -> list[CheckMessage]:
    """Refuse to go on without the channel layer; Channels turns a bad setting into None."""
    if get_channel_layer() is None:
        return [Error("The channel layer could not be set up.", id="visavis.E006")]
    return []


@register(Tags.database)
def serving_login(databases: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """Refuse a superuser or BYPASSRLS login (runs with `check --database default`)."""
    if not databases:
        return []
    try:
        refuse_powerful_login()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="visavis.E007")]
    return []
