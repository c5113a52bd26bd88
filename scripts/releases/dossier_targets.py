"""What was approved beside what each target has trained, as rows of a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.organization_models import Promotes
from pipelines.promotion.release import Release
from scripts.releases.dossier import Dossier
from scripts.releases.dossier_training import path_of, told_report
from scripts.releases.trained import read_training


@dataclass(frozen=True)
class Row:
    """One thing of a release: as it was approved, and as each column has it, None where not.

    `words` tells that it is a sentence, and no name or digest.
    """

    name: str
    approved: Any
    cells: tuple[Any, ...]
    words: bool = False


@dataclass(frozen=True)
class Targets:
    """Columns by their heading, what they were made of, their numbers, and what is missing."""

    columns: tuple[str, ...]
    parts: tuple[Row, ...]
    metrics: tuple[Row, ...]
    missing: tuple[str, ...]


def beside(
    dossier: Dossier, release: Release, running: Release | None, approved: Mapping[str, float]
) -> Targets | None:
    """Lay what targets have trained beside what was approved; None for a release of a model.

    Raises Finding for a report that is of another release or definition.
    """
    if release.promotes is Promotes.MODEL:
        return None
    told = _told(dossier, "", release, dossier.facts["execution_id"])
    missing = tuple(_missing(one) for one in dossier.facts["trained"] if one["report"] is None)
    if running is not None and running.promotes is Promotes.CODE:
        earlier = _told(dossier, "running/", running, dossier.facts["running"]["execution_id"])
        told |= {f"{account}, runs now": one for account, one in earlier.items()}
    names = sorted({*approved, *(name for one in told.values() for name in one["metrics"])})
    return Targets(
        tuple(told),
        _parts(release, tuple(told.values())),
        tuple(
            Row(name, approved.get(name), tuple(one["metrics"].get(name) for one in told.values()))
            for name in names
        ),
        missing,
    )


def _told(
    dossier: Dossier, start: str, release: Release, execution: str
) -> dict[str, dict[str, Any]]:
    found = {}
    # In the order in which a release reaches them.
    for target in sorted(dossier.facts["targets"], key=lambda one: one["kind"] == "production"):
        account = target["account"]
        path = f"{start}{path_of(account)}"
        if path in dossier.files:
            read = read_training(path, dossier.files[path], release, account, execution)
            found[account] = told_report(read)
    return found


def _missing(one: Mapping[str, Any]) -> str:
    account, untold = one["account"], one["untold"]
    if untold:
        return f"What {account} has trained is not told: {untold}."
    return f"{account} has trained nothing of it yet."


def _parts(release: Release, told: Sequence[Mapping[str, Any]]) -> tuple[Row, ...]:
    def row(name: str, approved: str | None, *path: str) -> Row:
        return Row(name, approved, tuple(_at(one, path) for one in told))

    return (
        row("definition", release.definition_sha256, "definition"),
        row("image", release.image.digest, "image"),
        row("data", release.data.sha256, "data", "sha256"),
        row("version of the data", None, "data", "version_id"),
        row("run", None, "run"),
        row("archive", release.archive.sha256, "archive"),
        Row("judged", None, tuple(one["judged"] for one in told), words=True),
    )


def _at(told: Any, path: Sequence[str]) -> Any:
    for part in path:
        told = told[part]
    return told
