"""A board is served to this machine only, to be read only, and under its own address only."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from pipelines.errors import EnvironmentFault, Misuse
from scripts import main
from scripts.releases.board_page import page
from scripts.releases.board_server import BoardServer, Fresh
from tests.pipelines.attestations.cast import NOW
from tests.scripts.releases.boards import board_of
from tests.scripts.releases.bureau import Bureau


@pytest.fixture
def server(bureau: Bureau) -> Iterator[BoardServer]:
    """A board that is served on a port of its own."""
    with BoardServer(Fresh(lambda: page(board_of(bureau))), 0) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def ask(
    server: BoardServer, method: str = "GET", path: str = "/", host: str | None = None
) -> tuple[http.client.HTTPResponse, str]:
    """Ask the server as a browser does, under its own address if no other is said."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    try:
        connection.putrequest(method, path, skip_host=True)
        connection.putheader("Host", host or f"127.0.0.1:{server.server_port}")
        connection.endheaders()
        answer = connection.getresponse()
        return answer, answer.read().decode()
    finally:
        connection.close()


def test_the_board_is_served(server: BoardServer) -> None:
    answer, text = ask(server)
    assert (answer.status, answer.getheader("Content-Type")) == (200, "text/html; charset=utf-8")
    assert "<h1>Release board</h1>" in text
    policy = answer.getheader("Content-Security-Policy") or ""
    assert policy.startswith("default-src 'none'")
    assert policy.endswith("frame-ancestors 'none'")
    assert answer.getheader("Cache-Control") == "no-store"
    assert answer.getheader("X-Content-Type-Options") == "nosniff"
    assert answer.getheader("Server") == "gatehouse "
    assert server.url == f"http://127.0.0.1:{server.server_port}/"


def test_it_listens_on_loopback_only(server: BoardServer) -> None:
    assert server.server_address[0] == "127.0.0.1"
    assert server.socket.getsockname()[0] == "127.0.0.1"


def test_a_name_of_this_machine_is_good_enough(server: BoardServer) -> None:
    assert ask(server, host=f"localhost:{server.server_port}")[0].status == 200


def test_head_tells_the_length_and_no_more(server: BoardServer) -> None:
    answer, text = ask(server, "HEAD")
    assert (answer.status, text) == (200, "")
    assert int(answer.getheader("Content-Length") or 0) == len(ask(server)[1].encode())


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_other_methods_are_refused(server: BoardServer, method: str) -> None:
    answer, text = ask(server, method)
    assert (answer.status, answer.getheader("Allow")) == (405, "GET, HEAD")
    assert "may be read only" in text


@pytest.mark.parametrize("path", ["/board", "/../etc/passwd", "/favicon.ico", "http://a/b"])
def test_other_paths_are_unknown(server: BoardServer, path: str) -> None:
    assert ask(server, path=path)[0].status == 404


def test_a_query_is_of_no_interest(server: BoardServer) -> None:
    assert ask(server, path="/?again")[0].status == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "[::1]:{port}"]
)
def test_a_foreign_host_is_told_nothing(server: BoardServer, host: str) -> None:
    answer, text = ask(server, host=host.format(port=server.server_port))
    assert answer.status == 421
    assert "Release board" not in text


@pytest.mark.parametrize("hosts", ["", "Host: 127.0.0.1:{port}\r\nHost: evil.example\r\n"])
def test_no_host_and_several_are_told_nothing(server: BoardServer, hosts: str) -> None:
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=10) as wire:
        wire.sendall(f"GET / HTTP/1.1\r\n{hosts}\r\n".format(port=server.server_port).encode())
        assert wire.makefile("rb").read().startswith(b"HTTP/1.1 421 ")


def test_what_is_no_http_is_refused(server: BoardServer) -> None:
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=10) as wire:
        wire.sendall(b"nonsense\r\n\r\n")
        assert b"Release board" not in wire.makefile("rb").read()
    assert ask(server)[0].status == 200


def test_a_reader_who_leaves_is_no_error(
    server: BoardServer, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        raise BrokenPipeError
    except BrokenPipeError:
        server.handle_error(None, None)
    assert capsys.readouterr().err == ""


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def counting(answers: list[str]) -> Callable[[], str]:
    """Make another page each time."""

    def make() -> str:
        answers.append(f"page {len(answers) + 1}")
        return answers[-1]

    return make


def test_a_page_is_made_anew_when_it_is_asked_for_and_old() -> None:
    clock, made = Clock(), list[str]()
    fresh = Fresh(counting(made), 5, clock)
    assert [fresh.page(), fresh.page()] == ["page 1", "page 1"]
    clock.at = 4.9
    assert fresh.page() == "page 1"
    clock.at = 100
    assert made == ["page 1"]
    assert fresh.page() == "page 2"


def test_what_cannot_be_read_is_a_sentence_and_not_asked_again_at_once() -> None:
    asked: list[int] = []

    def make() -> str:
        asked.append(1)
        raise Misuse("your AWS credentials", "must not have expired", got="ExpiredToken")

    with BoardServer(Fresh(make), 0) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            answer, text = ask(made)
            assert (answer.status, text) == (
                503,
                "Service Unavailable: your AWS credentials: must not have expired, "
                "got ExpiredToken\n",
            )
            ask(made)
        finally:
            made.shutdown()
            thread.join()
    assert len(asked) == 1


def test_a_port_that_is_taken_is_said(server: BoardServer) -> None:
    with pytest.raises(EnvironmentFault, match="must be free to serve the board"):
        BoardServer(server.fresh, server.server_port)


def test_the_command_serves_until_it_is_interrupted(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("scripts.commands.release_board.now", lambda: NOW)
    monkeypatch.setattr("scripts.commands.release_board.desk", lambda _p, _m: bureau.desk())

    def interrupted(_server: BoardServer) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(BoardServer, "serve_forever", interrupted)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert main.main(["release", "board", "--serve", "--port", str(port)]) == 0
    told = capsys.readouterr().err
    assert f"http://127.0.0.1:{port}/" in told
    assert "served no longer" in told
