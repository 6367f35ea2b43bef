"""The deal record's chain: what is sealed, how, and what a break looks like. Pure.

Every entry's digest covers the entry and the digest before it. Values are not in it, only
their salted digests: a value can be erased and the chain still holds.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

START: Final = "0" * 64
_HEAD: Final = "visavis-deal-v1\n"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it goes into its digest.

    `actor` is the salted digest of the person's key, `at` RFC 3339 in UTC with microseconds.
    """

    form: str
    number: int
    kind: str
    role: str
    actor: str
    actor_name: str
    at: str
    data: Mapping[str, Any]
    previous: str
    digest: str = ""

    def sealed(self) -> "Entry":
        """Return the entry with its own digest."""
        return replace(self, digest=digest_of(self))


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing wrong with a record: at which entry, and what."""

    number: int
    why: str


def digest_of(entry: Entry) -> str:
    """Return the SHA-256, in hex, over everything an entry says and the digest before it."""
    said = [
        entry.form,
        entry.number,
        entry.kind,
        entry.role,
        entry.actor,
        entry.actor_name,
        entry.at,
        entry.data,
        entry.previous,
    ]
    text = json.dumps(said, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256((_HEAD + text).encode()).hexdigest()


def value_digest(salt: str, *, revision: int, field: str, value: str) -> str:
    """Return the digest that stands for a value; equal values at two places differ."""
    text = json.dumps([salt, revision, field, value], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def actor_digest(salt: str, actor_id: object) -> str:
    """Return the digest that stands for a person's key; empty for the platform."""
    return value_digest(salt, revision=0, field="actor", value=str(actor_id)) if actor_id else ""


def fault_of(entries: Iterable[Entry]) -> Fault | None:
    """Return the first break of a chain given in order; None when it holds."""
    previous = START
    for count, entry in enumerate(entries, 1):
        if entry.number != count:
            return Fault(count, "entry_missing")
        if entry.previous != previous:
            return Fault(count, "chain_broken")
        if entry.digest != digest_of(entry):
            return Fault(count, "entry_changed")
        previous = entry.digest
    return None
