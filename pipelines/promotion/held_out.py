"""The rows that no training has seen: what is asked, what is true, what the model has said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from pipelines.errors import Finding
from pipelines.models.description import ModelDescription
from pipelines.models.kinds import Kind
from pipelines.models.scores import Outcome
from pipelines.promotion.objects import S3Client, read
from pipelines.promotion.release import Release
from pipelines.promotion.rows import Table, parse_csv

ANSWERS = "the endpoint's predictions"


@dataclass(frozen=True)
class HeldOut:
    """Held-out rows without their target, the target, and the model's own predictions."""

    rows: Table
    truth: tuple[str, ...]
    predictions: Table

    def first(self, count: int) -> HeldOut:
        """Keep the first rows."""
        return HeldOut(
            Table(self.rows.header, self.rows.rows[:count]),
            self.truth[:count],
            Table(self.predictions.header, self.predictions.rows[:count]),
        )


def read_held_out(s3: S3Client, release: Release, description: ModelDescription) -> HeldOut:
    """Read the exact held-out rows and predictions of a release."""
    rows = parse_csv(release.holdout.uri, read(s3, release.holdout))
    predictions = parse_csv(release.predictions.uri, read(s3, release.predictions))
    truth = rows.column(description.target, release.holdout.uri)
    if len(rows.rows) != len(predictions.rows):
        raise Finding(
            release.predictions.uri,
            f"must have a prediction for each of {len(rows.rows)} held-out rows",
            got=str(len(predictions.rows)),
        )
    return HeldOut(rows.without(description.target), truth, predictions)


def outcomes(
    description: ModelDescription, truth: Sequence[str], answered: Table
) -> tuple[Outcome, ...]:
    """Lay answers beside the truth; raises Finding for an answer that cannot be measured."""
    if len(answered.rows) != len(truth):
        raise Finding(ANSWERS, f"must have {len(truth)} rows", got=str(len(answered.rows)))
    regression = description.kind is Kind.REGRESSION
    scores = ("0",) * len(truth)
    if description.kind is Kind.BINARY:
        scores = answered.column(f"probability_{description.classes[-1]}", ANSWERS)
    found = []
    for number, (actual, row, score) in enumerate(
        zip(truth, answered.rows, scores, strict=True), start=1
    ):
        address = f"{ANSWERS}, row {number}"
        said = _number(address, row[0]) if regression else row[0]
        meant = _number(f"held-out row {number}", actual) if regression else actual
        found.append(Outcome(meant, said, _number(address, score)))
    return tuple(found)


def _number(address: str, cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise Finding(address, "must be a finite number", got=repr(cell))
    return value
