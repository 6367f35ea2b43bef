"""The HTTP side crosses into a thread once: middleware, view and hooks run in one go."""

import asyncio
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


def answered(application: OneThreadHandler) -> ApplicationCommunicator:
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/here",
        "query_string": b"",
        "headers": [(b"host", b"testserver")],
        "http_version": "1.1",
    }
    return ApplicationCommunicator(application, scope)


async def finished(request: ApplicationCommunicator) -> None:
    await request.send_input({"type": "http.request", "body": b""})
    assert (await request.receive_output(timeout=5))["status"] == 200
    assert (await request.receive_output(timeout=5))["body"] == b"here"
    await request.wait()


async def test_next_request_finds_the_thread_warm_and_one_meanwhile_has_its_own(noting):
    application = OneThreadHandler()
    for _ in range(2):
        await finished(answered(application))
    assert len({thread for _what, thread in seen}) == 1
    seen.clear()
    await asyncio.gather(*[finished(answered(application)) for _ in range(3)])
    assert len({thread for _what, thread in seen}) == len(application.idle) == 3


async def test_thread_of_a_request_that_was_broken_off_is_used_no_more(noting):
    application = OneThreadHandler()
    request = answered(application)
    await request.send_input({"type": "http.disconnect"})
    await request.wait()
    assert len(application.idle) == 1  # nothing had begun
    with pytest.raises(ValueError, match="only handle ASGI/HTTP"):
        await application({"type": "lifespan"}, None, None)
    assert application.idle == []


async def test_middleware_hooks_and_view_share_one_thread_that_is_not_the_loops(noting):
    await finished(answered(OneThreadHandler()))
    assert [what for what, _thread in seen] == ["before", "hook", "view", "after"]
    (thread,) = {thread for _what, thread in seen}
    assert thread != threading.get_ident()
