"""Speaks to the control API of a running twin."""

from __future__ import annotations

import json
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from twin.errors import TwinError


class ControlClient:
    """A client of /_twin/ that proves access to the state folder by its token."""

    def __init__(self, url: str, folder: Path, *, seconds: float = 30) -> None:
        self._port = urlsplit(url).port or 80
        self._folder = folder
        self._seconds = seconds

    def get(self, name: str) -> dict[str, Any]:
        """Read from the twin; raises TwinError when it does not answer."""
        return self._ask("GET", name)

    def post(self, name: str, document: dict[str, Any] | None = None) -> dict[str, Any]:
        """Make the twin do something; raises TwinError when it does not answer."""
        return self._ask("POST", name, document)

    def who_listens(self) -> str | None:
        """Say who answers on the port, as far as that can be told."""
        try:
            status, document = self._send("GET", "status", seconds=2)
        except (OSError, HTTPException, ValueError):
            return None
        if not isinstance(document, dict) or "twin" not in document:
            return "another web server"
        if status == 200:
            return f"the twin of {self._folder} itself, as process {document.get('pid')}"
        return "the twin of another state folder"

    def _ask(self, method: str, name: str, sent: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            status, document = self._send(method, name, seconds=self._seconds, sent=sent)
        except (OSError, HTTPException, ValueError) as error:
            raise TwinError(
                f"port {self._port}",
                "the twin must answer",
                got=f"{type(error).__name__}: {error}",
                hint=f"read {self._folder / 'server.log'}, then: gatehouse twin down",
            ) from error
        if status != 200:
            raise TwinError(
                f"port {self._port}", f"/_twin/{name} must work", got=f"{status}: {document}"
            )
        return document

    def _send(
        self, method: str, name: str, *, seconds: float, sent: dict[str, Any] | None = None
    ) -> tuple[int, dict[str, Any]]:
        token = self._folder / "control-token"
        headers = {"X-Twin-Token": token.read_text(encoding="utf-8")} if token.exists() else {}
        connection = HTTPConnection("127.0.0.1", self._port, timeout=seconds)
        try:
            body = None if sent is None else json.dumps(sent)
            connection.request(method, f"/_twin/{name}", body, headers)
            answer = connection.getresponse()
            document: dict[str, Any] = json.loads(answer.read())
            return answer.status, document
        finally:
            connection.close()
