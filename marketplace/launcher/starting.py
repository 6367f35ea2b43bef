"""Several parts starting at once, each with its own sign of being ready."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from marketplace.launcher.children import Child
from marketplace.launcher.progress import Progress
from marketplace.launcher.waiting import Patience

START_SECONDS = 300.0


def _nothing() -> None:
    """Do nothing when it is ready."""


@dataclass
class Starting:
    """A child on its way; `ready` tells when it is there, `after` runs then."""

    child: Child
    words: str
    ready: Callable[[], bool]
    after: Callable[[], None] = _nothing


def job(child: Child, words: str, after: Callable[[], None] = _nothing) -> Starting:
    """Return a child that is ready when it has ended well."""
    return Starting(child, words, lambda: child.code == 0, after)


def wait_for(pending: list[Starting], progress: Progress, others: Sequence[Child]) -> None:
    """Wait until all are ready; one line each, in the order in which they are.

    `after` may append to `pending`. Raises PartDiedError as soon as one of them or of the others
    has died.
    """
    patience = Patience(START_SECONDS, "The start takes too long; see the logs")
    while pending:
        for starting in [starting for starting in pending if starting.ready()]:
            pending.remove(starting)
            progress.line(starting.child.name, starting.words, starting.child.seconds)
            starting.after()
        check([*others, *(starting.child for starting in pending if starting.child.code)])
        patience.pause()


def check(children: Sequence[Child]) -> None:
    """Raise PartDiedError for the first part that has ended."""
    for child in children:
        if child.code is not None:
            raise child.died()
