"""What the customer answers instead of confirming: a question about values, or a refusal. Pure.

A reply is `{kind, fields, words, revision, at}`; the form's row holds the last one until the
customer confirms or the merchant has dealt with it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

Reply = Mapping[str, Any]


class ReplyKind(StrEnum):
    """What a reply is."""

    QUERY = "query"
    REFUSAL = "refusal"


def reply_of(
    kind: ReplyKind, *, fields: Sequence[str], words: str, revision: int, at: datetime
) -> dict[str, Any]:
    """Return a reply as row and screens hold it."""
    return {
        "kind": kind.value,
        "fields": list(fields),
        "words": words,
        "revision": revision,
        "at": at.isoformat(timespec="milliseconds"),
    }


def is_questioned(reply: Reply | None, key: str, revision: int) -> bool:
    """Say whether a field is in question: named by the query and not set since."""
    return reply is not None and key in reply["fields"] and revision <= reply["revision"]
