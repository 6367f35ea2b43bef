"""Handing a running call to a colleague, at both ends: the call socket and the desk socket."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Final
from uuid import UUID

from calls.consumers.common import in_scope
from calls.errors import EndpointOfflineError
from calls.messages import (
    AcceptTransfer,
    DeclineTransfer,
    ListColleagues,
    OfferTransfer,
    WithdrawTransfer,
)
from calls.models import Endpoint
from calls.selectors.talk import colleague_facts
from calls.services.transfer import (
    accept_transfer,
    decline_transfer,
    offer_transfer,
    withdraw_transfer,
)
from calls.states import Side, TransferState
from marketplace.core.errors import ForbiddenError
from marketplace.core.sockets import TAKEN_OVER
from merchants.models import Member
from merchants.scope import Scope

_ENDED: Final = "call.ended"


class TransferFromCall:
    """The part of a call socket that offers the call, and notices that it has changed hands."""

    scope_of_actor: Scope
    member: Member
    code: str
    side: Side
    seat: int
    generation: int
    peer_seat: int
    peer_present: bool

    db: Callable[..., Coroutine[Any, Any, Any]]
    send_frame: Callable[[dict[str, Any]], Coroutine[Any, Any, None]]
    close: Callable[..., Coroutine[Any, Any, None]]
    start_generation: Callable[[int], None]

    async def list_colleagues(self, _message: ListColleagues) -> dict[str, Any]:
        """Say who could take the call over."""
        self._require_member()
        found = await self.db(in_scope, self.scope_of_actor, colleague_facts, self.member)
        return {"colleagues": found}

    async def offer_transfer(self, message: OfferTransfer) -> dict[str, Any]:
        """Offer the call to a colleague."""
        self._require_member()
        offer = partial(
            offer_transfer,
            self.code,
            member=self.member,
            seat=self.seat,
            to=UUID(message.member),
            note=message.note,
        )
        transfer = await self.db(in_scope, self.scope_of_actor, offer)
        return {"transfer": transfer.code, "until": transfer.until.isoformat()}

    async def withdraw_transfer(self, message: WithdrawTransfer) -> dict[str, Any]:
        """Keep the call after all."""
        self._require_member()
        keep = partial(withdraw_transfer, self.code, member=self.member, transfer=message.transfer)
        transfer = await self.db(in_scope, self.scope_of_actor, keep)
        return {"state": transfer.state}

    def _require_member(self) -> None:
        if self.side is not Side.MERCHANT:
            raise ForbiddenError

    async def change_hands(self, frame: dict[str, Any]) -> None:
        """Close the former member's tab; make the customer's ready for the new one."""
        seat, generation = frame["seat"], frame["generation"]
        told = {key: value for key, value in frame.items() if key != "seat"}
        if self.side is Side.MERCHANT:
            if seat > self.seat:
                await self.send_frame(told)
                await self.close(code=TAKEN_OVER, reason="transferred")
            return
        if generation > self.generation:
            self.start_generation(generation)
        if seat > self.peer_seat:
            self.peer_seat, self.peer_present = seat, False
        await self.send_frame(told)


class TransferToDesk:
    """The part of a desk socket on which a colleague's call may be taken over."""

    scope_of_actor: Scope
    member: Member
    endpoint: Endpoint | None
    # Code of the call → code of the offer that stands for it.
    offers: dict[str, str]

    db: Callable[..., Coroutine[Any, Any, Any]]
    send_frame: Callable[[dict[str, Any]], Coroutine[Any, Any, None]]

    async def accept_transfer(self, message: AcceptTransfer) -> dict[str, Any]:
        """Take the call over at this desk; the page to go to is the answer."""
        if self.endpoint is None:
            raise EndpointOfflineError
        take = partial(
            accept_transfer, message.transfer, member=self.member, endpoint=self.endpoint.code
        )
        call = await self.db(in_scope, self.scope_of_actor, take)
        return {"url": f"/desk/{self.member.merchant.handle}/c/{call.code}/", "call": call.code}

    async def decline_transfer(self, message: DeclineTransfer) -> dict[str, Any]:
        """Leave the call with the colleague."""
        decline = partial(decline_transfer, message.transfer, member=self.member)
        transfer = await self.db(in_scope, self.scope_of_actor, decline)
        return {"state": transfer.state}

    async def follow_offers(self, frame: dict[str, Any]) -> None:
        """Note which offers stand; one whose call is over is closed here and now.

        The row follows with the next sweep: a customer who hangs up has no right to it.
        """
        kind = frame["type"]
        if kind == "transfer.offered":
            self.offers[frame["transfer"]["call"]] = frame["transfer"]["code"]
        elif kind == "transfer.closed":
            self.offers = {c: code for c, code in self.offers.items() if code != frame["transfer"]}
        elif kind == _ENDED and frame["call"] in self.offers:
            transfer = self.offers.pop(frame["call"])
            state = str(TransferState.WITHDRAWN)
            await self.send_frame({"type": "transfer.closed", "transfer": transfer, "state": state})
