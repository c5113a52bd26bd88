"""Versions with archives of their own, in the cheapest true way: trained on some rows fewer."""

from __future__ import annotations

from tests.journeys.stage import MODEL
from tests.journeys.story import Story


def train_on_fewer_rows(story: Story, fewer: int) -> int:
    """Register a version that was trained without the last rows, and give it."""
    lines = story.data().read_text("utf-8").splitlines(keepends=True)
    path = story.stage.folder / f"without-{fewer}.csv"
    path.write_text("".join(lines[:-fewer]), "utf-8")
    story.stage.gatehouse(
        *("pipeline", "start", MODEL, "--data", str(path), "--wait", "--as", "sofia"),
        inside="data-science",
    )
    return max(int(each["version"]) for each in story.versions())
