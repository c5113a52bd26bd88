"""Guess what each column is: a number, a category, or nothing that a model may be given."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipelines.errors import InvalidInput, Misuse
from pipelines.models.values import MAXIMUM_LEVELS, number, quoted
from scripts.own_data.sheet import Cell, Sheet
from scripts.own_data.told import counted, listed

# Fewer values say nothing, and may all lie in rows that are not trained on.
FEWEST_VALUES = 10
# Of a category, so many values are shown: the commonest.
_SHOWN = 3
_IDENTIFIER = re.compile(r"(.*_)?(id|uuid|guid|key|nr|number)")
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity|\d[\d.]*([eE][+-]?\d+)?)", re.IGNORECASE)


class Use(StrEnum):
    """What a description makes of a column."""

    NUMERIC = "numeric"
    CATEGORICAL = "categorical"
    IGNORED = "ignored"


@dataclass(frozen=True)
class Column:
    """A column, what it is used as, and why; `rare` counts its categories of few rows."""

    name: str
    use: Use
    why: str
    missing: int
    distinct: int
    rare: int = 0


@dataclass(frozen=True)
class Wishes:
    """What somebody knows better than any guess."""

    numeric: Sequence[str] = ()
    categorical: Sequence[str] = ()
    ignored: Sequence[str] = ()

    def of(self, name: str) -> Use | None:
        """Give what a column shall be, or None."""
        for use, names in zip(Use, (self.numeric, self.categorical, self.ignored), strict=True):
            if name in names:
                return use
        return None

    def check(self, sheet: Sheet, target: str) -> None:
        """Refuse wishes about columns that are not there, or two about one."""
        wished = [*self.numeric, *self.categorical, *self.ignored]
        for name in wished:
            if name not in sheet.header or name == target:
                raise Misuse(
                    "--numeric, --categorical and --ignore",
                    f"must name columns of {sheet.name} besides the target",
                    got=name,
                )
            if wished.count(name) > 1:
                raise Misuse(
                    "--numeric, --categorical and --ignore", "must name a column once", got=name
                )


def judge_column(sheet: Sheet, name: str, wishes: Wishes, rare_below: int) -> Column:
    """Guess one column; raise InvalidInput where it is neither numbers nor texts."""
    wish, cells = wishes.of(name), sheet.column(name)
    known = [cell for cell in cells if cell.text]
    distinct, missing = len({cell.text for cell in known}), len(cells) - len(known)

    def ignored(why: str) -> Column:
        return Column(name, Use.IGNORED, why, missing, distinct)

    if wish is Use.IGNORED:
        return ignored("left out, as you said")
    if len(known) < FEWEST_VALUES:
        return ignored(f"a value in {len(known)} rows, fewer than {FEWEST_VALUES}")
    numbers = None if wish is Use.CATEGORICAL else _numbers(sheet, name, known, wish)
    if numbers is not None:
        reason = None if wish else _no_number(name, numbers)
        if len(set(numbers)) == 1:
            reason = f"always {known[0].text}"
        why = f"numbers from {min(numbers):g} to {max(numbers):g}"
        gaps = "; gaps become the median" if missing else ""
        return (
            ignored(reason) if reason else Column(name, Use.NUMERIC, why + gaps, missing, distinct)
        )
    if distinct == 1 and not missing:
        return ignored(f"always {quoted(known[0].text, 24)}")
    if distinct > MAXIMUM_LEVELS and not wish:
        each = "in every row: an identifier" if distinct == len(known) else "are text, no category"
        return ignored(f"{distinct} different texts {each}")
    return _category(sheet, name, len(cells), Counter(cell.text for cell in known), rare_below)


def _category(sheet: Sheet, name: str, rows: int, counts: Counter[str], rare_below: int) -> Column:
    if len(counts) > MAXIMUM_LEVELS:
        raise InvalidInput(
            f"{sheet.name} column {name}",
            f"must have at most {MAXIMUM_LEVELS} different values to be a category",
            got=str(len(counts)),
            hint=f"leave it out: --ignore {name}",
        )
    rare = sum(count < rare_below for count in counts.values())
    few = f"; {rare} of fewer than {rare_below} rows share a bucket" if rare else ""
    common = ", ".join(quoted(text, 20) for text, _ in counts.most_common(_SHOWN))
    why = f"texts: {common}{', …' if len(counts) > _SHOWN else ''}{few}"
    missing = rows - sum(counts.values())
    return Column(name, Use.CATEGORICAL, why, missing, len(counts), rare)


def _no_number(name: str, numbers: Sequence[float]) -> str | None:
    """Tell why whole numbers are names of things, or None."""
    if not all(value.is_integer() for value in numbers):
        return None
    found, count = set(numbers), len(numbers)
    unique = len(found) == count
    if unique and (max(found) - min(found) == count - 1 or _IDENTIFIER.fullmatch(name)):
        return "another whole number in every row: an identifier"
    if _IDENTIFIER.fullmatch(name) and len(found) > MAXIMUM_LEVELS:
        return f"{len(found)} whole numbers under such a name: an identifier"
    return None


def _numbers(
    sheet: Sheet, name: str, known: Sequence[Cell], wish: Use | None
) -> list[float] | None:
    """Read a column as numbers, or give None where it holds texts; refuse what is both."""
    numbers: list[float] = []
    first: Cell | None = None
    others: list[Cell] = []
    for cell in known:
        try:
            numbers.append(float(number(cell.text) or 0.0))
            first = first or cell
        except ValueError:
            others.append(cell)
    if not others:
        return numbers
    if first is None and wish is None:
        return None
    if first is None or wish:
        raise _not_finite(sheet, name, others)
    way = f"say --categorical {name} or --ignore {name}"
    raise mixed(sheet, name, (first, others, len(numbers)), way)


def mixed(
    sheet: Sheet, name: str, found: tuple[Cell, Sequence[Cell], int], way: str
) -> InvalidInput:
    """Tell that a column has numbers and texts, at the first of whichever are fewer.

    `found` is the first number, the texts, and how many numbers there are; `way` the way out.
    Texts that stand for no finite number (nan, 1e999) are told as such.
    """
    first, others, numbers = found
    if all(_NOT_FINITE.fullmatch(cell.text) for cell in others):
        return _not_finite(sheet, name, others)
    text = others[0]
    odd, other = (text, first) if len(others) <= numbers else (first, text)
    lines = f" ({listed(cell.line for cell in others)})" if odd is text else ""
    return InvalidInput(
        sheet.address(odd.line, name),
        "must be all numbers or all texts",
        got=f"{quoted(odd.text)} where line {other.line} has {quoted(other.text)}",
        hint=f"{counted(numbers, 'number')} and {counted(len(others), 'text')}{lines}; empty the "
        f"cells that mean nothing is known, or {way}",
    )


def _not_finite(sheet: Sheet, name: str, cells: Sequence[Cell]) -> InvalidInput:
    found = f"{counted(len(cells), 'cell')} like that"
    return InvalidInput(
        sheet.address(cells[0].line, name),
        "must be a finite number or empty",
        got=quoted(cells[0].text),
        hint=f"{found}: {listed(cell.line for cell in cells)}; "
        "empty the cells that mean nothing is known",
    )
