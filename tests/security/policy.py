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


def member_call(person: Person, where: Where) -> HTTPStatus:
    """The member who answered: the agent at `own`, the owner at `foreign`."""
    found = member_order(person, where)
    if found is not OK:
        return found
    return OK if person.role in {"agent_own", "owner_other"} else FORBIDDEN


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
    "order-page": safe(own_customer, code="order"),
    "pay-panel": Rule({"GET": own_customer}, code="order"),
    "stripe-webhook": Rule({"POST": always(BAD)}),  # not signed
    "operator": safe(operator),
    "operator-merchants": safe(operator),
    "operator-payments": safe(operator),
    "operator-settlements": safe(operator),
    "operator-events": safe(operator),
    "api-calls": Rule({"POST": call_request, "OPTIONS": always(OK)}),
    "api-address": Rule(
        {"GET": public_merchant, "HEAD": public_merchant, "OPTIONS": always(OK)}, shared=True
    ),
    "order-checkout": Rule({"POST": own_customer, "OPTIONS": always(OK)}, code="order"),
}


def expected(name: str, method: str, person: Person, where: Where) -> HTTPStatus:
    """What the table says; 405 for every method it does not name."""
    answer = TABLE[name].answers.get(method)
    return answer(person, where) if answer else NOT_SERVED
