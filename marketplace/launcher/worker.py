"""Celery with one addition: a file appears when the worker takes tasks.

`python -m marketplace.launcher.worker FILE CELERY-ARGUMENTS...`. The log would say so too, but
what is logged is a matter of settings.
"""

import sys
from pathlib import Path

from celery.__main__ import main
from celery.signals import worker_ready


def tell_by(ready: Path) -> None:
    """Let the file appear, as the sign the launcher waits for."""

    def tell(**_about: object) -> None:
        ready.touch()

    worker_ready.connect(tell, weak=False)


if __name__ == "__main__":
    tell_by(Path(sys.argv.pop(1)))
    main()
