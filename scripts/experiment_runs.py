"""Training runs side by side: from which commit, with which settings, and how well each did."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.errors import Finding
from pipelines.promotion.threshold import evaluated
from scripts.access import Access, aws_errors
from scripts.training_runs import Step, TrainingRun, TrainingRuns

_EVALUATE, _REGISTER, _CHECK = "Evaluate", "Register", "CheckThreshold"
_EVALUATION = "evaluation"
# What tells the data, and is no setting of an experiment.
_DATA = "InputData"


@dataclass(frozen=True)
class Plan:
    """What the definition of a run says: its commit, its settings and what decides.

    ``path`` leads to the deciding number in evaluation.json, whose last name but one is the metric.
    """

    commit: str
    settings: Mapping[str, str]
    path: str
    higher_is_better: bool

    @property
    def metric(self) -> str:
        """The deciding metric."""
        return self.path.split(".")[-2]

    @classmethod
    def read(cls, address: str, text: str) -> Plan:
        """Read the definition that a run was started from; raises Finding for another kind."""
        try:
            document = json.loads(text)
            [check] = [step for step in document["Steps"] if step["Name"] == _CHECK]
            [decides] = check["Arguments"]["Conditions"]
            path = str(decides["LeftValue"]["Std:JsonGet"]["Path"])
            commit = next(_values(check, "commit"))
            settings = {
                str(one["Name"]): str(one.get("DefaultValue", "")) for one in document["Parameters"]
            }
        except (KeyError, ValueError, TypeError, StopIteration) as error:
            raise Finding(
                address, "must be the definition of a training pipeline", got=repr(error)
            ) from error
        higher = str(decides["Type"]).startswith("Greater")
        return cls(str(commit), settings, path, higher_is_better=higher)


@dataclass(frozen=True)
class Experiment:
    """A run: `value` is of the model that was decided on, `before` of the one before tuning."""

    run: TrainingRun
    branch: str | None
    plan: Plan
    chosen: Mapping[str, str]
    value: float | None
    before: float | None
    version: int | None

    @property
    def settings(self) -> dict[str, str]:
        """What it ran with: what its definition says, with what was chosen in its place."""
        return {
            name: value
            for name, value in sorted({**self.plan.settings, **self.chosen}.items())
            if not name.startswith(_DATA)
        }

    @property
    def differs(self) -> dict[str, str]:
        """What somebody chose for this run that its definition does not say."""
        described = self.plan.settings
        return {name: it for name, it in self.settings.items() if it != described.get(name)}

    def document(self) -> dict[str, Any]:
        """Tell all of it."""
        return {
            "run": self.run.id,
            "branch": self.branch,
            "commit": self.plan.commit,
            "started": self.run.started,
            "status": self.run.status,
            "metric": self.plan.metric,
            "value": self.value,
            "value_before_tuning": self.before,
            "version": self.version,
            "chosen": self.differs,
            "settings": self.settings,
            "data": self.chosen.get("InputDataUri"),
            "reason": self.run.reason,
            "arn": self.run.arn,
        }


class Experiments:
    """Reads what runs were given and what they measured, as somebody who may read evaluations."""

    def __init__(self, access: Access, region: str) -> None:
        self._s3 = access.client("s3", region)
        self._endpoint = access.endpoint

    def of(
        self, runs: TrainingRuns, found: list[TrainingRun], branch: str | None
    ) -> Iterator[Experiment]:
        """Tell of each run; those that evaluated nothing have no numbers."""
        for run in found:
            plan = Plan.read(run.arn, runs.definition(run.arn))
            steps = runs.steps(run.arn)
            numbers = [self._number(plan, runs, step) for step in _succeeded(steps, _EVALUATE)]
            registered = [step.outcome or "" for step in _succeeded(steps, _REGISTER)]
            yield Experiment(
                run=run,
                branch=branch,
                plan=plan,
                chosen=runs.parameters(run.arn),
                value=numbers[-1] if numbers else None,
                before=numbers[0] if len(numbers) > 1 else None,
                version=int(registered[-1].rpartition("/")[2]) if registered else None,
            )

    def _number(self, plan: Plan, runs: TrainingRuns, step: Step) -> float:
        folder = runs.processing_output(step.outcome or "", _EVALUATION)
        address = f"{folder}/evaluation.json"
        bucket, _, key = address.removeprefix("s3://").partition("/")
        with aws_errors(address, "must be readable", self._endpoint):
            content = self._s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return evaluated(address, plan.path, content)


def best_first(experiments: list[Experiment]) -> list[Experiment]:
    """Order by what was measured, the best first; what measured nothing, or else, comes last.

    Numbers of different metrics say nothing of each other: those of the latest run's come first.
    """
    metric = experiments[0].plan.metric if experiments else ""

    def rank(one: Experiment) -> tuple[bool, float]:
        if one.value is None or one.plan.metric != metric:
            return True, 0.0
        return False, -one.value if one.plan.higher_is_better else one.value

    return sorted(experiments, key=rank)


def _succeeded(steps: list[Step], name: str) -> list[Step]:
    return [step for step in steps if step.name.startswith(name) and step.status == "Succeeded"]


def _values(found: Any, name: str) -> Iterator[Any]:
    """Give what stands under a name in what a definition registers."""
    children = found if isinstance(found, list) else found.values()
    if isinstance(found, dict) and isinstance(found.get("CustomerMetadataProperties"), dict):
        yield found["CustomerMetadataProperties"][name]
    for child in children:
        if isinstance(child, dict | list):
            yield from _values(child, name)
