"""Serves a board on loopback: one page, to be read only, made anew every few seconds at most."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from pipelines.errors import EnvironmentFault, GatehouseError
from scripts.releases.board_inquiry import plainly
from scripts.releases.board_page import board_policy

ADDRESS = "127.0.0.1"
# So often at most is AWS asked, however often somebody reloads.
FRESH_SECONDS = 5.0


class Fresh:
    """A page that is made when it is asked for, and kept for some seconds; so is a failure."""

    def __init__(
        self,
        make: Callable[[], str],
        seconds: float = FRESH_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._make = make
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: tuple[float, str | GatehouseError] | None = None

    def page(self) -> str:
        """Give the page; raises GatehouseError where it cannot be made."""
        with self._lock:
            if self._kept is None or self._clock() - self._kept[0] >= self._seconds:
                made = self._made()
                self._kept = (self._clock(), made)
            found = self._kept[1]
        if isinstance(found, GatehouseError):
            raise found
        return found

    def _made(self) -> str | GatehouseError:
        try:
            return self._make()
        except GatehouseError as error:
            return error


class BoardServer(ThreadingHTTPServer):
    """Listens on loopback only; raises EnvironmentFault where the port is taken."""

    daemon_threads = True

    def __init__(self, fresh: Fresh, port: int) -> None:
        self.fresh = fresh
        try:
            super().__init__((ADDRESS, port), _Handler)
        except OSError as error:
            raise EnvironmentFault(
                f"port {port} of {ADDRESS}",
                "must be free to serve the board",
                got=error.strerror,
                hint="choose another one: --port PORT",
            ) from error

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of readers who leave before they have their answer."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    @property
    def url(self) -> str:
        """Where the board is read."""
        return f"http://{ADDRESS}:{self.server_port}/"

    @property
    def hosts(self) -> tuple[str, ...]:
        """What a browser that was sent here by its user calls this server."""
        return (f"{ADDRESS}:{self.server_port}", f"localhost:{self.server_port}")


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD of one page."""

    server: BoardServer
    protocol_version = "HTTP/1.1"
    server_version = "gatehouse"
    sys_version = ""
    # Who says nothing for so long is not waited for.
    timeout = 10

    def do_GET(self) -> None:
        """Answer with the page."""
        # A site elsewhere whose name is made to lead here (DNS rebinding) must read nothing.
        if self.headers.get_all("Host", []) not in [[host] for host in self.server.hosts]:
            self._refuse(HTTPStatus.MISDIRECTED_REQUEST, "must be asked for by its own address")
        elif urlsplit(self.path).path != "/":
            self._refuse(HTTPStatus.NOT_FOUND, "there is one page here: /")
        else:
            self._answer_page()

    do_HEAD = do_GET

    def send_error(
        self, code: int, message: str | None = None, _explain: str | None = None
    ) -> None:
        """Refuse what the library refuses: other methods, and what is no HTTP."""
        if code == HTTPStatus.NOT_IMPLEMENTED:
            self._refuse(HTTPStatus.METHOD_NOT_ALLOWED, "may be read only: GET or HEAD")
        else:
            self._refuse(HTTPStatus(code), message or "")

    def log_message(self, *_: Any) -> None:
        """Say nothing: requests are of no interest."""

    def _answer_page(self) -> None:
        try:
            content = self.server.fresh.page()
        except GatehouseError as error:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, plainly(error))
        else:
            self._send(HTTPStatus.OK, "text/html; charset=utf-8", content)

    def _refuse(self, status: HTTPStatus, why: str) -> None:
        # What else was sent is not read, so no further request can follow it.
        self.close_connection = True
        self._send(status, "text/plain; charset=utf-8", f"{status.phrase}: {why}\n")

    def _send(self, status: HTTPStatus, kind: str, text: str) -> None:
        content = text.encode()
        self.send_response(status)
        headers = {
            "Content-Type": kind,
            "Content-Length": str(len(content)),
            "Content-Security-Policy": f"{board_policy()}; frame-ancestors 'none'",
            "Cache-Control": "no-store",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = "GET, HEAD"
        if self.close_connection:
            headers["Connection"] = "close"
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
