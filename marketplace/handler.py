"""Django's own ASGI handler, but a request crosses into a thread once, and the thread is warm.

All our views and middleware are synchronous. Django would enter a thread for its signal, come back
to the event loop, enter a thread again for each hook and the view: each crossing waits for the
interpreter, and under load the waiting is what a caller notices. It would also start a thread for
every request and end it afterwards; ours stay, with what Django keeps per thread.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import django
from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.core.signals import request_started
from django.db import close_old_connections, reset_queries
from django.http import HttpRequest
from django.http.response import HttpResponseBase

KEPT_THREADS: Final = 32
"""More requests at once have a thread each, as these have, but theirs end with them."""


class OneThreadHandler(ASGIHandler):
    """Crosses into a thread once per request, into one that no other request uses meanwhile."""

    def __init__(self) -> None:
        """Start without threads."""
        super().__init__()
        self.idle: list[ThreadPoolExecutor] = []

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002  # Django's signature
        """Build the chain as for a synchronous server."""
        super().load_middleware(is_async=False)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Handle a request with a thread of its own for all that is synchronous in it."""
        thread = self.idle.pop() if self.idle else ThreadPoolExecutor(1, "request")
        is_free = False
        try:
            async with ThreadSensitiveContext(executor=thread):
                await super().__call__(scope, receive, send)
            is_free = len(self.idle) < KEPT_THREADS
        finally:
            # One that was broken off may be at work still: nobody shall wait behind it.
            if is_free:
                self.idle.append(thread)
            else:
                thread.shutdown(wait=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """Run the chain in the request's own thread."""
        run = sync_to_async(self._respond, thread_sensitive=True)
        response: HttpResponseBase = await run(request)
        return response

    def _respond(self, request: HttpRequest) -> HttpResponseBase:
        # What Django's signal does before a request, where the connections are: in this thread.
        reset_queries()
        close_old_connections()
        return self.get_response(request)


def http_application() -> OneThreadHandler:
    """Set Django up and return its HTTP side, as `get_asgi_application` does.

    The database's two receivers of `request_started` are taken off: a signal with synchronous
    receivers costs a crossing, and the handler does their work itself.
    """
    django.setup(set_prefix=False)
    for receiver in (reset_queries, close_old_connections):
        request_started.disconnect(receiver)
    return OneThreadHandler()
