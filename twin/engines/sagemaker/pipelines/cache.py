"""Finds an earlier result of a step with the same arguments.

https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-caching.html
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from twin.engines.sagemaker.pipelines.definition import Step
from twin.engines.sagemaker.pipelines.outcome import Done
from twin.engines.sagemaker.place import Place, invalid
from twin.twin import Twin

_NOUN = "PipelineStepCache"
# What decides whether a step has run before; where a result goes is none of it.
# https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-default-keys.html
_COMPARED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "Processing": dict.fromkeys(("AppSpecification", "Environment", "ProcessingInputs"), ()),
    "Training": dict.fromkeys(
        (
            *("AlgorithmSpecification", "CheckpointConfig", "DebugHookConfig"),
            *("DebugRuleConfigurations", "Environment", "HyperParameters", "InputDataConfig"),
        ),
        (),
    ),
    "Tuning": {
        "HyperParameterTuningJobConfig": (),
        "TrainingJobDefinition": (
            *("AlgorithmSpecification", "HyperParameterRanges", "InputDataConfig"),
            *("StaticHyperParameters", "TuningObjective"),
        ),
        "TrainingJobDefinitions": (),
    },
}
_DURATION = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?",
    re.IGNORECASE,
)
_DAYS = {"y": 365, "m": 30, "w": 7, "d": 1}
_SHORT = re.compile(r"(\d+)([ymwdhs])", re.IGNORECASE)


class Cache:
    """The results of one pipeline's steps."""

    def __init__(self, twin: Twin, place: Place, pipeline_arn: str) -> None:
        self._twin, self._arn = twin, pipeline_arn
        self._table = place.table(twin, _NOUN)

    def find(self, step: Step, arguments: Mapping[str, Any]) -> tuple[Done, str] | None:
        """Return a result that is young enough, and the execution that it comes from."""
        if not step.cache.get("Enabled"):
            return None
        held = self._table.get(self._key(step, arguments))
        if held is None:
            return None
        age = self._twin.now() - held["When"]
        expires = step.cache.get("ExpireAfter")
        if expires and age > duration(str(expires)):
            return None
        return Done(held["Metadata"], held["Outputs"]), str(held["Execution"])

    def keep(self, step: Step, arguments: Mapping[str, Any], done: Done, execution: str) -> None:
        """Remember the result of a step whose results may be used again."""
        if step.cache.get("Enabled"):
            record = {
                "When": self._twin.now(),
                "Metadata": dict(done.metadata),
                "Outputs": dict(done.outputs),
                "Execution": execution,
            }
            self._table.put(self._key(step, arguments), record)

    def _key(self, step: Step, arguments: Mapping[str, Any]) -> str:
        compared = _compared(step.kind, arguments)
        text = json.dumps([self._arn, step.name, step.kind, compared], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def _compared(kind: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep what is compared of a step's arguments: all of it, for a kind that is not listed."""
    if kind not in _COMPARED:
        return arguments
    kept: dict[str, Any] = {}
    for name, parts in _COMPARED[kind].items():
        value = arguments.get(name)
        if parts and isinstance(value, Mapping):
            value = {part: value.get(part) for part in parts}
        kept[name] = value
    return kept


def duration(text: str) -> timedelta:
    """Read a duration such as P30D, PT1H or 30d."""
    short = _SHORT.fullmatch(text)
    if short is not None:
        number, unit = int(short[1]), short[2].lower()
        if unit in _DAYS:
            return timedelta(days=number * _DAYS[unit])
        return timedelta(hours=number) if unit == "h" else timedelta(seconds=number)
    found = _DURATION.fullmatch(text)
    if found is None or not any(found.groups()):
        raise invalid(f"ExpireAfter must be a duration of ISO 8601, but is {text}.")
    years, months, weeks, days, hours, minutes, seconds = (int(one or 0) for one in found.groups())
    return timedelta(
        days=years * 365 + months * 30 + weeks * 7 + days,
        hours=hours,
        minutes=minutes,
        seconds=seconds,
    )
