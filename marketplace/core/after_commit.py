"""Side effects that happen only once the transaction is in: announce, enqueue, run.

Both are hints. What may not be lost has a row and a sweeper; so a broken broker or
channel layer costs delay, never truth, and its error is logged and counted, not raised.
"""

import logging
from collections.abc import Callable
from typing import Any

from asgiref.sync import async_to_sync
from celery import current_app
from django.db import transaction
from redis.exceptions import RedisError

from marketplace.core.layer import channel_layer

log = logging.getLogger(__name__)


def run(action: Callable[[], None]) -> None:
    """Call `action` after commit; an error in it is logged and does not touch the others."""
    transaction.on_commit(action, robust=True)


def announce(group: str, frame: dict[str, Any], **beside: Any) -> None:
    """Send `frame` to every socket in `group` after commit.

    `beside` is for the sockets themselves, which decide by it and pass none of it on.
    """
    run(lambda: send_now(group, frame, **beside))


def enqueue(task: str, **arguments: Any) -> None:
    """Ask for the Celery task of that name after commit."""
    run(lambda: _publish(task, arguments))


def send_now(group: str, frame: dict[str, Any], **beside: Any) -> None:
    """Send `frame` to `group` at once, from synchronous code outside a transaction."""
    event = {"type": "deliver", "frame": frame, **beside}
    try:
        async_to_sync(channel_layer().group_send)(group, event)
    except (OSError, RedisError):
        log.warning("announcement lost: %s to %s", frame.get("type"), group)


def _publish(task: str, arguments: dict[str, Any]) -> None:
    try:
        current_app.send_task(task, kwargs=arguments, ignore_result=True)
    except (OSError, current_app.connection_for_write().connection_errors):
        log.warning("task not enqueued, its row will be swept: %s", task)
