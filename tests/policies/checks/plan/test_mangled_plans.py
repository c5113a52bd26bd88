"""Whatever is wrong with a plan, a check comes to an end, and what is unknown never passes."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.checks.plan import judge
from policies.verdict import Judgement, Verdict, is_failing
from tests.policies.checks.plan.fixture_models import Plans, model_of, plans

_Path = tuple[str | int, ...]
_ANYTHING: list[Any] = [None, True, -1, "", "x", "*", [], [[]], [None], {}, {"x": 1}, ["x", 2]]
_SETTINGS = settings(
    max_examples=40, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def _paths(value: Any, path: _Path = ()) -> Iterator[_Path]:
    """Give every place in a value."""
    if path:
        yield path
    if isinstance(value, dict):
        for name in sorted(value):
            yield from _paths(value[name], (*path, name))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _paths(each, (*path, index))


_BROKEN: Plans = {name: plans("broken")[name] for name in ("data-science", "organization")}
_CHANGES = _BROKEN["data-science"]["resource_changes"]
_PLACES = [
    (index, path) for index, it in enumerate(_CHANGES) for path in _paths(it["change"]["after"])
]


def _set(value: Any, path: _Path, new: Any) -> None:
    for step in path[:-1]:
        value = value[step]
    value[path[-1]] = new


def _with_change(index: int, change: dict[str, Any]) -> Plans:
    plan = dict(_BROKEN["data-science"])
    plan["resource_changes"] = [*_CHANGES[:index], change, *_CHANGES[index + 1 :]]
    return dict.fromkeys(_BROKEN, plan) | {"organization": _BROKEN["organization"]}


def _told(given: Plans) -> dict[str, Judgement]:
    return {it.verifier.removeprefix("check:"): it for it in judge(model_of(given))}


def _ended(told: dict[str, Judgement]) -> None:
    for name, judgement in told.items():
        for finding in judgement.findings:
            assert "must come to an end" not in finding.sentence, f"{name}: {finding.sentence}"


@_SETTINGS
@given(place=st.sampled_from(_PLACES), value=st.sampled_from(_ANYTHING))
def test_no_value_of_a_plan_makes_a_check_crash(place: tuple[int, _Path], value: Any) -> None:
    """Any value of another shape, anywhere in a resource."""
    index, path = place
    change = copy.deepcopy(_CHANGES[index])
    _set(change["change"]["after"], path, value)
    _ended(_told(_with_change(index, change)))


@pytest.mark.slow
def test_what_is_unknown_never_turns_a_violation_into_a_pass() -> None:
    """Each value in turn as one that is not known yet: a check that failed still fails."""
    failing = {name for name, it in _told(_BROKEN).items() if is_failing(it.verdict)}
    passing = []
    for index, whole in enumerate(_CHANGES):
        for name in whole["change"]["after"]:
            change = copy.deepcopy(whole)
            del change["change"]["after"][name]
            change["change"]["after_unknown"][name] = True
            told = _told(_with_change(index, change))
            _ended(told)
            passing += [
                f"{check} with {whole['address']}.{name}"
                for check in failing
                if not is_failing(told[check].verdict)
            ]
    assert not passing


@_SETTINGS
@given(
    part=st.sampled_from(["resource_changes", "configuration", "complete"]),
    value=st.sampled_from(_ANYTHING),
)
def test_no_shape_of_a_plan_makes_a_check_crash(part: str, value: Any) -> None:
    """Parts of the plan itself that are missing or of another shape, which never is a pass."""
    plan = {**_BROKEN["data-science"], part: value}
    told = _told(dict.fromkeys(_BROKEN, plan))
    _ended(told)
    assert is_failing(told["policies-known"].verdict)


def test_without_any_plan_nothing_that_must_be_there_holds() -> None:
    """What must exist in each account is not decided; only claims of absence hold."""
    told = _told({})
    for name in ("trail-complete", "detection-complete", "alarms-complete", "policies-known"):
        assert told[name].verdict is Verdict.NOT_DECIDED
