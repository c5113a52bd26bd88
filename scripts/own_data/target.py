"""Judge the column to predict: which kind of model it asks for, and which classes it has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.errors import InvalidInput, Misuse
from pipelines.models.kinds import Kind
from pipelines.models.values import number, quoted
from pipelines.steps.split import MINIMUM_ROWS
from pipelines.yaml_file import nearest
from scripts.own_data.columns import mixed
from scripts.own_data.sheet import Cell, Sheet
from scripts.own_data.told import counted, listed

# Of whole numbers, more than so many different ones are amounts and not classes.
MOST_NUMBERED_CLASSES = 10
MOST_CLASSES = 100
# The pattern of a class in model.schema.json.
_CLASS = re.compile(r'[^\s,"]([^\x00-\x1f]{0,62}[^\s,"])?')
_YES = ("1", "yes", "y", "true", "t", "positive", "fraud", "default", "churn")


@dataclass(frozen=True)
class Target:
    """The column to predict; `counts` are rows by class, the positive class last."""

    column: str
    kind: Kind
    why: str
    counts: Mapping[str, int]

    @property
    def classes(self) -> tuple[str, ...]:
        """Give the classes in their order; a regression has none."""
        return tuple(self.counts)


def judge_target(
    sheet: Sheet, column: str, kind: Kind | None = None, positive: str | None = None
) -> Target:
    """Guess the kind unless it is told; refuse a column from which nothing can be learned."""
    cells = _cells(sheet, column)
    texts = [cell for cell in cells if not _is_number(cell.text)]
    distinct = {cell.text for cell in cells}
    if len(distinct) == 1:
        raise InvalidInput(
            f"{sheet.name} column {column}",
            "must have two or more different values to be a target",
            got=f"only {quoted(cells[0].text)}",
        )
    guessed, why = _guess(sheet, column, cells, texts) if kind is None else (kind, "as you said")
    if guessed is not Kind.REGRESSION:
        return _classes(sheet, column, cells, Target(column, guessed, why, {}), positive)
    if texts:
        raise InvalidInput(
            sheet.address(texts[0].line, column),
            "must be a finite number",
            got=quoted(texts[0].text),
        )
    if positive is not None:
        raise Misuse("--positive", "must be left out for a regression", got=positive)
    if len({number(cell.text) for cell in cells}) == 1:
        raise InvalidInput(f"{sheet.name} column {column}", "must vary", got=cells[0].text)
    if len(cells) < MINIMUM_ROWS:
        raise InvalidInput(
            sheet.name, f"must have at least {MINIMUM_ROWS} rows", got=str(len(cells))
        )
    return Target(column, guessed, why, {})


def _cells(sheet: Sheet, column: str) -> list[Cell]:
    if column not in sheet.header:
        guess = nearest(column, sheet.header)
        raise Misuse(
            "--target",
            f"must be a column of {sheet.name} ({', '.join(sheet.header)})",
            got=column,
            hint=f"did you mean {guess}?" if guess else None,
        )
    cells = sheet.column(column)
    empty = [cell.line for cell in cells if not cell.text]
    if empty:
        raise InvalidInput(
            sheet.address(empty[0], column),
            "must have a value in every row, because it is the target",
            got="an empty cell",
            hint=f"{counted(len(empty), 'row')} without value: {listed(empty)}; remove them",
        )
    return cells


def _guess(
    sheet: Sheet, column: str, cells: Sequence[Cell], texts: Sequence[Cell]
) -> tuple[Kind, str]:
    distinct = {cell.text for cell in cells}
    if texts and len(texts) < len(cells):
        first = next(cell for cell in cells if _is_number(cell.text))
        found = (first, texts, len(cells) - len(texts))
        raise mixed(sheet, column, found, "say --kind binary or multiclass")
    what = "texts" if texts else "numbers"
    if len(distinct) == 2:
        return Kind.BINARY, f"two different {what}"
    if texts:
        return Kind.MULTICLASS, f"{len(distinct)} different texts"
    values = {number(cell.text) or 0.0 for cell in cells}
    if len(values) <= MOST_NUMBERED_CLASSES and all(value.is_integer() for value in values):
        return Kind.MULTICLASS, f"{len(values)} different whole numbers"
    return Kind.REGRESSION, f"{len(values)} different numbers"


def _classes(
    sheet: Sheet, column: str, cells: Sequence[Cell], target: Target, positive: str | None
) -> Target:
    counts = Counter(cell.text for cell in cells)
    _check_count(sheet, target, len(counts))
    _check_spelling(sheet, column, cells)
    few = min(counts, key=lambda label: (counts[label], label))
    if counts[few] < MINIMUM_ROWS:
        lines = [cell.line for cell in cells if cell.text == few]
        raise InvalidInput(
            f"{sheet.name} column {column}",
            f"must have at least {MINIMUM_ROWS} rows of every class",
            got=f"{counts[few]} of {quoted(few)}",
            hint=f"add rows of it, or remove {listed(lines)}",
        )
    order, why = sorted(counts, key=_order), target.why
    if target.kind is Kind.BINARY:
        last, because = _positive(order, counts, positive)
        order = [label for label in order if label != last] + [last]
        why = f"{why}; {quoted(last)} is the positive one: {because}"
    elif positive is not None:
        raise Misuse("--positive", "must be left out where there are not two classes", got=positive)
    return Target(column, target.kind, why, {label: counts[label] for label in order})


def _check_count(sheet: Sheet, target: Target, count: int) -> None:
    allowed = (2, 2) if target.kind is Kind.BINARY else (3, MOST_CLASSES)
    if not allowed[0] <= count <= allowed[1]:
        rule = "two" if target.kind is Kind.BINARY else f"from 3 to {MOST_CLASSES}"
        raise InvalidInput(
            f"{sheet.name} column {target.column}",
            f"must have {rule} different values for kind {target.kind}",
            got=str(count),
            hint="choose another --kind, or another --target",
        )


def _check_spelling(sheet: Sheet, column: str, cells: Sequence[Cell]) -> None:
    spelt: dict[float, str] = {}
    for cell in cells:
        if not _CLASS.fullmatch(cell.text):
            raise InvalidInput(
                sheet.address(cell.line, column),
                "must be a class of 1 to 64 characters, without comma or quote at either end",
                got=quoted(cell.text),
            )
        if _is_number(cell.text):
            first = spelt.setdefault(number(cell.text) or 0.0, cell.text)
            if first != cell.text:
                raise InvalidInput(
                    sheet.address(cell.line, column),
                    f"must write a class one way, here {quoted(first)}",
                    got=quoted(cell.text),
                )


def _positive(order: Sequence[str], counts: Mapping[str, int], wish: str | None) -> tuple[str, str]:
    if wish is not None:
        if wish not in counts:
            raise Misuse("--positive", f"must be one of {', '.join(order)}", got=wish)
        return wish, "as you said"
    named = [label for label in order if label.lower() in _YES]
    if len(named) == 1:
        return named[0], "so it is called"
    return min(order, key=lambda label: counts[label]), "it is rarer"


def _order(label: str) -> tuple[float, str]:
    return (number(label) or 0.0, label) if _is_number(label) else (0.0, label)


def _is_number(text: str) -> bool:
    try:
        return number(text) is not None
    except ValueError:
        return False
