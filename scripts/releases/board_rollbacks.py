"""Rollbacks as a board needs them: which accounts went back to which release, and on whose word."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.promotion.kept import DONE, ROLLBACK_FILE
from pipelines.promotion.release import RELEASE_FILE, Release, parse_release
from scripts.promotions import Action, Promotion
from scripts.releases.board_inquiry import Inquiry
from scripts.rollbacks import Rollbacks

STAGE = "Rollback"


@dataclass(frozen=True)
class Back:
    """One rollback; `done` are the accounts that went back, `word` is how it came about."""

    execution: Promotion
    actions: tuple[Action, ...]
    release: Release | None
    done: frozenset[str]
    word: str | None


def read_backs(flow: Rollbacks, latest: int, inquiry: Inquiry) -> tuple[Back, ...]:
    """Read the latest rollbacks of a model."""
    found = inquiry.ask("rollbacks", flow.all) or []
    return tuple(_back(flow, one, inquiry) for one in found[:latest])


def _back(flow: Rollbacks, execution: Promotion, inquiry: Inquiry) -> Back:
    listed = inquiry.ask("what rollbacks did", lambda: flow.actions(execution.id)) or []
    latest = {(action.stage, action.name): action for action in listed}
    actions = tuple(sorted(latest.values(), key=lambda action: action.started))
    release, word, done = None, None, set()
    for action in actions:
        if action.stage != STAGE:
            continue
        for files in _carried(flow, action, inquiry):
            told = _facts(files.get(ROLLBACK_FILE))
            word = word or _word(told)
            if told.get("outcome") == DONE and RELEASE_FILE in files:
                done.add(str(told.get("account")))
                release = parse_release(RELEASE_FILE, files[RELEASE_FILE])
    return Back(execution, actions, release, frozenset(done), word)


def _carried(flow: Rollbacks, action: Action, inquiry: Inquiry) -> list[dict[str, bytes]]:
    def read() -> list[dict[str, bytes]]:
        return [flow.files(action, name) for name in action.outputs]

    return inquiry.ask("what rollbacks carried", read) or []


def _word(told: Mapping[str, Any]) -> str | None:
    if told.get("why") == "rejected":
        return "its package was rejected"
    decision = str(told.get("decision") or "")
    return f"decided by {decision.rpartition('-')[0]}" if decision else None


def _facts(content: bytes | None) -> dict[str, Any]:
    try:
        told = json.loads(content or b"{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
