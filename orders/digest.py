"""The digest both sides acknowledge: computed here and in the browser over what is shown. Pure."""

import hashlib
import json
from collections.abc import Mapping

from orders.states import Role


def form_digest(*, code: str, revision: int, currency: str, values: Mapping[str, str]) -> str:
    """Return the SHA-256, in hex, of one revision of a form.

    Keys in ASCII order, empty values left out, each pair as JavaScript's JSON.stringify
    writes it. `tests/shared/digest_vectors.json` holds examples both languages must meet.
    """
    head = f"visavis-form-v1\n{code}\n{revision}\n{currency}\n"
    pairs = [
        json.dumps([key, values[key]], ensure_ascii=False, separators=(",", ":")) + "\n"
        for key in sorted(values)
        if values[key]
    ]
    return hashlib.sha256((head + "".join(pairs)).encode()).hexdigest()


def both_confirmed(confirmed: Mapping[Role, int | None], revision: int) -> bool:
    """Say whether both sides confirmed exactly `revision`."""
    return all(confirmed.get(role) == revision for role in Role)
