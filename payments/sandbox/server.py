"""The HTTP server: bytes to `wire.Request`, `wire.Response` to bytes.

Nagle's algorithm off and one buffered write per answer, else each answer on a kept-alive connection
waits 40 ms for a delayed acknowledgement; a longer listen backlog than the default 5, else 40
parallel clients are refused.
"""

from __future__ import annotations

import logging
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from payments.sandbox.control import answer_control
from payments.sandbox.dispatch import answer_api
from payments.sandbox.errors import ApiError, invalid
from payments.sandbox.host import Sandbox
from payments.sandbox.pages.routes import answer_page
from payments.sandbox.wire import Request, Response, json_response

logger = logging.getLogger(__name__)
LARGEST_BODY = 1024 * 1024


def answer(sandbox: Sandbox, request: Request) -> Response:
    """Answer any request; refuse names that are not this machine's and forms of
    other sites.
    """
    if not request.is_local():
        return Response(403, "The sandbox answers on loopback addresses only.")
    if request.path.startswith(("/v1/", "/v2/")):
        return answer_api(sandbox, request)
    if request.method != "GET" and not request.is_same_origin():
        return Response(403, "The sandbox does not take forms of other sites.")
    if request.path.startswith("/_sandbox/"):
        return answer_control(sandbox, request)
    return answer_page(sandbox, request)


class SandboxServer(ThreadingHTTPServer):
    """One thread per connection; the store lets one transaction run at a time."""

    request_queue_size = 256
    daemon_threads = True
    sandbox: Sandbox


class Handler(BaseHTTPRequestHandler):
    """Reads a request, writes its answer."""

    protocol_version = "HTTP/1.1"
    server_version = "StripeSandbox"
    wbufsize = -1
    disable_nagle_algorithm = True
    timeout = 75
    server: SandboxServer

    def do_GET(self) -> None:
        """Serve a GET."""
        self._serve()

    def do_POST(self) -> None:
        """Serve a POST."""
        self._serve()

    def do_DELETE(self) -> None:
        """Serve a DELETE."""
        self._serve()

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: requests carry keys and cards."""

    def _serve(self) -> None:
        try:
            response = answer(self.server.sandbox, self._read())
        except ApiError as error:
            self.close_connection = True
            response = json_response(error.body, error.status)
        except Exception:
            logger.exception("the sandbox failed on %s", urlsplit(self.path).path)
            self.close_connection = True
            response = Response(500, "The sandbox failed; see its log.")
        self._write(response)

    def _read(self) -> Request:
        length = self.headers.get("Content-Length", "0")
        if (
            not length.isdigit()
            or int(length) > LARGEST_BODY
            or "Transfer-Encoding" in self.headers
        ):
            raise invalid("The body must have a length of at most 1 MiB.", status=413)
        body = self.rfile.read(int(length)).decode("utf-8", "replace")
        headers = {name.lower(): value for name, value in self.headers.items()}
        parts = urlsplit(self.path)
        return Request(self.command, parts.path, parts.query, headers, body)

    def _write(self, response: Response) -> None:
        content = response.body.encode()
        self.send_response(response.status)
        self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Content-Type-Options", "nosniff")
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
