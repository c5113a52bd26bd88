"""Connections of the server, as Terraform's HTTP client needs them.

cheroot 11.1 serves any client; what is done here otherwise has its reason beside it.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import Any

from cheroot.makefile import MakeFile, StreamWriter
from cheroot.server import HTTPConnection, HTTPRequest
from cheroot.wsgi import Gateway_10, Server

from twin.call import INTERNET, Position
from twin.errors import NoAnswer

# Under this name the environment of a request tells from where its connection came.
POSITION = "twin.position"
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

    def forget(self) -> None:
        """Drop what is held."""
        self._write_buf.clear()  # type: ignore[attr-defined]


class _Request(HTTPRequest):
    def __init__(self, server: Any, conn: HTTPConnection) -> None:
        # As a proxy: S3's control plane is asked for at <account>.127.0.0.1, which no resolver
        # knows. Nothing is passed on; every address is answered here.
        super().__init__(server, conn, proxy_mode=True)

    def respond(self) -> None:
        """Answer, and send the answer when it is whole; nothing at all for NoAnswer."""
        self.conn.wfile.held = True
        try:
            super().respond()
        except NoAnswer:
            self.conn.wfile.forget()
            # Says that the head is out already: nothing must be written after all.
            self.sent_headers = self.close_connection = True
        finally:
            if self.conn.wfile.waiting > _READ_AT_ONCE and self._by_go():
                time.sleep(_GO_LOOKS_UP)
            self.conn.wfile.release()

    def _by_go(self) -> bool:
        return b"aws-sdk-go" in self.inheaders.get(b"User-Agent", b"") and self.method == b"POST"


class _Connection(HTTPConnection):
    RequestHandlerClass = _Request
    position: Position = INTERNET

    def __init__(self, server: Any, sock: socket.socket, makefile: Any) -> None:
        super().__init__(server, sock, makefile)
        self.wfile = _Writer(sock, "wb", self.wbufsize)


class _Gateway(Gateway_10):
    def get_environ(self) -> dict[str, Any]:  # type: ignore[override]
        """Return the environment of a request, and in it the position of its connection."""
        made: dict[str, Any] = super().get_environ()  # type: ignore[no-untyped-call]
        made[POSITION] = self.req.conn.position
        return made


class _Nothing:
    """What a listening socket has to read."""

    def has_data(self) -> bool:
        return False


class _Listener:
    """A further address of the server, watched as if it were a connection."""

    rfile = _Nothing()

    def __init__(self, sock: socket.socket, position: Position) -> None:
        self.socket, self.position = sock, position
        self.closed = False

    @property
    def last_used(self) -> float:
        """It is never idle for too long."""
        return float("inf")

    @last_used.setter
    def last_used(self, _moment: float) -> None: ...

    def close(self) -> None:
        """Stop listening."""
        self.closed = True
        self.socket.close()


class ConnectionServer(Server):
    """Gives a thread to a connection only when a request has begun to arrive on it.

    cheroot lets a thread wait on every new connection; Go's clients open connections that they
    do not use for a while, and Terraform's would soon have taken all threads.

    Where a connection comes from is told by the address at which it arrives: ``address_of`` opens
    one for each position, and all of them share the threads of the server.
    """

    ConnectionClass = _Connection
    keep_alive_conn_limit = None  # type: ignore[assignment]

    def __init__(self, *given: Any, **settings: Any) -> None:
        super().__init__(*given, **settings)
        self.gateway = _Gateway
        self._opening = threading.Lock()
        self._listeners: dict[Position, _Listener] = {}

    def address_of(self, position: Position) -> tuple[str, int]:
        """Return host and port at which connections from a position arrive."""
        if position == INTERNET:
            host, port = self.bind_addr
            return str(host), int(port)
        with self._opening:
            listener = self._listeners.get(position)
            if listener is None:
                listener = _Listener(_listening(), position)
                self._listeners[position] = listener
                self.put_conn(listener)
            host, port = listener.socket.getsockname()
            return str(host), int(port)

    def close_listeners(self) -> None:
        """Forget all positions but the first; connections that are open keep theirs."""
        with self._opening:
            listeners, self._listeners = list(self._listeners.values()), {}
        for listener in listeners:
            # A connection to itself wakes the thread that watches, which then lets go of it.
            listener.closed = True
            with contextlib.suppress(OSError), socket.socket() as last:
                last.settimeout(1.0)
                last.connect(listener.socket.getsockname())

    def process_conn(self, conn: HTTPConnection) -> None:
        """Process a connection that is readable; watch over one that is new."""
        if isinstance(conn, _Listener):
            self._admit(conn)
        elif conn.last_used is None:
            self.put_conn(conn)
        else:
            super().process_conn(conn)

    def _admit(self, listener: _Listener) -> None:
        """Take the connection that waits at a listener."""
        try:
            accepted, peer = listener.socket.accept()
        except OSError:
            accepted = None
        if listener.closed or not self.ready:
            listener.close()
        else:
            self.put_conn(listener)
        if accepted is None:
            return
        if listener.closed:
            accepted.close()
            return
        accepted.settimeout(self.timeout)
        conn = _Connection(self, accepted, MakeFile)
        conn.remote_addr, conn.remote_port = peer
        conn.position = listener.position
        self.put_conn(conn)


def _listening() -> socket.socket:
    """Return a socket that listens on a free port of this machine."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(("127.0.0.1", 0))
    made.listen(128)
    return made
