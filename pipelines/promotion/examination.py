"""All that a deployed release is asked in its test, and what it did, as one result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.errors import Finding
from pipelines.models.acceptance import Acceptance
from pipelines.models.description import ModelDescription
from pipelines.models.limits import Load, read_limits
from pipelines.promotion.checks import Check
from pipelines.promotion.consumer import Consumer
from pipelines.promotion.contract import ask_contract
from pipelines.promotion.held_out import ANSWERS, HeldOut
from pipelines.promotion.malformed import ask_malformed
from pipelines.promotion.pace import Pace, measure_pace
from pipelines.promotion.quality import LiveQuality, Sliced, measure_quality
from pipelines.promotion.rows import Comparison, Table, compare
from pipelines.promotion.watch import Watch


@dataclass(frozen=True)
class Result:
    """What a tested endpoint did."""

    limits: Acceptance
    comparison: Comparison
    quality: LiveQuality
    slices: tuple[Sliced, ...]
    checks: tuple[Check, ...]
    latency: Pace
    load: Pace

    def failures(self) -> list[str]:
        """Name every reason to refuse the release, the weightiest first."""
        found = []
        if self.comparison.differing_rows:
            found.append(describe_difference(self.comparison))
        found += self.quality.failures()
        for one in self.slices:
            found += one.failures()
        found += [f"{check.name}: got {check.found}" for check in self.checks if not check.passed]
        return found + self.latency.failures() + self.load.failures()

    def undecided(self) -> list[str]:
        """Name every slice that decides nothing, and why."""
        return [
            f"{of.slicing.column} {one.name}: {one.undecided}"
            for of in self.slices
            for one in of.undecided
        ]

    def document(self) -> dict[str, Any]:
        """Return what the report tells about it."""
        failures = self.failures()
        return {
            "passed": not failures,
            "failures": failures,
            "limits": self.limits.document(),
            "predictions": self.comparison.document(),
            "quality": self.quality.document(),
            "slices": [one.document() for one in self.slices],
            "checks": [check.document() for check in self.checks],
            "latency": self.latency.document(),
            "load": self.load.document(),
        }


def examine(
    consumer: Consumer,
    held_out: HeldOut,
    evaluated: float,
    description: ModelDescription,
    watch: Watch,
) -> Result:
    """Ask everything that a tested endpoint is asked; `evaluated` is the evaluation's number."""
    limits = description.acceptance
    batches = held_out.rows.batches(read_limits().rows_per_request)
    answered = joined([consumer.predictions(batch) for batch in batches])
    quality, slices = measure_quality(description, held_out, answered, evaluated)
    alone = Load(1, limits.latency.requests, limits.latency.p95_ms, limits.load.error_share)
    return Result(
        limits=limits,
        comparison=_held_to_record(held_out.predictions, answered, limits.tolerance),
        quality=quality,
        slices=slices,
        checks=(
            *ask_contract(consumer, held_out, answered, description),
            *ask_malformed(consumer, held_out, description),
        ),
        latency=measure_pace(consumer, held_out, alone, limits.tolerance, watch),
        load=measure_pace(consumer, held_out, limits.load, limits.tolerance, watch),
    )


def joined(tables: Sequence[Table]) -> Table:
    """Put the answers to several requests together."""
    header = tables[0].header
    for table in tables:
        if table.header != header:
            raise Finding(
                ANSWERS,
                f"must have the columns {', '.join(header)} in every answer",
                got=", ".join(table.header),
            )
    return Table(header, tuple(row for table in tables for row in table.rows))


def _held_to_record(recorded: Table, answered: Table, tolerance: float) -> Comparison:
    """Compare, and let answers that cannot be compared all differ: the contract tells why."""
    try:
        return compare(recorded, answered, tolerance)
    except Finding:
        rows = len(recorded.rows)
        return Comparison(rows, False, rows, None, tolerance)


def describe_difference(comparison: Comparison) -> str:
    """Tell in words how answers differ from what was recorded."""
    return (
        f"predictions must equal those recorded, within {comparison.tolerance}: "
        f"got {comparison.differing_rows} of {comparison.rows} rows that differ"
    )
