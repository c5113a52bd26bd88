"""Other sources for promotions: by another author, or with other demands on approvals."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass

from tests.journeys.stage import Stage


@dataclass(frozen=True)
class Source:
    """What is published: who wrote its commit, and how many must approve before each stage."""

    author: str = "milo"
    approvals: int = 1
    before_staging: int = 0


PLAIN = Source()


def publish(stage: Stage, source: Source) -> None:
    """Commit a source as its author and publish it, as the ML engineer does."""
    file = stage.root / "accounts" / "organization.yaml"
    text = file.read_text("utf-8")
    head, _, tail = text.partition("approvals: {")
    asked = f"approvals: {{ staging: {source.before_staging}, production: {source.approvals} }}"
    file.write_text(head + asked + tail.partition("}")[2], "utf-8")
    who = ("-c", f"user.name={source.author}", "-c", f"user.email={source.author}@example.com")
    subprocess.run(
        ["git", "-C", str(stage.root), *who, "commit", "--all", "--allow-empty", "-qm", "Change"],
        check=True,
        capture_output=True,
    )
    stage.gatehouse("pipeline", "publish", "--as", "milo")
