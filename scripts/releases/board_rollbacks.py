"""Rollbacks as a board needs them: which accounts went back to which release, and on whose word."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines.promotion.kept import DONE, ROLLBACK_FILE
from pipelines.promotion.release import RELEASE_FILE, Release, parse_release
from pipelines.promotion.rollback_order import decider
from scripts.promotions import Action, Promotion
from scripts.releases.board_inquiry import Inquiry
from scripts.rollbacks import Rollbacks

STAGE = "Rollback"
WORD_UNTOLD = "on whose word is not told here"
_CARRIED = "what rollbacks carried"


@dataclass(frozen=True)
class Back:
    """One rollback; `done` are the accounts that went back, `word` is how it came about.

    `reported` tells whether it is known of every account that was asked. `brought_by` names, by
    account, the promotion that first brought there what came back.
    """

    execution: Promotion
    actions: tuple[Action, ...]
    release: Release | None
    done: frozenset[str]
    word: str | None
    reported: bool
    brought_by: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Report:
    """What one account's build says that it did."""

    account: str
    done: bool
    word: str | None
    release: Release | None
    brought_by: str


def read_backs(flow: Rollbacks, latest: int, inquiry: Inquiry) -> tuple[Back, ...]:
    """Read the latest rollbacks of a model."""
    found = inquiry.ask("rollbacks", flow.all) or []
    return tuple(_back(flow, one, inquiry) for one in found[:latest])


def _back(flow: Rollbacks, execution: Promotion, inquiry: Inquiry) -> Back:
    listed = inquiry.ask("what rollbacks did", lambda: flow.actions(execution.id)) or []
    latest = {(action.stage, action.name): action for action in listed}
    actions = tuple(sorted(latest.values(), key=lambda action: action.started))
    reports = [_report(flow, one, inquiry) for one in actions if one.stage == STAGE]
    known = [one for one in reports if one is not None]
    done = [one for one in known if one.done]
    return Back(
        execution,
        actions,
        next((one.release for one in done if one.release), None),
        frozenset(one.account for one in done),
        next((one.word for one in known if one.word), None),
        len(known) == len(reports),
        {one.account: one.brought_by for one in done},
    )


def _report(flow: Rollbacks, action: Action, inquiry: Inquiry) -> _Report | None:
    """Read what the build of an account reports; None where that is not told."""
    account = action.name.removesuffix(f"-{STAGE}")

    def read() -> _Report | None:
        files: dict[str, bytes] = {}
        for name in action.outputs:
            files |= flow.files(action, name)
        told = _facts(files.get(ROLLBACK_FILE))
        if told.get("account") != account:
            return None
        done = told.get("outcome") == DONE
        release = _release(files, inquiry) if done else None
        return _Report(account, done, _word(told), release, _brought_by(told))

    return inquiry.ask(_CARRIED, read)


def _release(files: Mapping[str, bytes], inquiry: Inquiry) -> Release | None:
    content = files.get(RELEASE_FILE, b"")
    return inquiry.ask(_CARRIED, lambda: parse_release(RELEASE_FILE, content))


def _brought_by(told: Mapping[str, Any]) -> str:
    to = told.get("to")
    return str(to.get("execution_id", "")) if isinstance(to, dict) else ""


def _word(told: Mapping[str, Any]) -> str | None:
    if told.get("why") == "rejected":
        return "the version that ran was rejected"
    person = decider(told.get("decision"))
    return f"decided by {person}" if person else None


def _facts(content: bytes | None) -> dict[str, Any]:
    try:
        told = json.loads(content or b"{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
