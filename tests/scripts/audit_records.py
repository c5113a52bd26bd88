"""Records of an audit trail, as the twin writes them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ACCOUNT = "111111111111"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/worker"


def asked(
    action: str,
    resource: str = "*",
    *,
    by: Iterable[str] = (),
    layer: str | None = None,
    explicit: bool = False,
    **more: Any,
) -> dict[str, Any]:
    """Tell one decision: allowed ``by`` statements, or refused in a layer."""
    made = {"action": action, "resource": resource, "account": ACCOUNT, "allowed": layer is None}
    made |= {"statements": list(by)} | more
    return made if layer is None else made | {"explicit": explicit, "layer": layer, "keys": {}}


def record(
    service: str, operation: str, *decisions: Mapping[str, Any], role: str = ROLE, **more: Any
) -> dict[str, Any]:
    """Tell a request of a role and what was decided about it."""
    name = role.rpartition("/")[2]
    ruled = {
        "allowed": all(each["allowed"] for each in decisions),
        "asked": list(decisions),
    }
    return {
        "eventTime": "2026-11-23T10:00:00.000+00:00",
        "eventSource": f"{service}.amazonaws.com",
        "eventName": operation,
        "recipientAccountId": ACCOUNT,
        "userIdentity": {
            "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/session",
            "sessionContext": {"sessionIssuer": {"arn": role}},
        },
        "requestParameters": {},
        "errorCode": None,
        "additionalEventData": {"decision": ruled},
    } | more


def written(path: Path, records: Iterable[Mapping[str, Any]]) -> Path:
    """Write a trail."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(each) + "\n" for each in records), encoding="utf-8")
    return path
