"""The twin's own small API under /_twin/: status, notices, pace, faults, reset, stop, and links."""

from __future__ import annotations

import hmac
import json
import os
import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from twin import faults
from twin.call import INTERNET, Response
from twin.clock import FASTEST, SLOWEST, is_pace
from twin.connections import POSITION
from twin.engines import notices
from twin.engines.containers import mode
from twin.errors import NoAnswer
from twin.network import Unreachable, way_to_layers
from twin.network.addresses import Misasked, wanted
from twin.network.positions import NoSuchPlace

if TYPE_CHECKING:
    from twin.twin import Twin


class Control:
    """Serves /_twin/; everything but blobs needs the token of the twin's state folder."""

    def __init__(self, twin: Twin) -> None:
        self._twin = twin
        self._routes: dict[tuple[str, str], Callable[[], dict[str, Any]]] = {
            ("GET", "/_twin/faults"): lambda: {"faults": twin.faults.listed()},
            ("GET", "/_twin/notices"): lambda: notices.kept(twin),
            ("GET", "/_twin/status"): self._status,
            ("POST", "/_twin/reset"): self._reset,
            ("POST", "/_twin/stop"): self._stop,
        }

    def serve(self, environ: dict[str, Any], body: bytes) -> Response:
        """Answer one request of the control API."""
        path = environ["PATH_INFO"]
        if path.startswith("/_twin/blobs/"):
            self._require_way(environ)
            return self._blob(path.removeprefix("/_twin/blobs/"))
        given = environ.get("HTTP_X_TWIN_TOKEN", "")
        if not hmac.compare_digest(given, control_token(self._twin.settings.folder)):
            message = "the token of the twin's state folder is needed"
            return _json(403, {"twin": None, "message": message})
        if path == "/_twin/address":
            return self._address(environ.get("QUERY_STRING", ""))
        if path == "/_twin/faults" and environ["REQUEST_METHOD"] == "POST":
            return self._fault(body)
        if path == "/_twin/pace" and environ["REQUEST_METHOD"] == "POST":
            return self._pace(body)
        route = self._routes.get((environ["REQUEST_METHOD"], path))
        if route is None:
            return _json(404, {"message": f"{path} is not part of the twin's control API"})
        return _json(200, route())

    def _status(self) -> dict[str, Any]:
        settings = self._twin.settings
        return {
            "twin": str(settings.folder),
            "pid": os.getpid(),
            "url": self._twin.url,
            "management_account_id": settings.management_account_id,
            "account_ids": list(settings.account_ids),
            "operations_answered": len(self._twin.registry.operations()),
            "requests_recorded": len(self._twin.audit.recent()),
            "pace": self._twin.clock.pace,
            "containers": found.value if (found := mode.known()) else "not tried yet",
        }

    def _address(self, query: str) -> Response:
        """Tell at which address the twin is reached from a position in the network."""
        try:
            position = wanted(parse_qs(query, keep_blank_values=True))
        except (Misasked, NoSuchPlace) as error:
            return _json(404, {"message": str(error)})
        url = self._twin.address_of(position)
        return _json(200, {"url": url, "vpc": position.vpc_id, "address": position.address})

    def _fault(self, body: bytes) -> Response:
        """Add a fault, or end one or all of them."""
        try:
            asked = json.loads(body)
            if "clear" in asked:
                return _json(200, {"cleared": self._twin.faults.clear(asked["clear"])})
            return _json(200, {"number": self._twin.faults.add(faults.Fault.read(asked))})
        except (ValueError, TypeError, faults.Misasked) as error:
            return _json(400, {"message": str(error)})

    def _pace(self, body: bytes) -> Response:
        """Let the clock by which services wait go at another pace."""
        try:
            pace = json.loads(body).get("pace")
        except (ValueError, AttributeError) as error:
            return _json(400, {"message": str(error)})
        if not is_pace(pace):
            must = f"pace must be from {SLOWEST:g} to {FASTEST:g}, got {pace!r}"
            return _json(400, {"message": must})
        self._twin.clock.go_at(float(pace))
        return _json(200, {"pace": self._twin.clock.pace})

    def _reset(self) -> dict[str, Any]:
        self._twin.reset()
        return {"reset": True}

    def _stop(self) -> dict[str, Any]:
        self._twin.shutdown.set()
        return {"stopping": True}

    def _require_way(self, environ: dict[str, Any]) -> None:
        """Answer nothing where the network of a link's follower does not lead to S3."""
        try:
            way_to_layers(environ.get(POSITION, INTERNET))
        except Unreachable as error:
            code, now = "Unreachable", self._twin.now().isoformat(timespec="milliseconds")
            record = {"eventTime": now, "eventName": "GetLayer", "errorCode": code}
            self._twin.audit.add({**record, "errorMessage": str(error)})
            raise NoAnswer(str(error)) from error

    def _blob(self, token: str) -> Response:
        held = self._twin.blobs.get(token)
        headers = {"Content-Type": "application/octet-stream"}
        if isinstance(held, Path) and held.exists():
            return Response(200, headers, b"", held)
        if isinstance(held, bytes):
            return Response(200, headers, held)
        return _json(404, {"message": "no such link, or it has expired"})


class Blobs:
    """Bytes, or files of bytes, behind unguessable links, as presigned downloads are."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[str, bytes | Path] = {}

    def link(self, url: str, body: bytes | Path) -> str:
        """Return an address under which the bytes, or those of a file, can be fetched."""
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._held[token] = body
            while len(self._held) > 512:
                self._held.pop(next(iter(self._held)))
        return f"{url}/_twin/blobs/{token}"

    def get(self, token: str) -> bytes | Path | None:
        """Return the bytes behind a link."""
        with self._lock:
            return self._held.get(token)


def control_token(folder: Path) -> str:
    """Return the token that proves access to the state folder, made at the first call."""
    path = folder / "control-token"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32), encoding="utf-8")
    return path.read_text(encoding="utf-8")


def _json(status: int, document: dict[str, Any]) -> Response:
    body = json.dumps(document, indent=2).encode()
    return Response(status, {"Content-Type": "application/json"}, body)
