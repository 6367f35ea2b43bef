"""Ids that look like Stripe's."""

from __future__ import annotations

import secrets
import string

PLATFORM = "acct_1SandboxPlatform"
_ALPHABET = string.ascii_letters + string.digits


def new_id(prefix: str, length: int = 24) -> str:
    """`ch_` and 24 random letters and digits."""
    return f"{prefix}_{''.join(secrets.choice(_ALPHABET) for _ in range(length))}"
