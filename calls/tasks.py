"""What Celery runs for calls. The rows are the truth; a task that runs twice does no harm."""

from celery import shared_task

from calls.services import callback as callbacks
from calls.services import note_answer_times as answering
from calls.services import queue
from calls.services import sweep_calls as sweeping
from merchants.boundaries import system_scope
from merchants.scope import entered


@shared_task(name="calls.sweep_calls")  # type: ignore[untyped-decorator]
def sweep_calls() -> int:
    """End overdue, dropped and abandoned calls of all merchants, and call who waits."""
    with entered(system_scope()):
        ended = sweeping.sweep_calls()
    queue.sweep_queues()
    return ended


@shared_task(name="calls.forget_addresses")  # type: ignore[untyped-decorator]
def forget_addresses() -> int:
    """Forget the real addresses of desks long gone."""
    with entered(system_scope()):
        return sweeping.forget_addresses()


@shared_task(name="calls.sweep_transfers")  # type: ignore[untyped-decorator]
def sweep_transfers() -> int:
    """Close offers to take over a call that nobody took in time."""
    with entered(system_scope()):
        return sweeping.sweep_transfers()


@shared_task(name="calls.sweep_callbacks")  # type: ignore[untyped-decorator]
def sweep_callbacks() -> int:
    """End promises to be there that ran out, and requests to be called back that grew old."""
    with entered(system_scope()):
        return callbacks.sweep_callbacks()


@shared_task(name="calls.note_answer_times")  # type: ignore[untyped-decorator]
def note_answer_times() -> int:
    """Note how fast merchants answer lately, for their storefronts."""
    with entered(system_scope()):
        return answering.note_answer_times()
