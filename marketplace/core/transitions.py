"""Literal tables of allowed moves, and the one check of them."""

from collections.abc import Mapping
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import DomainError

S = TypeVar("S", bound=str)


class MoveForbiddenError(DomainError):
    """The table of moves has no such move."""

    code = "move_forbidden"
    message = _("This is no longer possible: the state has changed.")


def move(moves: Mapping[S, frozenset[S]], current: S, target: S) -> bool:
    """Say whether to move from `current` to `target`.

    Returns False when the state is reached already (a repeat is a no-op); raises
    MoveForbiddenError when the table does not list the move.
    """
    if current == target:
        return False
    if target not in moves.get(current, frozenset()):
        raise MoveForbiddenError(current=str(current), target=str(target))
    return True
