"""Exact Origin check before a WebSocket is accepted: scheme, host and port, nothing looser."""

from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings

Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


class ExactOrigin:
    """Refuses a handshake whose Origin is missing, `null` or not one of ours."""

    def __init__(self, application: Application) -> None:
        """Keep the inner application."""
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass on, or close before accept (the client sees 403)."""
        origins = [value for name, value in scope.get("headers", []) if name == b"origin"]
        if len(origins) == 1 and origins[0].decode("latin-1") in settings.TRUSTED_ORIGINS:
            await self.application(scope, receive, send)
            return
        await receive()
        await send({"type": "websocket.close", "code": 4403})
