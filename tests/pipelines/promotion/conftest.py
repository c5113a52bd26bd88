"""An account that receives releases, and made-up credentials that reach no real one."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from tests.pipelines.promotion.places import PRODUCTION, STAGING, Place
from tests.pipelines.promotion.stage import Stage


@pytest.fixture(autouse=True)
def _made_up_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A staging account, in front of it a registry whose layers are downloaded by HTTP."""
    with _stage(tmp_path, STAGING) as made:
        yield made


@pytest.fixture
def production(tmp_path: Path) -> Iterator[Stage]:
    """A production account, for which a release was tested and approved as it should be."""
    with _stage(tmp_path, PRODUCTION) as made:
        made.papers.tested()
        made.papers.approved()
        yield made


@contextmanager
def _stage(tmp_path: Path, place: Place) -> Iterator[Stage]:
    layers: dict[str, bytes] = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(layers[self.path.removeprefix("/")])

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server, mock_aws():
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        made = Stage(tmp_path, f"http://127.0.0.1:{server.server_port}/", place)
        made.home.address, made.home.layers = made.address, layers | made.home.layers
        layers |= made.home.layers
        made.home.layers = layers
        yield made
        server.shutdown()
        thread.join()
