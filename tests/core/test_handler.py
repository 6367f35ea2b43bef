"""The HTTP side crosses into a thread once: middleware, view and hooks run in one go."""

import threading

import pytest
from asgiref.testing import ApplicationCommunicator
from django.http import HttpRequest, HttpResponse
from django.urls import path

from marketplace.handler import OneThreadHandler

seen: list[tuple[str, int]] = []


class Noting:
    """Middleware with every hook that may run elsewhere."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        seen.append(("before", threading.get_ident()))
        response = self.get_response(request)
        seen.append(("after", threading.get_ident()))
        return response

    def process_view(self, *_args) -> None:
        seen.append(("hook", threading.get_ident()))


def view(_request: HttpRequest) -> HttpResponse:
    seen.append(("view", threading.get_ident()))
    return HttpResponse("here")


urlpatterns = [path("here", view)]


@pytest.fixture
def noting(settings):
    seen.clear()
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = [f"{__name__}.Noting", "django.middleware.common.CommonMiddleware"]


async def test_middleware_hooks_and_view_share_one_thread_that_is_not_the_loops(noting):
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/here",
        "query_string": b"",
        "headers": [(b"host", b"testserver")],
        "http_version": "1.1",
    }
    application = ApplicationCommunicator(OneThreadHandler(), scope)
    await application.send_input({"type": "http.request", "body": b""})
    start = await application.receive_output(timeout=5)
    assert start["status"] == 200
    assert (await application.receive_output(timeout=5))["body"] == b"here"
    assert [what for what, _thread in seen] == ["before", "hook", "view", "after"]
    (thread,) = {thread for _what, thread in seen}
    assert thread != threading.get_ident()
