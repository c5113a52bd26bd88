"""The twin's audit trail: read record by record, filtered, and told in rows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pipelines.errors import Misuse

Record = Mapping[str, Any]
COLUMNS = ("time", "account", "who", "asked", "on", "answer")
_AGO = re.compile(r"(\d+)([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True)
class Wanted:
    """Which records are looked for; what is None does not matter.

    ``role`` is part of the name of a role; ``service`` is one of the services asked or asking.
    """

    denied: bool = False
    role: str | None = None
    service: str | None = None
    since: datetime | None = None

    def takes(self, record: Record) -> bool:
        """Tell whether a record is looked for."""
        if self.denied and not is_refused(record):
            return False
        if self.role is not None and self.role not in role_of(record):
            return False
        if self.service is not None and self.service not in _services(record):
            return False
        return self.since is None or _time(record) >= self.since


def read(path: Path) -> Iterator[Record]:
    """Give the records of a trail, oldest first; a last line that is being written is left out."""
    if not path.exists():
        raise Misuse(str(path), "must be an audit trail", hint="start the twin: gatehouse twin up")
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if not line.endswith("}\n"):
                continue
            try:
                record = json.loads(line)
            except ValueError:
                continue
            if isinstance(record, dict):
                yield record


def moment(text: str, now: datetime) -> datetime:
    """Read a time: ``15m``, ``2h``, ``1d`` ago, or a moment in ISO 8601; raises Misuse."""
    ago = _AGO.fullmatch(text)
    if ago is not None:
        return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Misuse(
            "--since",
            "must be a time ago (15m, 2h, 1d) or a moment in ISO 8601",
            got=text,
        ) from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def decision_of(record: Record) -> Mapping[str, Any] | None:
    """Return what was ruled about a request, or None where nothing was."""
    found = (record.get("additionalEventData") or {}).get("decision")
    return found if isinstance(found, dict) else None


def is_refused(record: Record) -> bool:
    """Tell whether a request was refused, or would be if the twin did more than note it."""
    decision = decision_of(record)
    return decision is not None and not decision["allowed"]


def role_of(record: Record) -> str:
    """Return the ARN of the role, else of the principal, that a request was made by."""
    who: Mapping[str, Any] = record.get("userIdentity") or {}
    issuer = (who.get("sessionContext") or {}).get("sessionIssuer") or {}
    return str(issuer.get("arn") or who.get("arn") or who.get("invokedBy") or "")


def row(record: Record) -> dict[str, Any]:
    """Tell a record in a line."""
    refused = [each for each in _asked(record) if not each["allowed"]]
    shown = refused or _asked(record)
    return {
        "time": str(record.get("eventTime", "")).replace("T", " ").partition("+")[0],
        "account": record.get("recipientAccountId") or "",
        "who": _who(record),
        "asked": ", ".join(dict.fromkeys(str(each["action"]) for each in shown))
        or f"{_service(record)}:{record.get('eventName')}",
        "on": ", ".join(dict.fromkeys(str(each["resource"]) for each in shown)),
        "answer": _answer(record),
    }


def _answer(record: Record) -> str:
    decision = decision_of(record)
    if decision is None or decision["allowed"]:
        return str(record.get("errorCode") or "done")
    why = decision.get("unknown") or decision.get("unreachable")
    if why is None:
        why = "; ".join(dict.fromkeys(map(_why, filter(_is_no, decision["asked"]))))
    return f"refused: {why}"


def _is_no(each: Mapping[str, Any]) -> bool:
    return not each["allowed"]


def _why(each: Mapping[str, Any]) -> str:
    by = f" by {each['service']}" if each.get("service") else ""
    if each["explicit"]:
        return f"denied{by} in {each['layer']} {', '.join(each['statements'])}"
    return f"no {each['layer']} allows {each['action']}{by}"


def _who(record: Record) -> str:
    who: Mapping[str, Any] = record.get("userIdentity") or {}
    name = str(who.get("arn") or who.get("invokedBy") or "")
    return name.rpartition(":")[2].removeprefix("assumed-role/") or name


def _asked(record: Record) -> list[Mapping[str, Any]]:
    decision = decision_of(record)
    return list(decision["asked"]) if decision is not None else []


def _service(record: Record) -> str:
    return str(record.get("eventSource") or "").partition(".")[0]


def _services(record: Record) -> set[str]:
    asked = {str(each["action"]).partition(":")[0] for each in _asked(record)}
    return asked | {_service(record)}


def _time(record: Record) -> datetime:
    try:
        return datetime.fromisoformat(str(record.get("eventTime")))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
