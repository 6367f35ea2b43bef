"""Liveness and readiness: the first depends on nothing else, the second on everything."""

from collections.abc import Callable

from asgiref.sync import async_to_sync
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from marketplace.checks import refuse_powerful_login
from marketplace.core.layer import channel_layer


@require_safe
def live(_request: HttpRequest) -> JsonResponse:
    """Answer 200 as long as this process can answer."""
    return JsonResponse({"live": True})


@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, role and channel layer are there; 503 with what is missing."""
    parts: dict[str, Callable[[], object]] = {"database": _database, "channel_layer": _layer}
    state = {name: _works(check) for name, check in parts.items()}
    return JsonResponse(state, status=200 if all(state.values()) else 503)


def _works(check: Callable[[], object]) -> bool:
    try:
        check()
    except Exception:  # noqa: BLE001  # whatever is wrong, the answer is the same: not ready
        return False
    return True


def _database() -> None:
    refuse_powerful_login()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations")


def _layer() -> None:
    async_to_sync(channel_layer().group_send)("ready", {"type": "deliver", "frame": {}})
