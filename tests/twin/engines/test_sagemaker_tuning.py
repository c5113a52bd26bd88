"""A tuning job is refused for what SageMaker refuses, and for what is not modelled, by name."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from twin.engines.sagemaker.tuning import _best_first
from twin.engines.sagemaker.tuning_request import check
from twin.errors import ServiceError

_GOOD: dict[str, Any] = {
    "HyperParameterTuningJobName": "search",
    "HyperParameterTuningJobConfig": {
        "Strategy": "Bayesian",
        "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "auc"},
        "ResourceLimits": {"MaxNumberOfTrainingJobs": 9, "MaxParallelTrainingJobs": 3},
        "ParameterRanges": {
            "IntegerParameterRanges": [{"Name": "depth", "MinValue": "2", "MaxValue": "6"}],
            "ContinuousParameterRanges": [
                {
                    "Name": "rate",
                    "MinValue": "0.01",
                    "MaxValue": "0.5",
                    "ScalingType": "Logarithmic",
                }
            ],
        },
        "TrainingJobEarlyStoppingType": "Auto",
    },
    "TrainingJobDefinition": {
        "AlgorithmSpecification": {"MetricDefinitions": [{"Name": "auc", "Regex": "auc=(.*)"}]},
        "StaticHyperParameters": {"seed": "1"},
    },
}


def _config(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda given: given["HyperParameterTuningJobConfig"].update(changes)


def _limits(jobs: int, parallel: int) -> Callable[[dict[str, Any]], None]:
    limits = {"MaxNumberOfTrainingJobs": jobs, "MaxParallelTrainingJobs": parallel}
    return _config(ResourceLimits=limits)


def _range(least: str, most: str, scaling: str, name: str = "rate") -> Any:
    one = {"Name": name, "MinValue": least, "MaxValue": most, "ScalingType": scaling}
    return _config(ParameterRanges={"ContinuousParameterRanges": [one]})


_HYPERBAND = {
    "Strategy": "Hyperband",
    "StrategyConfig": {"HyperbandStrategyConfig": {"MinResource": 10, "MaxResource": 200}},
}


@pytest.mark.parametrize(
    "change",
    [
        lambda given: None,
        _config(Strategy="Random"),
        _config(**_HYPERBAND, TrainingJobEarlyStoppingType="Off"),
        _range("0.5", "0.99", "ReverseLogarithmic"),
    ],
)
def test_what_sagemaker_takes_is_taken(change: Callable[[dict[str, Any]], None]) -> None:
    given = copy.deepcopy(_GOOD)
    change(given)
    check(given)


@pytest.mark.parametrize(
    ("change", "code", "sentence"),
    [
        (_config(Strategy="Luck"), "ValidationException", "Strategy must be one of Bayesian"),
        (_config(**_HYPERBAND), "ValidationException", "must be Off when Strategy is Hyperband"),
        (
            _config(Strategy="Hyperband", TrainingJobEarlyStoppingType="Off"),
            "ValidationException",
            "MaxResource must be from 1 to 20000",
        ),
        (
            _config(StrategyConfig=_HYPERBAND["StrategyConfig"]),
            "ValidationException",
            "HyperbandStrategyConfig must be left out",
        ),
        (_config(Strategy="Grid"), "ValidationException", "takes categorical parameter ranges"),
        (
            _config(ResourceLimits={"MaxParallelTrainingJobs": 1}),
            "ValidationException",
            "must give MaxNumberOfTrainingJobs",
        ),
        (_limits(751, 1), "ResourceLimitExceeded", "may have 750 training jobs, but asks for 751"),
        (_limits(20, 11), "ResourceLimitExceeded", "may have 10 parallel training jobs"),
        (_range("0.5", "0.1", "Linear"), "ValidationException", "must not be greater than"),
        (_range("none", "0.1", "Linear"), "ValidationException", "rate must be numbers"),
        (_range("0", "0.1", "Logarithmic"), "ValidationException", "must be positive to scale"),
        (_range("0", "1", "ReverseLogarithmic"), "ValidationException", "must be within 0 and 1"),
        (
            _range("1", "2", "Linear", "seed"),
            "ValidationException",
            "seed must be either static or searched, but is both",
        ),
        (
            _config(HyperParameterTuningJobObjective=None),
            "ValidationException",
            "must have an objective",
        ),
        (
            _config(TuningJobCompletionCriteria={"TargetObjectiveMetricValue": 0.9}),
            "ValidationException",
            "does not model HyperParameterTuningJobConfig.TuningJobCompletionCriteria",
        ),
        (
            lambda given: given.update(Autotune={"Mode": "Enabled"}),
            "ValidationException",
            "does not model Autotune",
        ),
        (
            lambda given: given.update(WarmStartConfig={"WarmStartType": "TransferLearning"}),
            "ValidationException",
            "does not model WarmStartConfig",
        ),
        (
            lambda given: given.update(TrainingJobDefinitions=[given["TrainingJobDefinition"]]),
            "ValidationException",
            "tunes one TrainingJobDefinition",
        ),
    ],
)
def test_a_search_that_cannot_be_made_is_refused_by_its_reason(
    change: Callable[[dict[str, Any]], None], code: str, sentence: str
) -> None:
    given = copy.deepcopy(_GOOD)
    change(given)
    with pytest.raises(ServiceError) as refusal:
        check(given)
    assert refusal.value.code == code
    assert sentence in refusal.value.message


def test_thirty_hyperparameters_are_searched_and_no_more() -> None:
    given = copy.deepcopy(_GOOD)
    ranges = [{"Name": f"x{number}", "Values": ["1"]} for number in range(31)]
    _config(ParameterRanges={"CategoricalParameterRanges": ranges[:30]})(given)
    check(given)
    _config(ParameterRanges={"CategoricalParameterRanges": ranges})(given)
    with pytest.raises(ServiceError, match="may have 30 hyperparameters, but asks for 31"):
        check(given)


def test_of_equal_jobs_the_one_that_was_proposed_first_is_the_best() -> None:
    def trial(name: str, value: float | None) -> dict[str, Any]:
        told = {"FinalHyperParameterTuningJobObjectiveMetric": {"Value": value}}
        return {"TrainingJobName": name} | (told if value is not None else {})

    ended = [trial("t-003", 0.9), trial("t-004", None), trial("t-001", 0.9), trial("t-002", 0.8)]
    names = [one["TrainingJobName"] for one in _best_first(ended, "Maximize")]
    assert names == ["t-001", "t-003", "t-002", "t-004"]
