"""The platform on which promotions are rehearsed, and the table that the run ends with."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys import conftest as journeys
from tests.journeys.stage import Stage
from tests.journeys.story import Story
from tests.rehearsals.rehearsing import MINUTES_AT_THE_GATE, Rehearsing
from tests.rehearsals.report import Row, table
from tests.rehearsals.training import train_on_fewer_rows
from tests.scripts.command_line import copied_checkout

_RUNNING = "GATEHOUSE_TEST_PLATFORM"
"""A folder that a run of rehearsals left, with its twin running: `checkout` and `state`."""
_ROWS = pytest.StashKey[list[Row]]()
_MANAGERS = "  rita: { persona: release-manager, email: rita@example.com }\n"
_TIMEOUT = "approval_timeout_minutes: 10080"
_FEWER_ROWS = 20


@pytest.fixture(scope="session")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsing]:
    """Three accounts with guardrails, one version in production and one that is to follow it."""
    running = os.environ.get(_RUNNING)
    if running is not None:
        stage = Stage(Path(running) / "state", Path(running) / "checkout")
        stage.environment |= stage.gatehouse("twin", "env", "--json").json()
        yield ready(Story(stage))
        return
    folder = tmp_path_factory.mktemp("rehearsals")
    root = checkout(folder / "checkout")
    (folder / "state").mkdir()
    for story in journeys.laid_out(Stage(folder / "state", root)):
        first = journeys.release(story)
        assert first == 1
        yield ready(story)


def checkout(folder: Path) -> Path:
    """Copy the checkout, with a second release manager, as a commit of the ML engineer's."""
    root = copied_checkout(folder)
    file = root / "accounts" / "organization.yaml"
    text = file.read_text("utf-8")
    for was, is_now in (
        (_MANAGERS, _MANAGERS + _MANAGERS.replace("rita", "rosa")),
        (_TIMEOUT, f"approval_timeout_minutes: {MINUTES_AT_THE_GATE}"),
    ):
        assert was in text
        text = text.replace(was, is_now)
    file.write_text(text, "utf-8")
    for arguments in (
        ("init", "--quiet"),
        ("add", "--all"),
        ("-c", "user.name=milo", "-c", "user.email=milo@example.com", "commit", "-qm", "Lay out"),
    ):
        subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True)
    return root


def ready(story: Story) -> Rehearsing:
    """Register what the rehearsals need, and find out which version production runs."""
    live = next(each for each in story.promotions() if each["status"] == "Succeeded")
    known = {int(each["version"]) for each in story.versions()}
    running = int(live["version"])
    if known == {running}:
        train_on_fewer_rows(story, _FEWER_ROWS)
        known = {int(each["version"]) for each in story.versions()}
    return Rehearsing(story, (running, min(known - {running})))


@pytest.fixture
def rows(request: pytest.FixtureRequest) -> list[Row]:
    """What the table will tell."""
    return request.config.stash.setdefault(_ROWS, [])


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Write the table of what was rehearsed."""
    found = config.stash.get(_ROWS, [])
    if found:
        terminalreporter.section("rehearsals")
        for line in table(found):
            terminalreporter.write_line(line)
