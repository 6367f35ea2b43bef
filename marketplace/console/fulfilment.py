"""What a member fills in about the fulfilment of an order."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.fields import LINES
from orders.models import Order
from orders.services.fulfil_order import (
    WORDS_CHARACTERS,
    complete_order,
    fulfil_order,
    mark_line,
    note_order,
)
from orders.states import OrderState

OPEN_TO_MARKS: Final = frozenset({OrderState.PAID, OrderState.FULFILLED})
Said = Mapping[str, Any]


def _line_done(order: Order, said: Said) -> None:
    mark_line(order.id, said["line"], done=True)


def _line_undone(order: Order, said: Said) -> None:
    mark_line(order.id, said["line"], done=False)


def _fulfilled(order: Order, said: Said) -> None:
    fulfil_order(order.id, words=said["words"])


def _noted(order: Order, said: Said) -> None:
    note_order(order.id, words=said["words"])


def _completed(order: Order, _said: Said) -> None:
    complete_order(order.id)


_ACTIONS: Final[Mapping[str, Callable[[Order, Said], None]]] = {
    "line_done": _line_done,
    "line_undone": _line_undone,
    "fulfil": _fulfilled,
    "note": _noted,
    "complete": _completed,
}
_NEED_LINE: Final = frozenset({"line_done", "line_undone"})


class FulfilmentForm(forms.Form):
    """One thing done for an order: `action`, with its line or its words."""

    action = forms.ChoiceField(choices=[(name, name) for name in _ACTIONS])
    line = forms.IntegerField(required=False, min_value=1, max_value=LINES)
    words = forms.CharField(
        required=False,
        max_length=WORDS_CHARACTERS,
        error_messages={
            "max_length": _("Use at most %(limit_value)d characters; these are %(show_value)d.")
        },
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a line's mark without its line, and a message without words."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        action = said.get("action")
        if action in _NEED_LINE and not said.get("line"):
            self.add_error("line", _("Choose a line."))
        if action == "note" and not said.get("words") and "words" not in self.errors:
            self.add_error("words", _("Write what the customer should read."))
        return said

    def act(self, order: Order) -> None:
        """Do what was asked; raises NotFoundError, OrderNotPaidError, MoveForbiddenError."""
        _ACTIONS[self.cleaned_data["action"]](order, self.cleaned_data)
