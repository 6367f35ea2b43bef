"""Servers for the media path: short-lived relay credentials bound to one call. Pure."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

LONGEST_LIFE: Final = 600
"""Seconds; longer relay credentials would outlive their call for no use."""


@dataclass(frozen=True, slots=True)
class IceSettings:
    """What the installation offers: its relay's addresses and shared secret."""

    turn_urls: Sequence[str]
    turn_secret: str
    life: int = LONGEST_LIFE


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user name with its expiry inside, and the relay's password for it."""

    username: str
    credential: str


def credentials(*, secret: str, user: str, now: int, life: int) -> Credentials:
    """Return what coturn's `use-auth-secret` accepts: `EXPIRY:USER` and its HMAC-SHA1.

    SHA-1 is that protocol's choice (draft-uberti-behave-turn-rest-00), not ours.
    """
    username = f"{now + min(life, LONGEST_LIFE)}:{user}"
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
    return Credentials(username, base64.b64encode(digest).decode())


def ice(
    offer: IceSettings, *, call_code: str, side: str, relay_only: bool, now: int
) -> dict[str, Any]:
    """Return `{servers, policy, life}` for one side of one call; `life` in seconds."""
    servers: list[dict[str, Any]] = []
    if offer.turn_urls:
        made = credentials(
            secret=offer.turn_secret, user=f"{call_code}-{side}", now=now, life=offer.life
        )
        servers.append(
            {
                "urls": list(offer.turn_urls),
                "username": made.username,
                "credential": made.credential,
            }
        )
    return {
        "servers": servers,
        "policy": "relay" if relay_only else "all",
        "life": min(offer.life, LONGEST_LIFE),
    }
