"""Every message of every socket, and how each is refused where it does not belong."""

from dataclasses import dataclass, field
from uuid import UUID

from calls.consumers.call import CallSocket
from calls.consumers.desk import DeskSocket
from calls.consumers.request import CustomerRequestSocket, MemberRequestSocket
from orders.consumers.form_by_code import CustomerFormByCodeSocket, MemberFormByCodeSocket
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
    "form_alone_customer": CustomerFormByCodeSocket,
    "form_alone_merchant": MemberFormByCodeSocket,
    "request_customer": CustomerRequestSocket,
    "request_merchant": MemberRequestSocket,
    "order_customer": OrderSocket,
    "order_merchant": OrderSocket,
}
IDS = ("own", "other", "foreign", "none")
STRANGE = ("other", "foreign", "none")
SERVED = "served"
"""Not a refusal: the right side with its own object; other tests say what it does."""


@dataclass(frozen=True)
class Named:
    """What the messages of one `which` name."""

    ring: str = ""
    request: str = ""
    to_agent: str = ""
    of_call: str = ""
    callback: str = ""
    colleague: str = ""
    known: str = ""
    seen: dict = field(default_factory=dict)


def message(kind: str, which: str, world: World) -> dict:
    """A message right in form, naming the object of `which`."""
    ring = world.rings[which].code if which in world.rings else world.calls[which]
    deal = world.deals.get(which)
    form = deal.talk.form if deal else None
    named = Named(
        ring=ring,
        request=deal.request.code if deal else NOBODYS_CODE,
        to_agent=_offer(world, {"own": "other", "other": "own"}.get(which, which)),
        of_call=_offer(world, which),
        callback=world.callbacks[which],
        colleague=_colleague(world, which),
        known=str(deal.known.id) if deal else str(UUID(int=7)),
        seen={
            "revision": form.revision if form else 1,
            "digest": digest_of(form) if form else "0" * 64,
        },
    )
    found = {"type": kind, **_data(named)[kind]}
    if kind == "form.refuse" and which != "own":  # forms filled alike have the same revision
        found["revision"] += 1000
    return found


def _offer(world: World, which: str) -> str:
    """The offer of the call `which`; the one of `other` is made to the agent."""
    return world.offers[which].code if which in world.offers else NOBODYS_CODE


def _colleague(world: World, which: str) -> str:
    """Somebody free, somebody who is talking, somebody elsewhere, and nobody."""
    found = {
        "own": world.offers["own"].to_member_id,
        "other": world.deals["other"].member.id,
        "foreign": world.owner_b.id,
    }
    return str(found.get(which, UUID(int=7)))


def _data(named: Named) -> dict[str, dict]:
    edit = {"op": f"op-{named.request}", "field": "price", "value": "1.00", "base": 10**6}
    return {
        "desk.go_online": {"device": "x"},
        "desk.go_offline": {},
        "call.accept": {"call": named.ring},
        "call.decline": {"call": named.ring},
        "transfer.accept": {"transfer": named.to_agent},
        "transfer.decline": {"transfer": named.to_agent},
        "callback.ready": {"callback": named.callback},
        "signal.describe": {"generation": 1, "description": {"type": "offer", "sdp": sdp()}},
        "signal.trickle": {"generation": 1, "candidate": {"candidate": HOST}},
        "signal.restart": {"generation": 1},
        "call.cancel": {},
        "call.hang_up": {},
        "call.connected": {},
        "media.change": {"microphone": True, "camera": True},
        "ice.refresh": {},
        "text.type": {"text": "x"},
        "text.say": {"op": "op-said-x", "text": "x"},
        "text.sync": {"after": 0},
        "colleagues.list": {},
        "transfer.offer": {"member": named.colleague},
        "transfer.withdraw": {"transfer": named.of_call},
        "form.edit": edit,
        "form.focus": {"field": "note"},
        "form.sync": {"epoch": "1", "revision": 0},
        "form.confirm": named.seen,
        "form.undo": {},
        "form.query": {"fields": ["price"], "words": "x"},
        "form.refuse": {"revision": named.seen.get("revision", 1), "words": "x"},
        "form.settle": {},
        "request.send": {"fields": ["time.start"]},
        "request.recall": {"request": named.request},
        "request.remind": {"request": named.request},
        "request.later": {"request": named.request},
        "request.answer": {"request": named.request},
        "request.decline": {"request": named.request, "fields": ["address.city"]},
        "known.list": {},
        "known.forget": {"known": named.known},
        "order.create": named.seen,
        "order.sync": {},
        "callback.sync": {},
    }


