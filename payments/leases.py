"""How long a worker may hold a row and how long a failed row waits. Pure."""

import random
from datetime import timedelta
from typing import Final

# Outlasts one call to Stripe with all its retries: (3.05 s + 20 s) x 3 and the pauses between.
LEASE: Final = timedelta(seconds=90)
LONGEST_WAIT: Final = 3600


def backoff(attempts: int) -> timedelta:
    """Return the pause after the given number of failures: doubling, up to an hour, with jitter."""
    seconds = min(2.0 ** min(attempts, 16), LONGEST_WAIT)
    # Jitter keeps rows that failed together from coming back together.
    return timedelta(seconds=seconds * random.uniform(0.75, 1.25))  # noqa: S311  # no secret
