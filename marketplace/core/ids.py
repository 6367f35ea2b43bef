"""Identifiers: time-ordered keys inside, random codes outside."""

import secrets
import string
import time
import uuid

_ALPHABET = string.digits + string.ascii_letters
_CODE_LENGTH = 22


def new_id() -> uuid.UUID:
    """Return a UUIDv7 (RFC 9562, section 5.7): 48 bits of milliseconds, 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (1 << 48) - 1) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)


def new_code() -> str:
    """Return a public code: 22 base-62 characters, about 131 random bits, no order, no meaning."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))
