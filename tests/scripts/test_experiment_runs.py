"""Runs are told apart by what their own definitions say, and ranked by what they measured."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from pipelines.errors import Finding
from scripts.access import Access
from scripts.experiment_runs import Experiment, Experiments, Plan, best_first
from scripts.training_runs import TrainingRuns

ROOT = Path(__file__).resolve().parents[2]
MODEL = "breast-cancer"
_COMPILED = (ROOT / "pipelines" / "definitions" / "compiled" / f"{MODEL}.json").read_text("utf-8")
_PIPELINE = f"arn:aws:sagemaker:eu-west-1:111111111111:pipeline/gatehouse-{MODEL}"
_GROUP = f"arn:aws:sagemaker:eu-west-1:111111111111:model-package/gatehouse-{MODEL}"


@dataclass
class _Run:
    """One execution, as SageMaker would tell it: the auc of each evaluation, in order."""

    measured: tuple[float, ...] = ()
    chosen: dict[str, str] = field(default_factory=dict)
    version: int | None = None
    definition: str = _COMPILED

    def steps(self, name: str) -> list[dict[str, Any]]:
        """Tell the steps that have ended."""
        told = [
            _step(f"Evaluate{attempt}", f"job/{name}{attempt}", place)
            for place, attempt in enumerate(("", "Tuned")[: len(self.measured)])
        ]
        if self.version is not None:
            told.append(_step("Register-RegisterModel", f"{_GROUP}/{self.version}", 3))
        return told


def _step(name: str, arn: str, minute: int) -> dict[str, Any]:
    moment = datetime(2026, 7, 15, 12, minute, tzinfo=UTC)
    return {
        "StepName": name,
        "StepStatus": "Succeeded",
        "StartTime": moment,
        "EndTime": moment,
        "Metadata": {"Told": {"Arn": arn}},
    }


class _Account:
    """Answers what is asked of SageMaker and S3 about some runs."""

    endpoint = None

    def __init__(self, **runs: _Run) -> None:
        self.runs = runs

    def client(self, service: str, region: str) -> _Account:
        assert (service, region) in {("sagemaker", "eu-west-1"), ("s3", "eu-west-1")}
        return self

    def get_paginator(self, operation: str) -> Any:
        return {
            "list_pipeline_executions": _Pages(self._executions),
            "list_pipeline_execution_steps": _Pages(self._steps),
        }[operation]

    def _executions(self, **_: Any) -> dict[str, Any]:
        return {
            "PipelineExecutionSummaries": [
                {
                    "PipelineExecutionArn": f"{_PIPELINE}/execution/{name}",
                    "PipelineExecutionStatus": "Succeeded" if run.version else "Failed",
                    "StartTime": datetime(2026, 7, 15, tzinfo=UTC),
                }
                for name, run in self.runs.items()
            ]
        }

    def _steps(self, **asked: str) -> dict[str, Any]:
        name = asked["PipelineExecutionArn"].rpartition("/")[2]
        return {"PipelineExecutionSteps": self.runs[name].steps(name)}

    def _run(self, arn: str) -> _Run:
        return self.runs[arn.rpartition("/")[2]]

    def list_pipeline_parameters_for_execution(self, **asked: str) -> dict[str, Any]:
        run = self._run(asked["PipelineExecutionArn"])
        chosen = {"InputDataUri": f"s3://data/raw/{MODEL}/20260715T000000Z/rows.csv", **run.chosen}
        return {"PipelineParameters": [{"Name": k, "Value": v} for k, v in chosen.items()]}

    def describe_pipeline_definition_for_execution(self, **asked: str) -> dict[str, Any]:
        return {"PipelineDefinition": self._run(asked["PipelineExecutionArn"]).definition}

    def describe_processing_job(self, **asked: str) -> dict[str, Any]:
        place = {"S3Uri": f"s3://models/evaluation/{asked['ProcessingJobName']}"}
        outputs = [{"OutputName": "evaluation", "S3Output": place}]
        return {"ProcessingOutputConfig": {"Outputs": outputs}}

    def get_object(self, **asked: str) -> dict[str, Any]:
        assert asked["Bucket"] == "models"
        _, job, name = asked["Key"].split("/")
        assert name == "evaluation.json"
        run, tuned = self.runs[job.removesuffix("Tuned")], job.endswith("Tuned")
        metrics = {"auc": {"value": run.measured[-1 if tuned else 0]}}
        content = json.dumps({"binary_classification_metrics": metrics}).encode()
        return {"Body": io.BytesIO(content)}


@dataclass(frozen=True)
class _Pages:
    told: Any

    def paginate(self, **asked: str) -> list[dict[str, Any]]:
        return [self.told(**asked)]


def _read(account: _Account, branch: str | None = None) -> list[Experiment]:
    access = cast(Access, account)
    runs = TrainingRuns(access, "eu-west-1", f"gatehouse-{MODEL}")
    return list(Experiments(access, "eu-west-1").of(runs, runs.all(), branch))


def test_a_run_tells_what_it_was_made_from_what_it_measured_and_what_it_registered() -> None:
    (told,) = _read(_Account(one=_Run((0.97,), {"Threshold": "0.96"}, version=4)), "idea")
    document = told.document()
    assert document | {"arn": "", "started": ""} == {
        "run": "one",
        "branch": "idea",
        "commit": "build:commit",
        "started": "",
        "status": "Succeeded",
        "metric": "auc",
        "value": 0.97,
        "value_before_tuning": None,
        "version": 4,
        "chosen": {"Threshold": "0.96"},
        "settings": {"LearningRate": "0.1", "MaxDepth": "3", "Threshold": "0.96"},
        "data": f"s3://data/raw/{MODEL}/20260715T000000Z/rows.csv",
        "reason": None,
        "arn": "",
    }


def test_what_the_definition_says_already_was_not_chosen() -> None:
    (told,) = _read(_Account(one=_Run(chosen={"MaxDepth": "3", "LearningRate": "0.2"})))
    assert told.differs == {"LearningRate": "0.2"}


def test_a_run_that_measured_nothing_has_no_number() -> None:
    (told,) = _read(_Account(one=_Run()))
    assert (told.value, told.before, told.version) == (None, None, None)


def test_a_run_that_was_tuned_tells_both_numbers() -> None:
    (told,) = _read(_Account(one=_Run((0.91, 0.97))))
    assert (told.before, told.value) == (0.91, 0.97)


def test_the_best_come_first_and_runs_without_a_number_last() -> None:
    found = _read(_Account(a=_Run(), b=_Run((0.9,)), c=_Run((0.99,)), d=_Run((0.95,))))
    assert [one.run.id for one in best_first(found)] == ["c", "d", "b", "a"]


def test_an_error_is_better_where_it_is_lower() -> None:
    lower = _COMPILED.replace("GreaterThanOrEqualTo", "LessThanOrEqualTo")
    found = _read(_Account(a=_Run((0.9,), definition=lower), b=_Run((0.1,), definition=lower)))
    assert [one.run.id for one in best_first(found)] == ["b", "a"]


def test_numbers_of_another_metric_are_not_ranked_among_them() -> None:
    other = _COMPILED.replace("binary_classification_metrics.auc", "multiclass_metrics.accuracy")
    plan = Plan.read("run", other)
    assert plan.metric == "accuracy"
    (first, second) = _read(_Account(a=_Run((0.5,)), b=_Run((0.4,))))
    odd = Experiment(second.run, None, plan, {}, 0.999, None, None)
    assert best_first([first, odd]) == [first, odd]


@pytest.mark.parametrize("text", ["", "{}", '{"Steps": [], "Parameters": []}', "[]"])
def test_a_pipeline_that_trains_nothing_is_refused(text: str) -> None:
    with pytest.raises(Finding, match=r"run: must be the definition of a training pipeline, got"):
        Plan.read("run", text)
