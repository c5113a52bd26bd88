"""Connections of the server, as Terraform's HTTP client needs them.

cheroot 11.1 serves any client; what is done here otherwise has its reason beside it.
"""

from __future__ import annotations

import socket
import time
from typing import Any

from cheroot.makefile import StreamWriter
from cheroot.server import HTTPConnection, HTTPRequest
from cheroot.wsgi import Server

# What Go's transport reads at once; the rest of a longer answer would still be lost (see _Writer),
# so that such an answer waits for the client to have finished with its request.
_READ_AT_ONCE = 4096
_GO_LOOKS_UP = 0.005
# More than this is sent on its way even before an answer is complete.
_HELD_BYTES = 256 * 1024


class _Writer(StreamWriter):
    """Sends an answer as one piece: its head and body together.

    An AWS SDK for Go (smithy's ClientHandler) closes the body of its request when the head of
    the answer is there. If Go's transport is still about to see that body's end, it drops the
    connection, and a body of the answer that comes a moment later is lost; the SDK then repeats
    a request that was done. A local server is fast enough for that, about once in 500 requests.
    """

    held = False

    def _flush_unlocked(self) -> None:
        if not self.held or self.waiting > _HELD_BYTES:
            super()._flush_unlocked()  # type: ignore[misc]

    @property
    def waiting(self) -> int:
        """How many bytes are held."""
        return len(self._write_buf)  # type: ignore[attr-defined]

    def release(self) -> None:
        """Send what is held."""
        self.held = False
        self.write(b"")  # type: ignore[no-untyped-call]


class _Request(HTTPRequest):
    def __init__(self, server: Any, conn: HTTPConnection) -> None:
        # As a proxy: S3's control plane is asked for at <account>.127.0.0.1, which no resolver
        # knows. Nothing is passed on; every address is answered here.
        super().__init__(server, conn, proxy_mode=True)

    def respond(self) -> None:
        """Answer, and send the answer when it is whole."""
        self.conn.wfile.held = True
        try:
            super().respond()
        finally:
            if self.conn.wfile.waiting > _READ_AT_ONCE and self._by_go():
                time.sleep(_GO_LOOKS_UP)
            self.conn.wfile.release()

    def _by_go(self) -> bool:
        return b"aws-sdk-go" in self.inheaders.get(b"User-Agent", b"") and self.method == b"POST"


class _Connection(HTTPConnection):
    RequestHandlerClass = _Request

    def __init__(self, server: Any, sock: socket.socket, makefile: Any) -> None:
        super().__init__(server, sock, makefile)
        self.wfile = _Writer(sock, "wb", self.wbufsize)


class ConnectionServer(Server):
    """Gives a thread to a connection only when a request has begun to arrive on it.

    cheroot lets a thread wait on every new connection; Go's clients open connections that they
    do not use for a while, and Terraform's would soon have taken all threads.
    """

    ConnectionClass = _Connection
    keep_alive_conn_limit = None  # type: ignore[assignment]

    def process_conn(self, conn: HTTPConnection) -> None:
        """Process a connection that is readable; watch over one that is new."""
        if conn.last_used is None:
            self.put_conn(conn)
        else:
            super().process_conn(conn)
