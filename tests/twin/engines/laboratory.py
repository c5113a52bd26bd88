"""A twin that is served within the test's own process."""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from moto.moto_api._internal import moto_api_backend

from tests.twin.engines.accounts import ACCOUNTS, MANAGEMENT, Lab
from twin import server
from twin.control import control_token
from twin.twin import Settings


@contextmanager
def laboratory(folder: Path, **changes: Any) -> Iterator[Lab]:
    """Serve a twin from a folder; changes are settings of it."""
    control_token(folder)
    usual: dict[str, Any] = {
        "folder": folder,
        "port": _free_port(),
        "management_account_id": MANAGEMENT,
        "account_ids": ACCOUNTS,
        "path": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    }
    settings = Settings(**usual | changes)
    with pytest.MonkeyPatch.context() as patch:
        # Whoever runs the tests may have variables that must not reach a build.
        patch.setenv("SECRET_OF_THE_SERVER", "must not leak")
        twin = server.build(settings)
        served = server.serve(twin)
        runner = threading.Thread(target=served.serve, daemon=True)
        runner.start()
        lab = Lab(twin)
        try:
            yield lab
        finally:
            # Also where a test fails: connections that stay open would hold up the process's end.
            lab.close()
            twin.stop()
            served.stop()
            runner.join(timeout=10)
            # What moto holds belongs to the process, not to the twin.
            moto_api_backend.reset()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
