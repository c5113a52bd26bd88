"""One record per request, written as JSON lines and kept (the last ones) in memory.

The shape follows CloudTrail's record contents:
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from __future__ import annotations

import json
import threading
from collections import deque
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from twin.call import Call, Caller, Response

_KEPT = 5_000
_SECRET_WORDS = ("password", "secretaccesskey", "secretstring", "sessiontoken", "plaintext")
_LONG = 2_048


class Audit:
    """Writes audit records; ``path`` None keeps them in memory only."""

    def __init__(self, path: Path | None) -> None:
        self._lock = threading.Lock()
        self._recent: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self._file: TextIO | None = path.open("a", encoding="utf-8", buffering=1) if path else None

    def write(
        self, call: Call, response: Response, error_code: str | None, milliseconds: float
    ) -> None:
        """Record one request that was identified."""
        self.add(
            {
                "eventTime": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "eventSource": f"{call.service}.amazonaws.com",
                "eventName": call.operation,
                "awsRegion": call.region,
                "recipientAccountId": call.account_id,
                "userIdentity": identity(call.caller),
                "userAgent": call.user_agent,
                "requestID": call.request_id,
                "requestParameters": shortened(call.parameters),
                "errorCode": error_code,
                "attempt": _attempt(call),
                "status": response.status,
                "milliseconds": round(milliseconds, 2),
            }
        )

    def add(self, record: dict[str, Any]) -> None:
        """Append a record."""
        line = json.dumps(record, default=str, separators=(",", ":"))
        with self._lock:
            self._recent.append(record)
            if self._file is not None:
                self._file.write(line + "\n")

    def recent(self) -> list[dict[str, Any]]:
        """Return the kept records, oldest first."""
        with self._lock:
            return list(self._recent)

    def close(self) -> None:
        """Flush and close the file."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None


def _attempt(call: Call) -> int:
    """Return the how-manieth try of a client's own retries this request is."""
    told = call.headers.get("Amz-Sdk-Request", "").partition("attempt=")[2].partition(";")[0]
    return int(told) if told.isdigit() else 1


def identity(caller: Caller) -> dict[str, Any]:
    """Describe a principal in CloudTrail's words."""
    kind = (
        "AssumedRole" if caller.role_arn else "Root" if caller.arn.endswith(":root") else "IAMUser"
    )
    described: dict[str, Any] = {
        "type": kind,
        "arn": caller.arn,
        "accountId": caller.account_id,
        "principalId": caller.principal_id,
        "accessKeyId": caller.access_key_id,
    }
    if caller.role_arn:
        described["sessionContext"] = {
            "sessionIssuer": {"arn": caller.role_arn},
            "sourceIdentity": caller.source_identity,
        }
    if caller.service:
        described["invokedBy"] = caller.service
    return described


def shortened(value: Any, key: str = "") -> Any:
    """Return parameters fit for a record: secrets masked, long or binary values cut."""
    if any(word in key.lower() for word in _SECRET_WORDS):
        return "HIDDEN"
    if isinstance(value, dict):
        return {name: shortened(item, name) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [shortened(item, key) for item in value[:100]]
    if isinstance(value, (bytes, bytearray)):
        return f"{len(value)} bytes"
    if isinstance(value, str) and len(value) > _LONG:
        return value[:_LONG] + "..."
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
