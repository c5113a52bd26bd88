"""The release board: what runs where, waits for whom, is frozen, was promoted and drifts."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipelines.attestations.freeze import Freeze
from pipelines.attestations.moments import spell
from pipelines.organization import AccountKind
from scripts.commands.context import Desk
from scripts.releases.board_attempts import read_attempts
from scripts.releases.board_drift import Drift, read_drift
from scripts.releases.board_gates import (
    WaitingRelease,
    WaitingVersion,
    read_waiting,
    read_waiting_versions,
)
from scripts.releases.board_history import Past, read_history
from scripts.releases.board_inquiry import Inquiry
from scripts.releases.board_targets import Running, read_running
from scripts.releases.office import ModelOffice, Office
from scripts.releases.stops import in_force, read_freezes


@dataclass(frozen=True)
class ModelBoard:
    """Everything about one model; `promotions` counts all with rollbacks, `history` tells some."""

    model: str
    running: tuple[Running, ...]
    versions: tuple[WaitingVersion, ...]
    waiting: WaitingRelease | None
    history: tuple[Past, ...]
    promotions: int
    drift: tuple[Drift, ...]


@dataclass(frozen=True)
class Board:
    """A board as of a moment, as one person may see it.

    `freezes` is None where they are not told; `untold` says what else is not, a sentence each.
    """

    made_at: datetime
    unit: str
    seen_by: str | None
    models: tuple[ModelBoard, ...]
    freezes: tuple[Freeze, ...] | None
    untold: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """Tell the board for programs."""
        found: dict[str, Any] = _plain(self)
        return {"schema_version": 1, **found}


def read_board(at: Desk, model: str | None, now: datetime) -> Board:
    """Read the board of a model, or of all models of a business unit.

    Raises Misuse for a model that nobody knows, and EnvironmentFault where nobody answers at all;
    what the person may not read becomes a sentence.
    """
    at.access.account_id(at.region)
    inquiry = Inquiry()
    models = tuple(_model(ModelOffice(at, name), inquiry, now) for name in at.released(model))
    words = inquiry.ask("freezes", lambda: read_freezes(Office(at).decisions.freezes()))
    return Board(
        made_at=now,
        unit=at.home.business_unit,
        seen_by=at.person,
        models=models,
        freezes=None if words is None else in_force(words, now),
        untold=inquiry.sentences,
    )


def _model(office: ModelOffice, inquiry: Inquiry, now: datetime) -> ModelBoard:
    # In the order in which a release reaches them.
    targets = sorted(office.targets, key=lambda one: one.kind is AccountKind.PRODUCTION)
    names = [one.name for one in targets]
    attempts = read_attempts(office.flow, names, inquiry, office.backs)
    running = tuple(read_running(office, target, attempts, inquiry) for target in targets)
    waiting = read_waiting(office, attempts, inquiry, now)
    waits = waiting.execution if waiting else None
    return ModelBoard(
        model=office.model,
        running=running,
        versions=read_waiting_versions(office, inquiry),
        waiting=waiting,
        history=read_history(office, attempts, waits, inquiry),
        promotions=attempts.total,
        drift=read_drift(running, attempts),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return spell(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, tuple | list) else value
