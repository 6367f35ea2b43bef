"""Media of an answered call: they flow, and they are rebuilt."""

from calls.models import Call
from calls.realtime import announce_live, announce_restarted
from calls.services.door import change, locked_call, moment, require_seat, require_talking
from calls.states import CallState, Side


def mark_connected(code: str, *, side: Side, seat: int | None = None) -> Call:
    """Say that media flow: accepted → live; either side may, once counts. Announces `call.live`.

    Raises NotFoundError, SeatTakenError, CallOverError, MoveForbiddenError while it rings.
    """
    call = locked_call(code)
    require_seat(call, side, seat)
    if change(call, CallState.LIVE, live_at=moment(call)):
        announce_live(call)
    return call


def restart_media(code: str, *, side: Side, generation: int, seat: int | None = None) -> Call:
    """Raise the generation, so that signals of the old media have no effect any more.

    Both sides may ask at once: the wish counts only for the generation in force. Announces
    `signal.restarted`. Raises NotFoundError, SeatTakenError, CallNotAnsweredError, CallOverError.
    """
    call = locked_call(code)
    require_seat(call, side, seat)
    require_talking(call)
    if generation == call.generation:
        call.generation += 1
        call.save(update_fields=["generation"])
        announce_restarted(call)
    return call