TYPES = tuple(_data(Named()))


def _strange(code: str) -> dict[str, str]:
    return {"own": SERVED, **dict.fromkeys(STRANGE, code)}


def _any(code: str) -> dict[str, str]:
    return dict.fromkeys(IDS, code)


_SIGNALS = ("signal.describe", "signal.trickle", "signal.restart", "call.hang_up", "call.connected")
_TEXT = ("text.type", "text.say", "text.sync")
_CALL = {kind: _any(SERVED) for kind in (*_SIGNALS, *_TEXT, "media.change", "ice.refresh")}
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
        # `own` is offered to this desk's member, `other` to a colleague.
        "transfer.accept": _strange("not_found"),
        "transfer.decline": _strange("not_found"),
        # For `other` a colleague has promised to be there.
        "callback.ready": {**_strange("not_found"), "other": "ready_taken"},
    },
    "call_customer": {
        **_CALL,
        "call.cancel": _any("move_forbidden"),
        "colleagues.list": _any("forbidden"),
        "transfer.offer": _any("forbidden"),
        "transfer.withdraw": _any("forbidden"),
    },
    "call_merchant": {
        **_CALL,
        "call.cancel": _any("forbidden"),
        "colleagues.list": _any(SERVED),
        "transfer.offer": {**_strange("not_found"), "other": "colleague_unavailable"},
        "transfer.withdraw": _strange("not_found"),
    },
    "request_customer": {"callback.sync": _any(SERVED)},
    "request_merchant": {"callback.sync": _any(SERVED)},
    "form_customer": {
        **_FORM,
        "form.edit": _any("field_forbidden"),  # the price
        "form.confirm": _strange("stale_confirmation"),
        "form.undo": _any(SERVED),
        "form.query": _any(SERVED),
        "form.refuse": _strange("stale_confirmation"),
        "form.settle": _any("forbidden"),
        "request.send": _any("forbidden"),
        "request.recall": _any("forbidden"),
        "request.remind": _any("forbidden"),
        "request.later": _strange("not_found"),
        "request.answer": _strange("not_found"),
        "request.decline": _strange("not_found"),
        "known.list": _any(SERVED),
        "known.forget": _any(SERVED),
        "order.create": _any("forbidden"),
    },
    "form_merchant": {
        **_FORM,
        "form.edit": _any(SERVED),
        "form.confirm": _strange("stale_confirmation"),
        "form.undo": _any(SERVED),
        "form.query": _any("forbidden"),
        "form.refuse": _any("forbidden"),
        "form.settle": _any(SERVED),
        "request.send": _any(SERVED),
        "request.recall": _strange("not_found"),
        "request.remind": _strange("not_found"),
        "request.later": _any("forbidden"),
        "request.answer": _any("forbidden"),
        "request.decline": _any("forbidden"),
        "known.list": _any("forbidden"),
        "known.forget": _any("forbidden"),
        "order.create": {"own": "not_confirmed", **dict.fromkeys(STRANGE, "stale_confirmation")},
    },
    "order_customer": {"order.sync": _any(SERVED)},
    "order_merchant": {"order.sync": _any(SERVED)},
}
# By its own code a form is the same form.
for _side in ("customer", "merchant"):
    ANSWERS[f"form_alone_{_side}"] = ANSWERS[f"form_{_side}"]


def answer(socket: str, kind: str, which: str) -> str:
    """The code of the refusal; a message of another socket is not known."""
    return ANSWERS[socket].get(kind, _any("message_unknown"))[which]
