"""Calls as the request layer makes them, and what they ask for in short."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from twin.authorization.actions import asked
from twin.call import Call, Caller
from twin.registry import Registry
from twin.twin import Settings, Twin

OWN, OTHER = "410000000001", "410000000002"
REGION = "eu-west-1"
_RECORDED = Path(__file__).parent / "recorded.jsonl"


def call(
    service: str,
    operation: str,
    parameters: dict[str, Any] | None = None,
    *,
    account: str = OWN,
    arn: str | None = None,
    owner: str | None = None,
) -> Call:
    """Return a call of somebody in an account."""
    arn = arn or f"arn:aws:sts::{account}:assumed-role/tester/session"
    caller = Caller(account, arn, "ASIAEXAMPLE", "AROAEXAMPLE:session")
    return Call(service, operation, parameters or {}, REGION, caller, "1", b"", {}, owner)


def recorded() -> tuple[Call, ...]:
    """Return one real request of every operation that the platform's journeys made."""
    rows = [json.loads(line) for line in _RECORDED.read_text("utf-8").splitlines()]
    return tuple(
        call(row["service"], row["operation"], row["parameters"], account=row["account"])
        for row in rows
    )


def pairs(twin: Twin, made: Call) -> list[tuple[str, str]]:
    """Return the actions and resources that a call asks for."""
    return [(each.action, each.resource) for each in asked(twin, made)]


def idle_twin(folder: Path) -> Twin:
    """Return a twin that serves nobody."""
    return Twin(Settings(folder, 1, OTHER, (OWN,), ""), Registry())
