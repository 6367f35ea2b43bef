"""One customer at one merchant in all stages: an order, perhaps paid, and a call that goes on.

What belongs to the call (text, notes, a transfer) and the request to be called back: `reach.py`.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from calls.models import Call
from marketplace.accounts.audit import SYSTEM
from marketplace.accounts.models import Customer
from merchants.access import scope_of_customer
from merchants.models import Member
from merchants.scope import entered, merchant_scope, operator_scope
from orders.access import party_of
from orders.models import FulfilmentMark, InformationRequest, KnownValues, Order, Photo
from orders.pictures import small_picture
from orders.services.answer_request import decline_request
from orders.services.keep_photo import keep_photo
from orders.services.known_values import keep_known
from orders.services.open_form import open_form
from orders.services.reply_to_form import query_form
from orders.services.request_information import send_request
from orders.states import Role
from payments.models import ConnectedAccount, LedgerEntry
from tests.factories.calls import set_call
from tests.factories.merchants import scope_of_member
from tests.factories.orders import Table, fill, make_call, make_order
from tests.factories.pictures import picture
from tests.pages.helpers import make_payment, make_settlement
from tests.security.words import word


@dataclass
class Deal:
    """What is there between one customer and one merchant."""

    customer: Customer
    member: Member
    order: Order
    ended: Call
    talk: Table
    request: InformationRequest
    photo: Photo
    known: KnownValues
    others: list[Order] = field(default_factory=list)


def make_deal(customer: Customer, member: Member, *, prefix: str, team: str) -> Deal:
    """A payable order of an ended call, and a live call with a filled form and a request."""
    order, ended = order_of_ended_call(customer, member, prefix=prefix, team=team)
    talk = _table(customer, member, prefix=prefix, team=team)
    fill(talk, **_values(prefix))
    request = _request(talk, prefix)
    photo, known = _customers_own(talk, prefix)
    return Deal(customer, member, order, ended, talk, request, photo, known)


def order_of_ended_call(
    customer: Customer, member: Member, *, prefix: str, team: str
) -> tuple[Order, Call]:
    """An order, and the call it was made in, ended."""
    table = _table(customer, member, prefix=prefix, team=team)
    lines = [(word(prefix), "48.00", "1", word(prefix))]
    order = make_order(table, lines=lines, **_values(prefix))
    set_call(table.call, state="completed", ended_at=timezone.now(), end_reason="hung_up")
    return order, table.call


def ringing(customer: Customer, member: Member, prefix: str) -> Call:
    """A call nobody has answered."""
    call = make_call(member.merchant, customer, member, state="ringing")
    set_call(call, page=word(prefix))
    return call


def pay(order: Order, *, prefix: str, team: str, money: str) -> None:
    """Write the rows of a paid order, with a word in every text Stripe gives us."""
    ids = ("session_id", "intent_id", "charge_id", "balance_transaction", "failure_code")
    now = timezone.now()
    payment = make_payment(order, paid_at=now, **{name: word(prefix) for name in ids})
    texts = {name: word(money) for name in ("last_error", "account_id", "transfer_id")}
    make_settlement(payment, **texts, state="transferred", transferred_at=now)
    with entered(operator_scope(SYSTEM)):
        Order.objects.filter(pk=order.pk).update(state="paid", paid_at=now)
    with entered(merchant_scope(order.merchant_id, SYSTEM)):
        FulfilmentMark.objects.create(
            merchant_id=order.merchant_id,
            customer_id=order.customer_id,
            order=order,
            kind="note",
            words=word(prefix),
            by=order.customer_id,
            by_name=word(team),
        )
        ConnectedAccount.objects.create(merchant_id=order.merchant_id, account_id=word(money))
        _entry(order, order.total_minor, "clearing_pending", money)
        _entry(order, -order.total_minor, "merchant_payable", money)


def _entry(order: Order, amount: int, account: str, money: str) -> None:
    texts = ("stripe_object", "balance_transaction", "event_id", "idempotency_key")
    LedgerEntry.objects.create(
        merchant_id=order.merchant_id,
        order=order,
        journal=f"qx:{order.id}",
        account=account,
        amount_minor=amount,
        currency=order.currency,
        **{name: word(money) for name in texts},
    )


def _table(customer: Customer, member: Member, *, prefix: str, team: str) -> Table:
    names = {"customer_name": customer.name, "member_name": word(team), "page": word(prefix)}
    call = make_call(member.merchant, customer, member, **names)
    seller_scope, buyer_scope = scope_of_member(member), scope_of_customer(customer)
    with entered(seller_scope):
        form = open_form(Call.objects.select_related("merchant").get(id=call.id))
    return Table(
        merchant=member.merchant,
        member=member,
        customer=customer,
        call=call,
        seller=party_of(form, Role.MERCHANT, seller_scope, member.user.name),
        buyer=party_of(form, Role.CUSTOMER, buyer_scope, customer.name),
    )


def _values(prefix: str) -> dict[str, str]:
    keys = ("address_line1", "address_line2", "address_city", "address_region", "contact_name")
    start = (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT10:00")
    return {
        **{key: word(prefix) for key in (*keys, "content", "note")},
        "contact_email": f"{word(prefix)}@example.com",
        "address_country": "DE",
        "time_start": start,
        "time_zone": "Europe/Berlin",
    }


def _customers_own(talk: Table, prefix: str) -> tuple[Photo, KnownValues]:
    """A picture and a question to the merchant, and the address book, which is for nobody else."""
    with entered(talk.buyer.scope):
        photo = keep_photo(talk.buyer, small_picture(picture()))
        query_form(talk.buyer, fields=["note"], words=word(prefix))
        keep_known(talk.buyer)
        return photo, KnownValues.objects.latest("used_at")


def _request(talk: Table, prefix: str) -> InformationRequest:
    with entered(talk.seller.scope):
        asked = send_request(
            talk.seller,
            fields=["time.start", "address.city"],
            hint=word(prefix),
            choices={"address.city": [word(prefix)]},
        )
    with entered(talk.buyer.scope):
        decline_request(talk.buyer, asked["request"], fields=["time.start"], reason=word(prefix))
    with entered(operator_scope(SYSTEM)):
        return InformationRequest.objects.get(code=asked["request"])
