"""What a request for a tuning job must keep: SageMaker's rules, its quotas, and what is modelled.

https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-limits.html
https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-define-ranges.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from twin.engines.sagemaker.place import invalid
from twin.errors import ServiceError

_STRATEGIES = ("Bayesian", "Random", "Grid", "Hyperband")
# Quotas that an account has by default.
_MOST_HYPERPARAMETERS = 30
_MOST_PARALLEL = {"Bayesian": 10, "Random": 100, "Grid": 100, "Hyperband": 100}
_MOST_JOBS = {"Bayesian": 750, "Random": 10_000, "Grid": 10_000, "Hyperband": 750}
_MOST_ROUNDS_OF_HYPERBAND = 20_000
_RANGES = ("IntegerParameterRanges", "ContinuousParameterRanges", "CategoricalParameterRanges")
# What would change how a search goes, and is refused rather than passed over.
_NOT_MODELLED = (
    ("Autotune",),
    ("WarmStartConfig",),
    ("TrainingJobDefinition", "HyperParameterTuningResourceConfig"),
    ("HyperParameterTuningJobConfig", "TuningJobCompletionCriteria"),
    ("HyperParameterTuningJobConfig", "ParameterRanges", "AutoParameters"),
    ("HyperParameterTuningJobConfig", "ResourceLimits", "MaxRuntimeInSeconds"),
)


def check(given: Mapping[str, Any]) -> None:
    """Raise ValidationException or ResourceLimitExceeded for a job that cannot be made."""
    if not given.get("TrainingJobDefinition") or given.get("TrainingJobDefinitions"):
        raise invalid("The twin tunes one TrainingJobDefinition.")
    for path in _NOT_MODELLED:
        if _at(given, path):
            raise invalid(f"The twin does not model {'.'.join(path)}.")
    config = given["HyperParameterTuningJobConfig"]
    _check_strategy(config)
    _check_quotas(config)
    _check_objective(given["TrainingJobDefinition"], config)
    static = given["TrainingJobDefinition"].get("StaticHyperParameters") or {}
    for one in _ranges(config):
        _check_range(one, static)


def _check_strategy(config: Mapping[str, Any]) -> None:
    strategy = config.get("Strategy")
    if strategy not in _STRATEGIES:
        raise invalid(f"Strategy must be one of {', '.join(_STRATEGIES)}, but is {strategy}.")
    hyperband = (config.get("StrategyConfig") or {}).get("HyperbandStrategyConfig")
    if strategy != "Hyperband":
        if hyperband:
            raise invalid("HyperbandStrategyConfig must be left out unless Strategy is Hyperband.")
    elif config.get("TrainingJobEarlyStoppingType") == "Auto":
        raise invalid("TrainingJobEarlyStoppingType must be Off when Strategy is Hyperband.")
    elif not 1 <= int((hyperband or {}).get("MaxResource") or 0) <= _MOST_ROUNDS_OF_HYPERBAND:
        raise invalid(f"MaxResource must be from 1 to {_MOST_ROUNDS_OF_HYPERBAND} for Hyperband.")
    if strategy == "Grid" and any("Values" not in one for one in _ranges(config)):
        raise invalid("Grid search takes categorical parameter ranges only.")
    if strategy != "Grid" and not config["ResourceLimits"].get("MaxNumberOfTrainingJobs"):
        raise invalid("ResourceLimits must give MaxNumberOfTrainingJobs.")


def _check_quotas(config: Mapping[str, Any]) -> None:
    strategy, limits = config["Strategy"], config["ResourceLimits"]
    asked = (
        ("hyperparameters", len(list(_ranges(config))), _MOST_HYPERPARAMETERS),
        (
            "parallel training jobs",
            int(limits["MaxParallelTrainingJobs"]),
            _MOST_PARALLEL[strategy],
        ),
        ("training jobs", int(limits.get("MaxNumberOfTrainingJobs") or 0), _MOST_JOBS[strategy]),
    )
    for what, number, most in asked:
        if number > most:
            sentence = f"A hyperparameter tuning job may have {most} {what}, but asks for {number}."
            raise ServiceError("ResourceLimitExceeded", sentence, 400)


def _check_objective(definition: Mapping[str, Any], config: Mapping[str, Any]) -> None:
    objective = config.get("HyperParameterTuningJobObjective")
    if not objective:
        raise invalid("HyperParameterTuningJobConfig must have an objective.")
    metric = objective["MetricName"]
    definitions = definition["AlgorithmSpecification"].get("MetricDefinitions") or []
    if metric not in {one["Name"] for one in definitions}:
        raise invalid(f"The objective metric {metric} must be one of the MetricDefinitions.")


def _check_range(one: Mapping[str, Any], static: Mapping[str, str]) -> None:
    name = one["Name"]
    if name in static:
        raise invalid(f"The hyperparameter {name} must be either static or searched, but is both.")
    if "Values" in one:
        return
    try:
        least, most = float(one["MinValue"]), float(one["MaxValue"])
    except ValueError as error:
        raise invalid(f"The range of {name} must be numbers: {error}") from error
    if least > most:
        raise invalid(f"MinValue of {name} must not be greater than its MaxValue.")
    if one.get("ScalingType") == "Logarithmic" and least <= 0:
        raise invalid(f"MinValue of {name} must be positive to scale logarithmically.")
    if one.get("ScalingType") == "ReverseLogarithmic" and not 0 <= least <= most < 1:
        raise invalid(f"The range of {name} must be within 0 and 1 to scale so.")


def _ranges(config: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    ranges = config.get("ParameterRanges") or {}
    for kind in _RANGES:
        yield from ranges.get(kind) or []


def _at(given: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        given = (given or {}).get(name)
    return given
