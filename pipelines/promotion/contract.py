"""The contract of an endpoint: what its answers are made of, in which types, and how steadily."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isfinite

from pipelines.errors import Finding
from pipelines.models.description import ModelDescription
from pipelines.models.kinds import Kind
from pipelines.promotion.checks import CONTRACT, Check, as_json
from pipelines.promotion.consumer import CSV, CSV_WITH_HEADER, JSON, Answer, Consumer
from pipelines.promotion.held_out import HeldOut
from pipelines.promotion.rows import Table, compare, parse_csv

# Enough to tell an answer in another order; each of the questions below asks about these rows.
_SAMPLE = 5
# Probabilities are 32-bit numbers: a hundred of them sum to one within this.
_SUM = 1e-5


@dataclass(frozen=True)
class _Given:
    """What all questions of the contract share."""

    consumer: Consumer
    sample: HeldOut
    description: ModelDescription

    def same(self, answered: Table) -> str | None:
        """Tell how answers differ from those recorded for the sample, or None."""
        tolerance = self.description.acceptance.tolerance
        found = compare(self.sample.predictions, answered, tolerance)
        return f"{found.differing_rows} of {found.rows} differ" if found.differing_rows else None


def columns_of(description: ModelDescription) -> tuple[str, ...]:
    """Name the columns of an answer."""
    return ("prediction", *(f"probability_{label}" for label in description.classes))


def ask_contract(
    consumer: Consumer, held_out: HeldOut, answered: Table, description: ModelDescription
) -> Iterator[Check]:
    """Hold the answers to all held-out rows to the contract, then ask a few rows in all ways."""
    yield from _of_answers(held_out, answered, description)
    given = _Given(consumer, held_out.first(_SAMPLE), description)
    yield from _of_types(given)
    rows = given.sample.rows
    backwards = Table(rows.header[::-1], tuple(row[::-1] for row in rows.rows))
    ways: dict[str, Callable[[], Table]] = {
        "columns in another order get the same answers": lambda: consumer.predictions(backwards),
        "a row alone is answered as among others": lambda: _one_by_one(given),
        "the same question gets the same answer": lambda: consumer.predictions(rows),
    }
    for name, ask in ways.items():
        try:
            wrong = given.same(ask())
        except Finding as error:
            wrong = _line(error)
        yield Check(CONTRACT, name, wrong is None, wrong or "the same")


def _of_answers(
    held_out: HeldOut, answered: Table, description: ModelDescription
) -> Iterator[Check]:
    wanted, rows = columns_of(description), len(held_out.rows.rows)
    names = ", ".join(answered.header)
    same = answered.header == wanted
    yield Check(CONTRACT, f"answers have the columns {', '.join(wanted)}", same, names)
    found = len(answered.rows)
    yield Check(CONTRACT, "every row gets one answer", found == rows, f"{found} of {rows}")
    if not same:
        return
    if description.kind is Kind.REGRESSION:
        yield _rule("predictions are numbers", answered, lambda row: isfinite(float(row[0])))
        return
    classes = description.classes
    yield _rule(f"predictions are of {', '.join(classes)}", answered, lambda row: row[0] in classes)
    yield _rule("probabilities are from 0 to 1 and sum to 1", answered, _probabilities)
    yield _rule(
        "the predicted class is the most probable",
        answered,
        lambda row: float(row[1 + classes.index(row[0])]) == max(map(float, row[1:])),
    )


def _of_types(given: _Given) -> Iterator[Check]:
    rows = given.sample.rows
    bodies = {CSV: rows.csv(), JSON: as_json(rows, given.description.numeric)}
    for kind, body in bodies.items():
        for wanted in (CSV, CSV_WITH_HEADER, JSON):
            answer = given.consumer.ask(body, kind, wanted)
            named = answer.content_type.partition(";")[0].strip()
            found, passed = f"{answer.status} {named}".strip(), False
            if answer.status == 200 and named == wanted.partition(";")[0]:
                try:
                    wrong = given.same(_read(answer, wanted, given.description))
                except Finding as error:
                    wrong = _line(error)
                found, passed = f"{found}, {wrong}" if wrong else found, wrong is None
            yield Check(CONTRACT, f"{kind} is answered with {wanted}", passed, found)


def _read(answer: Answer, kind: str, description: ModelDescription) -> Table:
    """Read an answer of any type as the table that CSV with a header would be."""
    wanted = columns_of(description)
    if kind == CSV_WITH_HEADER:
        return parse_csv("an answer", answer.body)
    if kind == CSV:
        return parse_csv("an answer", ",".join(wanted).encode() + b"\n" + answer.body)
    try:
        predictions = json.loads(answer.body)["predictions"]
        rows = tuple(_cells(one, description) for one in predictions)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        got = f"{type(error).__name__}: {error}"
        raise Finding("an answer", 'must be {"predictions": [...]}', got=got) from error
    return Table(wanted, rows)


def _cells(prediction: dict[str, object], description: ModelDescription) -> tuple[str, ...]:
    """Give the cells of one prediction in JSON, whose probabilities are named by their class."""
    told = {"prediction", *(("probabilities",) if description.classes else ())}
    if set(prediction) != told:
        raise KeyError(", ".join(sorted(prediction)))
    if description.kind is Kind.REGRESSION and not isinstance(
        prediction["prediction"], int | float
    ):
        raise TypeError("a prediction that is no number")
    probabilities = prediction.get("probabilities", {})
    if not isinstance(probabilities, dict) or set(probabilities) != set(description.classes):
        raise KeyError("probabilities")
    cells = (prediction["prediction"], *(probabilities[label] for label in description.classes))
    return tuple(str(cell) for cell in cells)


def _one_by_one(given: _Given) -> Table:
    answers = [given.consumer.predictions(row) for row in given.sample.rows.batches(1)]
    return Table(answers[0].header, tuple(row for one in answers for row in one.rows))


def _rule(name: str, answered: Table, holds: Callable[[tuple[str, ...]], bool]) -> Check:
    for number, row in enumerate(answered.rows, start=1):
        try:
            passed = holds(row)
        except ValueError:
            passed = False
        if not passed:
            return Check(CONTRACT, name, False, f"row {number}: {', '.join(row)}"[:200])
    return Check(CONTRACT, name, True, f"in {len(answered.rows)} rows")


def _probabilities(row: tuple[str, ...]) -> bool:
    values = [float(cell) for cell in row[1:]]
    return all(0 <= value <= 1 for value in values) and abs(sum(values) - 1) <= _SUM


def _line(error: Finding) -> str:
    return str(error).partition("\n")[0][:200]
