"""Serves moto over connections that stay open: `python -m tests.benchmarks.kept_moto PORT`.

moto's own server closes each connection after its answer, which costs a client more than the
answer itself; beside this one the twin has no advantage but its own.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from cheroot.wsgi import Server
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app


def main() -> None:
    """Serve until the process is ended."""
    moto = DomainDispatcherApplication(create_backend_app)

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ.setdefault("RAW_URI", environ.get("REQUEST_URI", ""))
        answered: Iterable[bytes] = moto(environ, start_response)
        return answered

    Server(("127.0.0.1", int(sys.argv[1])), application, numthreads=8).start()


if __name__ == "__main__":
    main()
