"""What Celery runs for forms. The rows are the truth; a task that runs twice does no harm."""

from celery import shared_task

from merchants.boundaries import system_scope
from merchants.scope import entered
from orders.services import expire_forms as expiring


@shared_task(name="orders.expire_forms")  # type: ignore[untyped-decorator]
def expire_forms() -> int:
    """Expire open forms of all merchants whose time is up."""
    with entered(system_scope()):
        return expiring.expire_forms()
