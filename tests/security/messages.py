"""Every message of every socket, and how each is refused where it does not belong."""

from calls.consumers.call import CallSocket
from calls.consumers.desk import DeskSocket
from orders.consumers.form_socket import FormSocket
from orders.consumers.order_socket import OrderSocket
from orders.selectors import digest_of
from tests.calls.sdp import HOST, sdp
from tests.security.world import NOBODYS_CODE, World

CLASSES = {
    "desk": DeskSocket,
    "call_customer": CallSocket,
    "call_merchant": CallSocket,
    "form_customer": FormSocket,
    "form_merchant": FormSocket,
    "order_customer": OrderSocket,
    "order_merchant": OrderSocket,
}
IDS = ("own", "other", "foreign", "none")
STRANGE = ("other", "foreign", "none")
SERVED = "served"
"""Not a refusal: the right side with its own object; other tests say what it does."""


def message(kind: str, which: str, world: World) -> dict:
    """A message right in form, naming the object of `which`."""
    ring = world.rings[which].code if which in world.rings else world.calls[which]
    deal = world.deals.get(which)
    request = deal.request.code if deal else NOBODYS_CODE
    form = deal.talk.form if deal else None
    seen = {
        "revision": form.revision if form else 1,
        "digest": digest_of(form) if form else "0" * 64,
    }
    return {"type": kind, **_data(ring, request, seen)[kind]}


def _data(ring: str, request: str, seen: dict) -> dict[str, dict]:
    edit = {"op": f"op-{request}", "field": "price", "value": "1.00", "base": 10**6}
    return {
        "desk.go_online": {"device": "x"},
        "desk.go_offline": {},
        "call.accept": {"call": ring},
        "call.decline": {"call": ring},
        "signal.describe": {"generation": 1, "description": {"type": "offer", "sdp": sdp()}},
        "signal.trickle": {"generation": 1, "candidate": {"candidate": HOST}},
        "signal.restart": {"generation": 1},
        "call.cancel": {},
        "call.hang_up": {},
        "call.connected": {},
        "media.change": {"microphone": True, "camera": True},
        "ice.refresh": {},
        "form.edit": edit,
        "form.focus": {"field": "note"},
        "form.sync": {"epoch": "1", "revision": 0},
        "form.confirm": seen,
        "request.send": {"groups": ["time"]},
        "request.recall": {"request": request},
        "request.answer": {"request": request},
        "request.decline": {"request": request, "groups": ["address"]},
        "order.create": seen,
        "order.sync": {},
    }


TYPES = tuple(_data("", "", {}))


def _strange(code: str) -> dict[str, str]:
    return {"own": SERVED, **dict.fromkeys(STRANGE, code)}


def _any(code: str) -> dict[str, str]:
    return dict.fromkeys(IDS, code)


_SIGNALS = ("signal.describe", "signal.trickle", "signal.restart", "call.hang_up", "call.connected")
_CALL = {kind: _any(SERVED) for kind in (*_SIGNALS, "media.change", "ice.refresh")}
_FORM = {kind: _any(SERVED) for kind in ("form.focus", "form.sync")}
ANSWERS: dict[str, dict[str, dict[str, str]]] = {
    "desk": {
        "desk.go_online": _any(SERVED),
        "desk.go_offline": _any(SERVED),
        # `other` is a call of the own merchant that has been answered.
        "call.accept": {
            "own": SERVED,
            "other": "call_taken",
            "foreign": "not_found",
            "none": "not_found",
        },
        "call.decline": {
            "own": SERVED,
            "other": "move_forbidden",
            "foreign": "not_found",
            "none": "not_found",
        },
    },
    "call_customer": {**_CALL, "call.cancel": _any("move_forbidden")},
    "call_merchant": {**_CALL, "call.cancel": _any("forbidden")},
    "form_customer": {
        **_FORM,
        "form.edit": _any("field_forbidden"),  # the price
        "form.confirm": _strange("stale_confirmation"),
        "request.send": _any("forbidden"),
        "request.recall": _any("forbidden"),
        "request.answer": _strange("not_found"),
        "request.decline": _strange("not_found"),
        "order.create": _any("forbidden"),
    },
    "form_merchant": {
        **_FORM,
        "form.edit": _any(SERVED),
        "form.confirm": _strange("stale_confirmation"),
        "request.send": _any(SERVED),
        "request.recall": _strange("not_found"),
        "request.answer": _any("forbidden"),
        "request.decline": _any("forbidden"),
        "order.create": {"own": "not_confirmed", **dict.fromkeys(STRANGE, "stale_confirmation")},
    },
    "order_customer": {"order.sync": _any(SERVED)},
    "order_merchant": {"order.sync": _any(SERVED)},
}


def answer(socket: str, kind: str, which: str) -> str:
    """The code of the refusal; a message of another socket is not known."""
    return ANSWERS[socket].get(kind, _any("message_unknown"))[which]
