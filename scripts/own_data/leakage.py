"""Find columns that know the answer: alone they tell the target almost perfectly."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from statistics import StatisticsError, correlation, fmean

from pipelines.models.kinds import Kind
from pipelines.models.values import number
from scripts.own_data.columns import Column, Use
from scripts.own_data.sheet import Sheet
from scripts.own_data.target import Target

# Real data is not that good: above this, a column was most likely written after the target was.
_AUC = 0.99
_EXPLAINED = 0.98
_CORRELATION = 0.99
# Groups of numbers, by rank, where there are no categories to group by.
_GROUPS = 100
# A group of fewer rows may agree by chance.
_FEWEST_OF_GROUP = 5


def leaks(sheet: Sheet, column: Column, target: Target) -> str | None:
    """Tell in a sentence how a column gives the target away, or None."""
    cells, truth = sheet.texts(column.name), sheet.texts(target.column)
    if cells == truth:
        return f"{column.name} equals the target in every row"
    if column.use is Use.NUMERIC:
        found = _by_number(cells, truth, target)
    else:
        found = _by_group(cells, truth, target)
    return f"{column.name} alone tells the target: {found}" if found else None


def _by_number(cells: Sequence[str], truth: Sequence[str], target: Target) -> str | None:
    known = [(number(cell) or 0.0, value) for cell, value in zip(cells, truth, strict=True) if cell]
    values = [value for value, _ in known]
    match target.kind:
        case Kind.BINARY:
            auc = chance(values, [label == target.classes[-1] for _, label in known])
            best = max(auc, 1 - auc)
            return f"sorted by it, auc is {best:.3f}" if best >= _AUC else None
        case Kind.REGRESSION:
            try:
                found = correlation(ranks(values), ranks([float(value) for _, value in known]))
            except StatisticsError:
                return None
            told = f"their ranks correlate by {found:.3f}"
            return told if abs(found) >= _CORRELATION else None
        case _:
            ordered = sorted(values)
            parts = min(_GROUPS, len(ordered) // _FEWEST_OF_GROUP)
            edges = sorted({ordered[len(ordered) * part // parts] for part in range(1, parts)})
            groups = [str(bisect_right(edges, value)) for value in values]
            return _by_group(groups, [label for _, label in known], target)


def chance(values: Sequence[float], positive: Sequence[bool]) -> float:
    """Give auc by the sum of ranks (Mann and Whitney); a half where a class is not there."""
    hits = sum(positive)
    pairs = hits * (len(values) - hits)
    told = sum(rank for rank, hit in zip(ranks(values), positive, strict=True) if hit)
    return (told - hits * hits / 2) / pairs if pairs else 0.5


def ranks(values: Sequence[float]) -> list[float]:
    """Give the place of each value in their order; equal ones share the middle of theirs."""
    ordered = sorted(values)
    return [(bisect_left(ordered, value) + bisect_right(ordered, value)) / 2 for value in values]


def _by_group(cells: Sequence[str], truth: Sequence[str], target: Target) -> str | None:
    groups: dict[str, list[str]] = defaultdict(list)
    for cell, value in zip(cells, truth, strict=True):
        groups[cell].append(value)
    if len(truth) < _FEWEST_OF_GROUP * len(groups):
        return None
    explained = (
        _variance(list(groups.values()))
        if target.kind is Kind.REGRESSION
        else _agreement(list(groups.values()))
    )
    return f"its values explain {explained:.1%} of it" if explained >= _EXPLAINED else None


def _agreement(groups: Sequence[Sequence[str]]) -> float:
    """Give how much of what guessing gets wrong is right with the commonest class of each group."""
    everything = Counter(value for group in groups for value in group)
    wrong = sum(everything.values()) - max(everything.values())
    still = sum(len(group) - max(Counter(group).values()) for group in groups)
    return 1 - still / wrong if wrong else 0.0


def _variance(groups: Sequence[Sequence[str]]) -> float:
    numbers = [[float(value) for value in group] for group in groups]
    middle = fmean(value for group in numbers for value in group)
    total = sum((value - middle) ** 2 for group in numbers for value in group)
    rest = 0.0
    for group in numbers:
        own = fmean(group)
        rest += sum((value - own) ** 2 for value in group)
    return 1 - rest / total if total else 0.0
