"""Blobs are fetched by HTTP from where the registry says."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import EnvironmentFault, Finding
from pipelines.images.download import download, open_url
from pipelines.images.image import Descriptor, digest_of


class _Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(403 if self.path == "/expired" else 200)
        self.end_headers()
        self.wfile.write(b"layer")

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def _server() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_a_blob_is_downloaded_by_http(tmp_path: Path) -> None:
    blob = Descriptor("any", digest_of(b"layer"), 5)
    with _server() as address:
        download(blob, f"{address}/layer", tmp_path / "blob", "registry")
        assert (tmp_path / "blob").read_bytes() == b"layer"
        with pytest.raises(EnvironmentFault, match="got HTTP status 403"):
            download(blob, f"{address}/expired", tmp_path / "blob", "registry")
    assert not (tmp_path / "blob").exists()


def test_a_registry_that_does_not_answer_is_named(tmp_path: Path) -> None:
    with _server() as address:
        pass
    with pytest.raises(EnvironmentFault, match=r"registry: must let the blob .* be downloaded"):
        download(Descriptor("any", digest_of(b""), 0), address, tmp_path / "blob", "registry")


def test_a_download_address_of_another_kind_is_refused() -> None:
    with pytest.raises(Finding, match="by http or https, got file"):
        open_url("file:///etc/passwd")
