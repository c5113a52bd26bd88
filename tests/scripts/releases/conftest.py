"""A bureau, a production that could go back, and commands at the desk of one of its people."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scripts import main
from scripts.waiting import Patience
from tests.pipelines.attestations.cast import MODEL, NOW
from tests.scripts.releases.bureau import Bureau, Command
from tests.scripts.releases.shelf import Shelf


@pytest.fixture
def bureau() -> Bureau:
    """A release at the gate that two people must approve."""
    return Bureau()


@pytest.fixture
def decide(monkeypatch: pytest.MonkeyPatch) -> Callable[[Bureau], Command]:
    """Run a command of a bureau as one of its people, an hour after the tests."""
    monkeypatch.setattr("scripts.commands.release.now", lambda: NOW)

    def at(bureau: Bureau) -> Command:
        def run(*arguments: str, person: str | None = "rita") -> int:
            monkeypatch.setattr(
                "scripts.commands.release.desk", lambda _person, _model: bureau.desk(person)
            )
            return main.main(["release", *arguments])

        return run

    return at


@pytest.fixture
def shelf() -> Shelf:
    """Production runs version 3, and keeps 1 and 2 as well."""
    return Shelf()


@pytest.fixture
def roll_back(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Take production back as one of the people, who waits without sleeping."""
    module = "scripts.commands.release_rollback"
    monkeypatch.setattr(f"{module}.now", lambda: NOW)
    monkeypatch.setattr(f"{module}.patience_for", _hurried)

    def run(*arguments: str, person: str | None = "rita") -> int:
        monkeypatch.setattr(f"{module}.desk", lambda *_args: shelf.bureau.desk(person))
        return main.main(["release", "rollback", MODEL, *arguments])

    return run


def _hurried(*, local: bool, seconds: float) -> Patience:
    assert local
    ticks = iter(range(1_000_000))
    return Patience(seconds=5, interval=1, now=lambda: next(ticks), sleep=lambda _seconds: None)
