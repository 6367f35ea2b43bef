"""System checks of the settings that calls depend on."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from calls.addresses import canonical, trusted_proxies


@register()
def addresses(**_kwargs: Any) -> list[CheckMessage]:
    """Refuse a relay address or a trusted proxy that is no address."""
    found: list[CheckMessage] = []
    if settings.RELAY_ADDRESS and not _is_address(settings.RELAY_ADDRESS):
        found.append(Error("RELAY_ADDRESS is not an IP address.", id="calls.E001"))
    try:
        trusted_proxies(*settings.TRUSTED_PROXIES)
    except ValueError as error:
        hint = "Give addresses or networks like 10.0.0.0/8, or the word unix."
        found.append(Error(f"TRUSTED_PROXIES: {error}", hint=hint, id="calls.E002"))
    return found


def _is_address(text: str) -> bool:
    try:
        canonical(text)
    except ValueError:
        return False
    return True
