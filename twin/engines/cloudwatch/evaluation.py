"""Decides from a metric's last periods in which state an alarm is, as CloudWatch documents it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

SPARE_PERIODS = 2
"""How many periods more than it judges an alarm looks back to for values that are there."""


class State(StrEnum):
    """The state of an alarm."""

    OK = "OK"
    ALARM = "ALARM"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"


@dataclass(frozen=True)
class Rule:
    """When a metric is an alarm.

    ``datapoints`` of the last ``periods`` values must break the threshold; ``missing`` is how
    periods without any are treated: ``missing``, ``ignore``, ``breaching`` or ``notBreaching``.
    """

    comparison: str
    threshold: float
    periods: int
    datapoints: int
    missing: str = "missing"


@dataclass(frozen=True)
class Verdict:
    """In which state an alarm is, why, and by which values; no state where it keeps its own."""

    state: State | None
    reason: str
    values: tuple[float, ...] = ()


_BREAKS: Mapping[str, tuple[Callable[[float, float], bool], str]] = {
    "GreaterThanOrEqualToThreshold": (operator.ge, "greater than or equal to"),
    "GreaterThanThreshold": (operator.gt, "greater than"),
    "LessThanThreshold": (operator.lt, "less than"),
    "LessThanOrEqualToThreshold": (operator.le, "less than or equal to"),
}


def can_compare(comparison: str) -> bool:
    """Tell whether an alarm with this operator can be evaluated."""
    return comparison in _BREAKS


def evaluate(rule: Rule, points: Sequence[float | None]) -> Verdict:
    """Judge the values of the last periods, the oldest first; None for a period without any.

    ``points`` should reach ``SPARE_PERIODS`` further back than the rule judges. Values that are
    there are judged first; only where they are too few, missing ones are filled in.
    """
    real = tuple(value for value in points if value is not None)[-rule.periods :]
    breaks, _ = _BREAKS[rule.comparison]
    breaking = sum(1 for value in real if breaks(value, rule.threshold))
    gaps = rule.periods - len(real)
    state = _state(rule, len(real), breaking, gaps)
    return Verdict(state, _reason(rule, real, breaking, gaps, state), real)


def _state(rule: Rule, real: int, breaking: int, gaps: int) -> State | None:
    if breaking >= rule.datapoints:
        return State.ALARM
    if not gaps or rule.missing == "notBreaching":
        return State.OK
    if rule.missing == "breaching":
        return State.ALARM if breaking + gaps >= rule.datapoints else State.OK
    undecided = breaking == real
    if rule.missing == "ignore":
        return None if undecided else State.OK
    if not real:
        return State.INSUFFICIENT_DATA
    return State.ALARM if undecided else State.OK


def _reason(
    rule: Rule, real: tuple[float, ...], breaking: int, gaps: int, state: State | None
) -> str:
    if state is State.INSUFFICIENT_DATA:
        were = "datapoint was" if rule.periods == 1 else "datapoints were"
        return f"Insufficient Data: {rule.periods} {were} unknown."
    treated = {"breaching": "Breaching", "notBreaching": "NonBreaching"}.get(rule.missing)
    if not real and treated:
        periods = "period" if gaps == 1 else "periods"
        points = "datapoint was" if gaps == 1 else "datapoints were"
        return (
            f"Threshold Crossed: no datapoints were received for {gaps} {periods} and {gaps} "
            f"missing {points} treated as [{treated}]."
        )
    number = breaking if state is State.ALARM else len(real) - breaking
    shown = ", ".join(f"{value:g}" for value in reversed(real))
    were = "datapoint was" if number == 1 else "datapoints were"
    word = "" if state is State.ALARM else "not "
    compared = _BREAKS[rule.comparison][1]
    return (
        f"Threshold Crossed: {number} out of the last {rule.periods} {were} {word}{compared} "
        f"the threshold ({rule.threshold:g}): [{shown}]."
    )
