"""What Celery runs for calls. The rows are the truth; a task that runs twice does no harm."""

from celery import shared_task

from calls.services import sweep_calls as sweeping
from merchants.boundaries import system_scope
from merchants.scope import entered


@shared_task(name="calls.sweep_calls")  # type: ignore[untyped-decorator]
def sweep_calls() -> int:
    """End overdue rings and dropped calls of all merchants."""
    with entered(system_scope()):
        return sweeping.sweep_calls()


@shared_task(name="calls.forget_addresses")  # type: ignore[untyped-decorator]
def forget_addresses() -> int:
    """Forget the real addresses of desks long gone."""
    with entered(system_scope()):
        return sweeping.forget_addresses()
