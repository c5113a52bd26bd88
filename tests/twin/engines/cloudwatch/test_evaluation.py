"""An alarm's state follows from its last values as AWS's tables of missing data say."""

from __future__ import annotations

import pytest

from twin.engines.cloudwatch.evaluation import Rule, State, evaluate

OK, ALARM, UNKNOWN, KEPT = State.OK, State.ALARM, State.INSUFFICIENT_DATA, None
TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")


def points(text: str) -> list[float | None]:
    """Read values as AWS's tables write them: 0 below the threshold, X above, - missing."""
    return [{"0": 0.0, "X": 9.0, "-": None}[word] for word in text.split()]


# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
ALL_OF_THREE = [
    ("0 - X - X", (OK, OK, OK, OK)),
    ("0 - - - -", (OK, OK, OK, OK)),
    ("- - - - -", (UNKNOWN, KEPT, ALARM, OK)),
    ("0 X X - X", (ALARM, ALARM, ALARM, ALARM)),
    ("- - X - -", (ALARM, KEPT, ALARM, OK)),
]
TWO_OF_THREE = [
    ("0 - X - X", (ALARM, ALARM, ALARM, ALARM)),
    ("0 0 X 0 X", (ALARM, ALARM, ALARM, ALARM)),
    ("0 - X - -", (OK, OK, ALARM, OK)),
    ("- - - - 0", (OK, OK, ALARM, OK)),
    ("- - - - X", (ALARM, KEPT, ALARM, OK)),
]


@pytest.mark.parametrize("column", range(4), ids=TREATMENTS)
@pytest.mark.parametrize(
    ("datapoints", "text", "expected"),
    [(3, *row) for row in ALL_OF_THREE] + [(2, *row) for row in TWO_OF_THREE],
)
def test_missing_values_are_treated_as_documented(
    datapoints: int, text: str, expected: tuple[State | None, ...], column: int
) -> None:
    rule = Rule("GreaterThanThreshold", 1, 3, datapoints, TREATMENTS[column])

    assert evaluate(rule, points(text)).state is expected[column]


@pytest.mark.parametrize(
    ("comparison", "states"),
    [
        ("GreaterThanThreshold", (OK, OK, ALARM)),
        ("GreaterThanOrEqualToThreshold", (OK, ALARM, ALARM)),
        ("LessThanThreshold", (ALARM, OK, OK)),
        ("LessThanOrEqualToThreshold", (ALARM, ALARM, OK)),
    ],
)
def test_each_operator_compares_as_it_is_called(comparison: str, states: tuple[State, ...]) -> None:
    rule = Rule(comparison, 5, 1, 1)

    assert tuple(evaluate(rule, [value]).state for value in (4.0, 5.0, 6.0)) == states


def test_reason_names_values_and_threshold() -> None:
    rule = Rule("GreaterThanThreshold", 5, 2, 2, "notBreaching")

    assert evaluate(rule, [6.0, 7.5]).reason == (
        "Threshold Crossed: 2 out of the last 2 datapoints were greater than the threshold (5): "
        "[7.5, 6]."
    )
    assert "2 missing datapoints were treated as [NonBreaching]" in evaluate(rule, [None]).reason
    unknown = Rule("GreaterThanThreshold", 5, 1, 1)
    assert evaluate(unknown, [None]).reason == "Insufficient Data: 1 datapoint was unknown."
