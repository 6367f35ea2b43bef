"""`python -m bench [name …]`: run all benchmarks, or the named ones."""

import sys

from bench import (
    call_setup,
    edit_load,
    edit_peer,
    edit_seen,
    flood,
    form_open,
    order,
    ring,
    signal,
)
from bench.report import print_cases

ALL = {
    "edit_seen": edit_seen.run,
    "edit_load": edit_load.run,
    "edit_peer": edit_peer.run,
    "form_open": form_open.run,
    "order": order.run,
    "ring": ring.run,
    "signal": signal.run,
    "flood": flood.run,
    "call_setup": call_setup.run,
}


def main() -> None:
    """Run and print one JSON line per case at the end."""
    names = sys.argv[1:] or list(ALL)
    unknown = [name for name in names if name not in ALL]
    if unknown:
        raise SystemExit(f"No benchmark {', '.join(unknown)}; there are: {', '.join(ALL)}")
    cases = [case for name in names for case in ALL[name]()]
    print_cases(cases)


if __name__ == "__main__":
    main()
