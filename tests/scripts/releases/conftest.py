"""A bureau, and the command at the desk of one of its people."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scripts import main
from tests.pipelines.attestations.cast import NOW
from tests.scripts.releases.bureau import Bureau, Command


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
