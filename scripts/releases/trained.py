"""What targets have trained for a release of code: from which data, and how good it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.promotion.release import Release
from pipelines.promotion.retrained import Retrained, parse_retraining


@dataclass(frozen=True)
class Training:
    """What one target says that it has trained: the release as it is there, and its report."""

    release: Retrained
    report: Mapping[str, Any]
    content: bytes

    def told(self) -> dict[str, Any]:
        """Tell it in the words of commands and pages."""
        return {
            "account": self.report["account"],
            "archive": self.release.archive.sha256,
            "data": self.release.data.sha256,
            "version of the data": self.report["data"]["version_id"],
            "measured": measured(self.report["quality"]),
            "run": self.report["run"]["arn"],
        }


@dataclass(frozen=True)
class Trainings:
    """Trainings by the account that keeps them, and why others could not be read."""

    found: Mapping[str, Training]
    untold: Mapping[str, str]

    def told(self, account: str) -> dict[str, Any] | None:
        """Tell what an account has trained, or why that is not told; None where nothing."""
        if account in self.untold:
            return {"account": account, "untold": self.untold[account]}
        return self.found[account].told() if account in self.found else None


def read_training(
    address: str, content: bytes, release: Release, account: str, execution: str
) -> Training:
    """Read what a target keeps of a training; raises Finding for what is of anything else."""
    retrained = parse_retraining(address, content, release, account, execution)
    return Training(retrained, json.loads(content), content)


def measured(quality: Mapping[str, Any]) -> str:
    """Tell the deciding metric of what was trained, beside its bound and the rows held out."""
    bound = "at least" if quality["higher_is_better"] else "at most"
    # Too few rows of one class have no metric of their own; then that of the run decides.
    value = quality["evaluated"] if quality["live"] is None else quality["live"]
    told = f"{quality['metric']} {value}, {bound} {quality['threshold']}"
    return f"{told}, on {quality['rows']} held-out rows"
