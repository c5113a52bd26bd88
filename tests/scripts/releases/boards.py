"""Boards of a bureau in these tests, and what people do before they are read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pipelines.attestations.envelope import sign
from pipelines.attestations.freeze import Freeze, State
from pipelines.canonical import canonical_json
from scripts.releases.approving import Word
from scripts.releases.board import Board, read_board
from scripts.releases.deciding import approve_waiting, waiting
from tests.pipelines.attestations.cast import NOW, approver
from tests.scripts.releases.bureau import DECISIONS, Bureau, a_release
from tests.scripts.releases.clients import Run

BACK = "rollback-1"
# What production goes back to from the version at the gate.
LEFT_FOR = a_release(0.97, 2)


def told(bureau: Bureau, person: str | None = "rita") -> dict[str, Any]:
    """Give the board's document."""
    found: dict[str, Any] = json.loads(json.dumps(board_of(bureau, person).document()))
    return found


def board_of(bureau: Bureau, person: str | None = "rita") -> Board:
    """Read the board as somebody."""
    return read_board(bureau.desk(person), None, NOW)


def only(document: Mapping[str, Any]) -> Any:
    """Give what is told of the only model."""
    [model] = document["models"]
    return model


def approve(bureau: Bureau, person: str, reason: str = "better recall", minutes: int = 60) -> None:
    """Approve what waits, as a release manager."""
    office = bureau.office(person)
    made_at = NOW - timedelta(minutes=30)
    word = Word(person, reason, "CHG-7", made_at, minutes)
    approve_waiting(office, waiting(office, None, made_at), word)


def freeze(bureau: Bureau, reason: str = "holidays", until: timedelta | None = None) -> None:
    """Freeze production."""
    made_at = NOW - timedelta(hours=1)
    end = NOW + until if until else None
    word = Freeze("production", State.FROZEN, "rob", reason, "CHG-1", made_at, end)
    address = f"{DECISIONS}/freezes/rob-20261201T110000Z.dsse.json"
    bureau.objects.kept[address] = sign(word.statement(), approver("rob").signer)


def states(document: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Give who may approve what waits, and why not."""
    candidates = only(document)["waiting"]["candidates"]
    return {one["person"]: (one["state"], one["because"]) for one in candidates}


def back_report(**changes: Any) -> bytes:
    """What the build of a rollback reports."""
    done = {
        "account": "production",
        "outcome": "done",
        "why": "command",
        "decision": "rita-20261201T113000Z",
    }
    return canonical_json(done | changes)


def back(
    files: Mapping[str, bytes] | None = None,
    status: str = "Succeeded",
    account: str = "production",
    **ends: str,
) -> Run:
    """A rollback of an account, an hour ago; `ends` are how its two builds ended."""
    carried = {"rollback.json": back_report(), "release.json": LEFT_FOR.content()}
    rolled = (f"Rollback/{account}-Rollback", f"Deployed_{account}", ends.get("rollback", status))
    actions: list[tuple[str, str, str, Mapping[str, bytes]]] = [
        ("Source/Source", "Source", "Succeeded", {}),
        (*rolled, carried if files is None else files),
    ]
    if "verify" in ends:
        actions.append((f"Verify/{account}-Verify", "Verified", ends["verify"], {}))
    return Run("none", actions, status, started=NOW - timedelta(hours=1))
