"""The reviewed table: for every URL, which method answers whom with what. What is not here is
refused: a method that is not listed answers 405, a URL that is not listed fails the build.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from tests.security.people import Person

METHODS: Final = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
UNSAFE: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
OK, CREATED, FOUND = HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.FOUND
BAD, FORBIDDEN, NOT_FOUND = HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND
NOT_SERVED, CONFLICT = HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.CONFLICT
GONE, UNAUTHORIZED = HTTPStatus.GONE, HTTPStatus.UNAUTHORIZED
NO_CONTENT = HTTPStatus.NO_CONTENT


@dataclass(frozen=True)
class Where:
    """The kinds of the objects a URL names: own, other, foreign or none."""

    handle: str = ""
    code: str = ""

    @property
    def kinds(self) -> set[str]:
        return {self.handle, self.code} - {""}


Answer = Callable[[Person, Where], HTTPStatus]


@dataclass(frozen=True)
class Rule:
    """One URL: the kind of code it takes, and its answers by method."""

    answers: Mapping[str, Answer]
    code: str = ""
    shared: bool = False
    """Whether what it shows is public knowledge, the same for everybody."""


def always(status: HTTPStatus) -> Answer:
    return lambda _person, _where: status


def safe(answer: Answer, **about) -> Rule:
    """A page that is only read."""
    return Rule({"GET": answer, "HEAD": answer}, **about)


def by_sign_in(anonymous: HTTPStatus, signed_in: HTTPStatus) -> Answer:
    return lambda person, _where: signed_in if person.signed_in else anonymous


def public_merchant(_person: Person, where: Where) -> HTTPStatus:
    return NOT_FOUND if where.handle == "none" else OK


def own_customer(person: Person, where: Where) -> HTTPStatus:
    """The one customer whose call or order it is; nobody else learns that it exists."""
    return OK if person.customer and person.customer == where.code else NOT_FOUND


def member(person: Person, where: Where) -> HTTPStatus:
    if not person.signed_in:
        return FOUND
    return OK if person.works_at and person.works_at == where.handle else NOT_FOUND


MERCHANT_OF: Final = {"own": "own", "other": "own", "foreign": "foreign"}


def member_order(person: Person, where: Where) -> HTTPStatus:
    at_desk = member(person, where)
    is_theirs = MERCHANT_OF.get(where.code) == where.handle
    return at_desk if at_desk is not OK or is_theirs else NOT_FOUND


ANSWERED_BY: Final = {"own": "agent_own", "other": "manager_own", "foreign": "owner_other"}


def member_call(person: Person, where: Where) -> HTTPStatus:
    """The member who answered."""
    found = member_order(person, where)
    if found is not OK:
        return found
    return OK if person.role == ANSWERED_BY[where.code] else FORBIDDEN


def with_right(*roles: str) -> Answer:
    """Members of the merchant with these roles; a colleague of another role is told so."""

    def answer(person: Person, where: Where) -> HTTPStatus:
        at_desk = member(person, where)
        is_one = person.role.rpartition("_")[0] in roles
        return at_desk if at_desk is not OK or is_one else FORBIDDEN

    return answer


def after(answer: Answer, *, finds: Answer | None = None) -> Answer:
    """A change by whom `answer` lets in and `finds` (if given) finds: led on afterwards."""

    def changed(person: Person, where: Where) -> HTTPStatus:
        allowed = answer(person, where)
        if allowed is OK and finds is not None:
            allowed = finds(person, where)
        return FOUND if allowed is OK else allowed

    return changed


def but(answer: Answer, status: HTTPStatus) -> Answer:
    """Whom `answer` lets in gets another status than 200."""

    def changed(person: Person, where: Where) -> HTTPStatus:
        found = answer(person, where)
        return status if found is OK else found

    return changed


def of_either_side(person: Person, where: Where) -> HTTPStatus:
    """The customer of a deal, or a member of its merchant; nobody else learns that it exists."""
    is_theirs = person.works_at and person.works_at == MERCHANT_OF.get(where.code)
    return OK if is_theirs else own_customer(person, where)


def api_member(person: Person, where: Where) -> HTTPStatus:
    """A member of the merchant that a handle, or else a code, belongs to."""
    if not person.signed_in:
        return UNAUTHORIZED
    merchant = where.handle or MERCHANT_OF.get(where.code)
    return OK if person.works_at and person.works_at == merchant else NOT_FOUND


def request_form(person: Person, where: Where) -> HTTPStatus:
    """Everybody may leave a request; who has an open one at this merchant is led to it."""
    if where.handle == "none":
        return NOT_FOUND
    has_one = person.customer and MERCHANT_OF[person.customer] == where.handle
    return FOUND if has_one else OK


def request_left(person: Person, where: Where) -> HTTPStatus:
    """The customer of `other` is blocked at the own merchant, and nowhere else."""
    if where.handle == "none":
        return NOT_FOUND
    return CONFLICT if (person.customer, where.handle) == ("other", "own") else FOUND


def operator(person: Person, _where: Where) -> HTTPStatus:
    if not person.signed_in:
        return FOUND
    return OK if person.is_operator else NOT_FOUND


def desk_picker(person: Person, _where: Where) -> HTTPStatus:
    """Led to the sign-in, to the one desk, or shown the choice."""
    return OK if person.signed_in and not person.works_at else FOUND


def call_request(person: Person, where: Where) -> HTTPStatus:
    """The body names the own merchant with its address, or with another's, or nobody."""
    if where.handle == "none":
        return NOT_FOUND
    if where.handle == "foreign":  # the kinds are asked in order: who stays the same has called
        return OK if person.customer else CONFLICT
    return OK if person.customer in {"own", "other"} else CREATED


