"""What Terraform says while it works, line by line: machine-readable messages or plain text."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

# Said once per resource and of no interest to anybody who waits.
_CHATTER = {"version", "refresh_start", "refresh_complete", "outputs"}
# Long enough for a refusal with the names of a session, an action and a resource.
_LONGEST_REASON = 1000


@dataclass(frozen=True)
class Change:
    """What a plan does to one resource."""

    address: str
    type: str
    action: str

    def document(self) -> dict[str, str]:
        """Return the form in which a report carries it."""
        return {"address": self.address, "action": self.action}


def parse_line(line: str) -> dict[str, Any]:
    """Read a line; a line of plain text becomes a message without a type."""
    try:
        message = json.loads(line)
    except ValueError:
        message = None
    return message if isinstance(message, dict) else {"@message": line.strip("│╷╵ \n")}


def worth_telling(message: dict[str, Any]) -> str | None:
    """Choose what of a message goes into the log."""
    text = str(message.get("@message", "")).strip()
    return text if text and message.get("type") not in _CHATTER else None


def changes(messages: Iterable[dict[str, Any]]) -> tuple[Change, ...]:
    """Collect what a plan would change."""
    return tuple(
        Change(
            message["change"]["resource"]["addr"],
            message["change"]["resource"]["resource_type"],
            message["change"]["action"],
        )
        for message in messages
        if message.get("type") == "planned_change" and message["change"]["action"] != "read"
    )


def reason(messages: Iterable[dict[str, Any]]) -> str | None:
    """Find the first error, on one line."""
    texts = []
    for message in messages:
        diagnostic = message.get("diagnostic")
        if isinstance(diagnostic, dict) and diagnostic.get("severity") == "error":
            return _short(f"{diagnostic.get('summary', '')} {diagnostic.get('detail', '')}")
        texts.append(str(message.get("@message", "")))
    starts = [index for index, text in enumerate(texts) if text.startswith("Error:")]
    if not starts:
        return None
    told = " ".join(texts[starts[0] : starts[0] + 8])
    return _short(told.removeprefix("Error:"))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_REASON else f"{line[: _LONGEST_REASON - 3]}..."
