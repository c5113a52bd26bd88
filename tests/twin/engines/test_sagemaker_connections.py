"""Connections to a container are used again while they can be, and never when they cannot."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from twin.engines.sagemaker.hosting import connections
from twin.engines.sagemaker.hosting.connections import Connections


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if body == b"die":
            self.close_connection = True
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        if body == b"last":
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        # The answer is the last that this connection carries, but nothing says so.
        self.close_connection = body in (b"last", b"left")

    def log_message(self, *_: object) -> None:
        pass


class Container:
    """A server of echoes, and how often it was connected to."""

    def __init__(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.opened = 0
        self.connections = Connections(self._connect)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def ask(self, body: bytes) -> bytes:
        return self.connections.exchange("POST", "/", body, {}, 5).body

    def _connect(self) -> socket.socket:
        self.opened += 1
        return socket.create_connection(("127.0.0.1", self.server.server_port), 5)


@pytest.fixture
def container() -> Iterator[Container]:
    made = Container()
    yield made
    made.connections.close()
    made.server.shutdown()
    made.server.server_close()


def test_a_free_connection_is_used_again(container: Container) -> None:
    assert [container.ask(word) for word in (b"a", b"b", b"c")] == [b"a", b"b", b"c"]
    assert container.opened == 1


def test_a_connection_that_was_ended_is_not_used_again(container: Container) -> None:
    for ending in (b"last", b"left"):
        assert container.ask(ending) == ending
        # Whoever left without a word is found out by the end of its connection.
        idle = [held.sock for _, held in container.connections._idle]
        assert all(sock.recv(1, socket.MSG_PEEK) == b"" for sock in idle)
        assert container.ask(b"next") == b"next"
    assert container.opened == 3


def test_an_old_connection_is_not_used_again(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    container.ask(b"a")
    monkeypatch.setattr(connections, "_IDLE_SECONDS", 0.0)
    container.ask(b"b")
    assert container.opened == 2


def test_a_request_without_an_answer_is_not_sent_again(container: Container) -> None:
    container.ask(b"a")
    with pytest.raises(http.client.RemoteDisconnected):
        container.ask(b"die")
    assert container.opened == 1
    assert container.ask(b"b") == b"b"