BLOCKING: Final = with_right("owner", "manager")
"""Who may block customers, and close the reception."""


def _django_form(get: Answer) -> Rule:
    """Django's LoginView: who is signed in is led on, whatever the method."""
    served = dict.fromkeys(("GET", "HEAD", "OPTIONS", "POST", "PUT"), get)
    rest = dict.fromkeys(("PATCH", "DELETE"), by_sign_in(NOT_SERVED, FOUND))
    return Rule({**served, **rest})


TABLE: Final[Mapping[str, Rule]] = {
    "live": safe(always(OK), shared=True),
    "ready": safe(always(OK), shared=True),
    "home": safe(always(OK), shared=True),
    "sign-in": _django_form(by_sign_in(OK, FOUND)),
    "sign-out": Rule({"POST": always(FOUND), "OPTIONS": always(OK)}),
    # Django's set_language leads back on every method and sets the cookie on POST only.
    "language": Rule(dict.fromkeys(METHODS, always(FOUND))),
    "storefront": safe(public_merchant, shared=True),
    "call-start": safe(public_merchant),
    "desk-picker": safe(desk_picker),
    "call": safe(own_customer, code="call"),
    "desk": safe(member),
    "desk-call": safe(member_call, code="call"),
    "desk-orders": safe(member),
    "desk-order": safe(member_order, code="order"),
    "desk-calls": safe(member),
    "desk-call-record": safe(member_order, code="call"),
    "desk-call-note": Rule({"POST": after(member_order)}, code="call"),
    "desk-call-block": Rule({"POST": after(BLOCKING, finds=member_order)}, code="call"),
    "desk-call-unblock": Rule({"POST": after(BLOCKING, finds=member_order)}, code="call"),
    "desk-reception": Rule(
        {"GET": BLOCKING, "HEAD": BLOCKING, "POST": after(BLOCKING, finds=with_right("owner"))}
    ),
    "desk-reception-closure": Rule({"POST": after(BLOCKING)}),
    "desk-request": Rule(
        {"GET": member_order, "HEAD": member_order, "POST": after(member_order)}, code="callback"
    ),
    "leave-request": Rule({"GET": request_form, "HEAD": request_form, "POST": request_left}),
    "request": safe(own_customer, code="callback"),
    # Without a key; those that are given one are in test_tokens.
    "request-open": Rule({"POST": always(GONE)}, code="callback"),
    "request-withdraw": Rule({"POST": after(own_customer)}, code="callback"),
    # With the token of another call.
    "call-continue": Rule(
        dict.fromkeys(("GET", "HEAD", "POST"), always(NOT_FOUND)), code="call but foreign"
    ),
    "order-page": safe(own_customer, code="order"),
    "order-record": safe(own_customer, code="order"),
    "order-share": safe(own_customer, code="order"),
    "order-revoke": Rule({"POST": after(own_customer)}, code="order"),
    # Without a key; those that are given one are in tests/orders/test_order_links.py.
    "order-open": Rule({"POST": always(GONE)}, code="order"),
    # To whom no order is known it says that there is none.
    "orders": safe(always(OK)),
    "photo": safe(of_either_side, code="photo"),
    "desk-orders-export": safe(member),
    "desk-order-record": safe(member_order, code="order"),
    # Not paid yet, so that nothing can be fulfilled.
    "desk-order-fulfil": Rule({"POST": but(member_order, CONFLICT)}, code="order"),
    "desk-items": Rule({"GET": member, "HEAD": member, "POST": after(member)}),
    "desk-items-json": safe(member),
    "desk-item-drop": Rule({"POST": after(member_order)}, code="template"),
    "templates": Rule({"POST": but(api_member, CREATED), "OPTIONS": always(OK)}),
    "template": Rule(
        {"DELETE": but(api_member, NO_CONTENT), "OPTIONS": always(OK)}, code="template"
    ),
    "form": Rule(
        {"GET": of_either_side, "HEAD": of_either_side, "OPTIONS": always(OK)}, code="form"
    ),
    "form-edits": Rule({"POST": of_either_side, "OPTIONS": always(OK)}, code="form"),
    "form-photos": Rule({"POST": but(of_either_side, CREATED), "OPTIONS": always(OK)}, code="form"),
    # The customer is at another form of this merchant just now.
    "order-revise": Rule({"POST": but(api_member, CONFLICT), "OPTIONS": always(OK)}, code="order"),
    "order-revise-withdraw": Rule({"POST": api_member, "OPTIONS": always(OK)}, code="order"),
    "pay-panel": Rule({"GET": own_customer}, code="order"),
    "stripe-webhook": Rule({"POST": always(BAD)}),  # not signed
    "operator": safe(operator),
    "operator-merchants": safe(operator),
    "operator-payments": safe(operator),
    "operator-settlements": safe(operator),
    "operator-events": safe(operator),
    "api-calls": Rule({"POST": call_request, "OPTIONS": always(OK)}),
    "api-call-handover": Rule({"POST": own_customer, "OPTIONS": always(OK)}, code="call"),
    "api-call-rating": Rule({"POST": own_customer, "OPTIONS": always(OK)}, code="ended call"),
    "api-address": Rule(
        {"GET": public_merchant, "HEAD": public_merchant, "OPTIONS": always(OK)}, shared=True
    ),
    "order-checkout": Rule({"POST": own_customer, "OPTIONS": always(OK)}, code="order"),
}


def expected(name: str, method: str, person: Person, where: Where) -> HTTPStatus:
    """What the table says; 405 for every method it does not name."""
    answer = TABLE[name].answers.get(method)
    return answer(person, where) if answer else NOT_SERVED
