"""Proposes hyperparameters to try: at random within their ranges, or all combinations.

Bayesian search and Hyperband are approximated by random search; the proposals of one seed are
always the same.
https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-define-ranges.html
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Mapping
from typing import Any


def proposals(config: Mapping[str, Any], seed: int) -> list[dict[str, str]]:
    """Return the hyperparameters of each training job of a tuning job."""
    ranges = config.get("ParameterRanges") or {}
    limits = config["ResourceLimits"]
    most = int(limits.get("MaxNumberOfTrainingJobs") or 0)
    if config["Strategy"] == "Grid":
        return _grid(ranges)[: most or None]
    chance = random.Random(seed)  # noqa: S311 - a search, not a secret
    return [_one(ranges, chance) for _ in range(most)]


def _grid(ranges: Mapping[str, Any]) -> list[dict[str, str]]:
    named = [(one["Name"], one["Values"]) for one in ranges.get("CategoricalParameterRanges") or []]
    combinations = itertools.product(*(values for _, values in named))
    return [dict(zip((n for n, _ in named), found, strict=True)) for found in combinations]


def _one(ranges: Mapping[str, Any], chance: random.Random) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in ranges.get("IntegerParameterRanges") or []:
        low, high = int(one["MinValue"]), int(one["MaxValue"])
        found[one["Name"]] = str(min(high, max(low, round(_number(one, chance)))))
    for one in ranges.get("ContinuousParameterRanges") or []:
        found[one["Name"]] = str(_number(one, chance))
    for one in ranges.get("CategoricalParameterRanges") or []:
        found[one["Name"]] = chance.choice(one["Values"])
    return found


def _number(given: Mapping[str, Any], chance: random.Random) -> float:
    low, high = float(given["MinValue"]), float(given["MaxValue"])
    scaling = given.get("ScalingType")
    if scaling == "Logarithmic":
        return math.exp(chance.uniform(math.log(low), math.log(high)))
    if scaling == "ReverseLogarithmic":
        return 1 - math.exp(chance.uniform(math.log(max(1e-12, 1 - high)), math.log(1 - low)))
    return chance.uniform(low, high)
