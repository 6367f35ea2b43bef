"""Django's own ASGI handler, with one change: middleware and view run in one thread, in one go.

All our views and middleware are synchronous. Django would enter a thread for the first middleware,
come back to the event loop for the view, and enter a thread again for each hook and the view: each
crossing waits for the interpreter, and under load the waiting is what a caller notices.
"""

import django
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class OneThreadHandler(ASGIHandler):
    """Crosses into a thread once per request."""

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002  # Django's signature
        """Build the chain as for a synchronous server."""
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """Run the chain in the request's own thread."""
        run = sync_to_async(self.get_response, thread_sensitive=True)
        response: HttpResponseBase = await run(request)
        return response


def http_application() -> OneThreadHandler:
    """Set Django up and return its HTTP side, as `get_asgi_application` does."""
    django.setup(set_prefix=False)
    return OneThreadHandler()
