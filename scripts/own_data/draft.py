"""Draft the description of a model from its data, and try it on them as the first job would."""

from __future__ import annotations

import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

from pipelines.errors import InvalidInput, Misuse
from pipelines.models.defaults import read_defaults
from pipelines.models.description import ModelDescription, read_description
from pipelines.models.kinds import Kind
from pipelines.models.table import parse_table
from pipelines.steps.split import split
from scripts.own_data.columns import Column, Use, Wishes, judge_column
from scripts.own_data.description import description_text
from scripts.own_data.leakage import leaks
from scripts.own_data.proposal import FEW_POSITIVES, Proposal, propose
from scripts.own_data.sheet import Sheet
from scripts.own_data.target import Target, judge_target
from scripts.own_data.told import counted

# The pattern of a model in model.schema.json.
_MODEL = re.compile(r"[a-z][a-z0-9-]{1,22}[a-z0-9]")
# Of a class, or in all: fewer held-out rows make a metric jump by chance.
_FEW_HELD_OUT = 30


@dataclass(frozen=True)
class Request:
    """What is asked of a draft; what is None or empty is guessed."""

    name: str
    target: str
    kind: Kind | None = None
    metric: str | None = None
    threshold: float | None = None
    positive: str | None = None
    wishes: Wishes = field(default_factory=Wishes)
    key: str | None = None


@dataclass(frozen=True)
class Draft:
    """A description that its data fit, and what was guessed and noticed on the way."""

    name: str
    source: str
    rows: int
    target: Target
    columns: tuple[Column, ...]
    proposal: Proposal
    warnings: tuple[str, ...]
    text: str
    parts: dict[str, int]

    @property
    def told(self) -> str:
        """Say in a few words what the model predicts."""
        return f"Predicts {self.target.column} ({self.target.kind.value}) from {self.source}."

    @property
    def entry(self) -> dict[str, str]:
        """Give what organization.yaml must say of it beside description and owner: nothing."""
        return {}

    def document(self) -> dict[str, Any]:
        """Return it as plain data, for programs."""
        return {
            "model": self.name,
            "source": self.source,
            "rows": self.rows,
            "parts": self.parts,
            "kind": self.target.kind.value,
            "target": {"column": self.target.column, "why": self.target.why}
            | {"classes": dict(self.target.counts)},
            "metric": asdict(self.proposal),
            "columns": [asdict(one) | {"use": one.use.value} for one in self.columns],
            "warnings": list(self.warnings),
            "description": self.text,
        }


def draft(sheet: Sheet, request: Request) -> Draft:
    """Guess what is not told, and write the description that goes with the rows.

    Raises InvalidInput with row, column and value for what no model can be made of, and Misuse
    for a request that does not fit the data.
    """
    check_request(request.name, request.threshold)
    if request.kind is Kind.FORECAST:
        raise Misuse(
            "--kind",
            "must be of rows that are predicted one by one",
            got="forecast",
            hint="a series of hours is drafted by its column of the hour: --time",
        )
    rare_below = int(read_defaults()["rare_below"])
    target = judge_target(sheet, request.target, request.kind, request.positive)
    request.wishes.check(sheet, target.column)
    columns = tuple(
        _column(sheet, name, request, rare_below) for name in sheet.header if name != target.column
    )
    if all(column.use is Use.IGNORED for column in columns):
        raise InvalidInput(
            sheet.name,
            "must have a column that a model can learn from",
            got="; ".join(f"{column.name}: {column.why}" for column in columns[:3]) or "none",
        )
    cells = sheet.texts(target.column)
    proposal = propose(target, cells, request.metric, request.threshold)
    text = description_text(request.name, sheet.name, target, columns, proposal)
    model = read_back(text, request.name)
    parts = split(parse_table(sheet.text(), sheet.name, model), model, sheet.name)
    sizes = {name: len(rows) for name, rows in parts.items().items()}
    warnings = tuple(_warnings(sheet, columns, target, len(parts.holdout)))
    return Draft(
        request.name, sheet.name, len(sheet.rows), target, columns, proposal, warnings, text, sizes
    )


def _column(sheet: Sheet, name: str, request: Request, rare_below: int) -> Column:
    if name == request.key and request.wishes.of(name) is None:
        return Column(name, Use.IGNORED, "the key of the join", 0, len(set(sheet.texts(name))))
    return judge_column(sheet, name, request.wishes, rare_below)


def check_request(name: str, threshold: float | None) -> None:
    """Refuse a name that no model can have, and a threshold that is no number; raises Misuse."""
    if not _MODEL.fullmatch(name):
        rule = "must be 3 to 24 lower-case letters, digits or hyphens, a letter first"
        raise Misuse("NAME", f"{rule} and no hyphen last", got=name)
    if threshold is not None and not isfinite(threshold):
        raise Misuse("--threshold", "must be a finite number", got=str(threshold))


def read_back(text: str, name: str) -> ModelDescription:
    """Read what was written as everybody else will."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.yaml"
        path.write_text(text, "utf-8")
        return read_description(path)


def _warnings(
    sheet: Sheet, columns: Sequence[Column], target: Target, held_out: int
) -> Iterator[str]:
    used = [column for column in columns if column.use is not Use.IGNORED]
    for column in used:
        leak = leaks(sheet, column, target)
        if leak:
            yield f"{leak}. Known when a prediction is asked for? Else --ignore {column.name}"
    for column in used:
        if column.missing > len(sheet.rows) / 2:
            share = column.missing / len(sheet.rows)
            yield f"{column.name} has no value in {share:.0%} of the rows"
    yield from _doubles(sheet, used, target)
    if target.kind is Kind.BINARY:
        share = list(target.counts.values())[-1] / len(sheet.rows)
        if share < FEW_POSITIVES:
            yield (
                f"{share:.1%} of the rows are positive: one who never says yes is right in "
                f"{1 - share:.1%}, so accuracy means little here"
            )
    fewest = min(target.counts.values(), default=len(sheet.rows))
    expected = round(held_out * fewest / len(sheet.rows))
    if expected < _FEW_HELD_OUT:
        of = "of the rarest class " if target.counts else ""
        yield f"about {expected} rows {of}are held out, so the metric moves by chance"


def _doubles(sheet: Sheet, used: Sequence[Column], target: Target) -> Iterator[str]:
    """Tell rows that say the same again, and rows that say something else of the same."""
    places = [sheet.header.index(column.name) for column in used]
    answer = sheet.header.index(target.column)
    seen: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for row in sheet.rows:
        seen[tuple(row[place] for place in places)][row[answer]] += 1
    again = sum(count - 1 for counts in seen.values() for count in counts.values())
    if again:
        rows = counted(again, "time")
        yield f"a row is there again, {rows} in all: some may be tested on what they taught"
    torn = sum(sum(counts.values()) for counts in seen.values() if len(counts) > 1)
    if torn:
        yield f"{torn} rows are alike in all but the target: no model tells these apart"
