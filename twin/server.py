"""The process of a twin: ``python -m twin.server`` serves on 127.0.0.1 until it is stopped."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from twin import liveness, operations
from twin.application import Application
from twin.connections import ConnectionServer
from twin.control import control_token
from twin.twin import Settings, Twin
from twin.unit import Unit

_log = logging.getLogger(__name__)
_THREADS = 64
# Longer than SDKs keep an idle connection: it must be them who close it, or a request is lost.
_PATIENCE = 900


def build(settings: Settings) -> Twin:
    """Return a twin with all its operations, its accounts opened and its key restored or made."""
    twin = Twin(settings, operations.registry())
    lay_out(twin)
    return twin


def lay_out(twin: Twin) -> None:
    """Start the engines of a twin and open its accounts."""
    twin.layers.clear()
    operations.start_engines(twin)
    twin.open_accounts()


def serve(twin: Twin) -> ConnectionServer:
    """Return a bound server of the twin; the caller runs ``serve``.

    Connections are kept alive: Terraform sends thousands of requests, and engines call the
    twin from within a request, hence the many threads. Raises OSError when the port is taken.
    """
    server = ConnectionServer(
        ("127.0.0.1", twin.settings.port),
        Application(twin),
        numthreads=_THREADS,
        request_queue_size=128,
        timeout=_PATIENCE,
    )
    server.prepare()
    twin.listen_with(server)
    return server


def programs(environment: Mapping[str, str]) -> str:
    """Give the PATH that stands for the images of builds: this Python, with its packages, first.

    Another Python on this machine has other packages, or happens to have the same.
    """
    return os.pathsep.join((str(Path(sys.executable).parent), environment.get("PATH", os.defpath)))


def main() -> None:
    """Serve until SIGTERM, SIGINT, the control API's stop, or the end of the parent."""
    given = _given()
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s"
    )
    given.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    control_token(given.folder)
    settings = Settings(
        folder=given.folder.resolve(),
        port=given.port,
        management_account_id=given.management_account,
        account_ids=tuple(given.accounts),
        path=programs(os.environ),
        access_role=given.access_role,
        region=given.region,
        organization_id=given.organization,
        units=tuple(Unit.read(text) for text in given.units),
        pace=given.pace,
    )
    twin = Twin(settings, operations.registry())
    # Loud before anything is made: a taken port must not open accounts.
    server = serve(twin)
    ready = given.folder / "ready"
    try:
        lay_out(twin)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: twin.shutdown.set())
        threading.Thread(target=server.serve, name="server", daemon=True).start()
        ready.write_text(str(os.getpid()), encoding="utf-8")
        _await_end(twin, given.parent)
    finally:
        # Work first: what engines still have to write down goes through the server.
        ready.unlink(missing_ok=True)
        twin.stop()
        server.stop()


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--management-account", required=True)
    parser.add_argument("--account", action="append", default=[], dest="accounts")
    parser.add_argument("--access-role", default="OrganizationAccountAccessRole")
    parser.add_argument("--region", default="us-east-1")
    parser.add_argument("--organization")
    parser.add_argument("--unit", action="append", default=[], dest="units")
    parser.add_argument("--pace", type=float, default=1.0)
    parser.add_argument("--parent", type=int, help="end when this process is gone")
    return parser.parse_args()


def _await_end(twin: Twin, parent: int | None) -> None:
    if parent is None:
        twin.shutdown.wait()
        return
    born = liveness.birth(parent)
    while born is not None and not twin.shutdown.wait(0.5):
        if not liveness.lives(parent, born):
            return


if __name__ == "__main__":
    main()
