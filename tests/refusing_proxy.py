"""A way to a local AWS on which one operation is refused, as IAM would refuse it."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_HOP = ("connection", "content-length", "keep-alive", "transfer-encoding")


@dataclass(frozen=True)
class _Refused:
    """Where requests go, and which of them are refused with what."""

    upstream: str
    target: str
    body: bytes


class _Proxy(ThreadingHTTPServer):
    def __init__(self, refused: _Refused) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.refused = refused


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Proxy

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        refused = self.server.refused
        if self.headers.get("X-Amz-Target", "").endswith(refused.target):
            self._write(400, [("Content-Type", "application/x-amz-json-1.1")], refused.body)
            return
        address = urlsplit(refused.upstream)
        connection = http.client.HTTPConnection(str(address.hostname), address.port, 120)
        try:
            headers = {k: v for k, v in self.headers.items() if k.lower() not in _HOP}
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            self._write(answer.status, answer.getheaders(), answer.read())
        finally:
            connection.close()

    def _write(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        lines = [f"HTTP/1.1 {status} -"]
        lines += [f"{name}: {value}" for name, value in headers if name.lower() not in _HOP]
        length = {k.lower(): v for k, v in headers}.get("content-length", "0")
        lines.append(f"Content-Length: {length if self.command == 'HEAD' else len(body)}")
        # In one piece: an SDK repeats a request whose answer comes in two.
        self.wfile.write("\r\n".join([*lines, "", ""]).encode() + body)

    do_DELETE = do_GET = do_HEAD = do_PATCH = do_POST = do_PUT = _serve

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def refusing(upstream: str, target: str, action: str, who: str) -> Iterator[str]:
    """Give the address of a proxy that refuses one operation of a JSON service.

    `target` is the end of the header that names it (``TrentService.CreateKey``).
    """
    told = f"User: {who} is not authorized to perform: {action} on resource: *"
    body = json.dumps({"__type": "AccessDeniedException", "message": told}).encode()
    server = _Proxy(_Refused(upstream, target, body))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
