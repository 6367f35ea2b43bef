"""What surrounds a call: lines of text, notes, a rating, a transfer, a block, a request to be called
back with its mail. Every text holds a word of whoever may read it.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from calls.models import Block, Call, Callback, TextLine, Transfer
from calls.services.callback import mark_ready
from calls.services.leave_callback import Reach
from marketplace.accounts.audit import SYSTEM
from merchants.models import Member
from merchants.scope import entered, operator_scope
from orders.services.leave_request import leave_request
from tests.factories.calls import set_call
from tests.factories.merchants import scope_of_member
from tests.security.deals import Deal
from tests.security.words import word

HOUR = timedelta(hours=1)


@dataclass
class Around:
    """What surrounds one deal's call."""

    callback: Callback
    transfer: Transfer
    form: str


def surround(deal: Deal, *, to: Member, prefix: str, team: str, note: str) -> Around:
    """Talk, note and rate; offer the call to `to`; leave a request the member is ready for."""
    for call in (deal.talk.call, deal.ended):
        _noted(call, prefix=prefix, note=note)
    _talked(deal, prefix=prefix, team=team)
    with entered(operator_scope(SYSTEM)):
        transfer = _offered(deal, to, note)
    return Around(_promised(deal, prefix), transfer, deal.talk.form.code)


def close_offer(transfer: Transfer) -> None:
    """Let the offer have been declined, so that another may be made."""
    with entered(operator_scope(SYSTEM)):
        rows = Transfer.objects.filter(pk=transfer.pk)
        rows.update(state="declined", closed_at=timezone.now())


def block(deal: Deal, note: str) -> None:
    """Take no more calls from the deal's customer."""
    with entered(operator_scope(SYSTEM)):
        Block.objects.create(
            merchant_id=deal.member.merchant_id,
            customer=deal.customer,
            member=deal.member,
            reason=word(note),
        )


def _noted(call: Call, *, prefix: str, note: str) -> None:
    said = {"rating": 4, "rating_words": word(prefix), "rated_at": timezone.now()}
    set_call(call, note=word(note), **said)


def _talked(deal: Deal, *, prefix: str, team: str) -> None:
    """A line of each side in both calls; the database lets each side write its own only."""
    sides = (("customer", deal.talk.buyer, prefix), ("merchant", deal.talk.seller, team))
    for number, (side, party, name) in enumerate(sides, 1):
        with entered(party.scope):
            for call in (deal.talk.call, deal.ended):
                TextLine.objects.create(
                    merchant_id=call.merchant_id,
                    customer_id=call.customer_id,
                    call=call,
                    number=number,
                    side=side,
                    name=word(name),
                    text=word(prefix),
                    op=f"op-{number}-of-it",
                )


def _offered(deal: Deal, to: Member, note: str) -> Transfer:
    now = timezone.now()
    transfer: Transfer = Transfer.objects.create(
        merchant_id=deal.member.merchant_id,
        call=deal.talk.call,
        from_member=deal.member,
        to_member=to,
        note=word(note),
        offered_at=now,
        until=now + HOUR,
    )
    return transfer


def _promised(deal: Deal, prefix: str) -> Callback:
    """A request left and promised the way the product does it: the promise queues a mail."""
    reach = Reach(name=word(prefix), email=f"{word(prefix)}@example.com", language="en")
    left = leave_request(
        deal.customer,
        deal.member.merchant,
        reach,
        content=word(prefix),
        cause="not_answered",
        page=word(prefix),
    )
    with entered(operator_scope(SYSTEM)):  # no form takes letters as a number
        Callback.objects.filter(pk=left.pk).update(phone=word(prefix))
    with entered(scope_of_member(deal.member)):
        return mark_ready(left.code, member=deal.member)
