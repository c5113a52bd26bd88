"""Hyperparameter tuning jobs: several training jobs, of which the best is kept in mind."""

from __future__ import annotations

import secrets
import threading
import zlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from twin.call import Call
from twin.declared.listing import page
from twin.engines.sagemaker import search, tuning_request
from twin.engines.sagemaker.constraints import Checked
from twin.engines.sagemaker.notices import tell
from twin.engines.sagemaker.place import Place, in_use, invalid, not_found
from twin.engines.sagemaker.training import NOUN as TRAINING
from twin.engines.sagemaker.training import TrainingJobs
from twin.errors import ServiceError
from twin.table import Record
from twin.twin import Twin

NOUN = "HyperParameterTuningJob"
# Two training jobs at a time fill a laptop.
_MOST_PARALLEL = 2
_COUNTED = {"Completed": "Completed", "Stopped": "Stopped", "Failed": "NonRetryableError"}


class TuningJobs:
    """Answers the operations on tuning jobs and runs them."""

    def __init__(self, training: TrainingJobs) -> None:
        self._training = training
        self._lock = threading.Lock()
        self._done: dict[str, threading.Event] = {}
        self._stopped: set[str] = set()

    def register(self, checked: Checked) -> None:
        """Put the operations into the registry."""
        checked.answers("CreateHyperParameterTuningJob", self.create)
        checked.answers("DescribeHyperParameterTuningJob", self.describe)
        checked.answers("StopHyperParameterTuningJob", self.stop)
        checked.answers("ListHyperParameterTuningJobs", self.list_all)
        checked.answers("ListTrainingJobsForHyperParameterTuningJob", self.list_trials)

    def create(self, twin: Twin, call: Call) -> dict[str, Any]:
        """Start a job."""
        given, place = call.parameters, Place.of(call)
        name = str(given["HyperParameterTuningJobName"])
        arn = place.arn("hyper-parameter-tuning-job", name)
        tuning_request.check(given)
        place.session(twin, given["TrainingJobDefinition"]["RoleArn"], arn)
        now = twin.now()
        record = {key: value for key, value in given.items() if key != "Tags"} | {
            "HyperParameterTuningJobArn": arn,
            "HyperParameterTuningJobStatus": "InProgress",
            "CreationTime": now,
            "LastModifiedTime": now,
            "Strategy": given["HyperParameterTuningJobConfig"]["Strategy"],
            "ResourceLimits": given["HyperParameterTuningJobConfig"]["ResourceLimits"],
            **_counters([]),
        }
        if not place.table(twin, NOUN).add(name, record):
            raise in_use(
                "Hyper parameter tuning job names must be unique within an AWS account and "
                f"region. Hyper parameter tuning job with name already exists ({arn})"
            )
        done = threading.Event()
        with self._lock:
            self._done[arn] = done
            self._stopped.discard(arn)
        twin.background(f"job {name}", lambda: self._run(twin, place, record, done))
        return {"HyperParameterTuningJobArn": arn}

    def describe(self, twin: Twin, call: Call) -> Record:
        """Return a job as it is now."""
        name = str(call.parameters["HyperParameterTuningJobName"])
        record = Place.of(call).table(twin, NOUN).get(name)
        if record is None:
            raise not_found(f"Requested resource not found: hyper parameter tuning job {name}.")
        return record

    def stop(self, twin: Twin, call: Call) -> dict[str, Any]:
        """Stop a job and its training jobs."""
        record, place = self.describe(twin, call), Place.of(call)
        arn = str(record["HyperParameterTuningJobArn"])

        def change(held: Record) -> None:
            if held["HyperParameterTuningJobStatus"] != "InProgress":
                raise invalid(
                    "The request was rejected because the hyper parameter tuning job is in status "
                    f"{held['HyperParameterTuningJobStatus']}."
                )
            held["HyperParameterTuningJobStatus"] = "Stopping"

        place.table(twin, NOUN).change(str(record["HyperParameterTuningJobName"]), change)
        with self._lock:
            self._stopped.add(arn)
        for trial in _trials(twin, place, arn):
            self._training.works.stop(trial["TrainingJobArn"])
        return {}

    def wait(self, arn: str) -> None:
        """Wait until a job has ended."""
        with self._lock:
            done = self._done.get(arn)
        if done is not None:
            done.wait()

    def list_all(self, twin: Twin, call: Call) -> dict[str, Any]:
        """List jobs, the youngest first."""
        given = {"SortBy": "CreationTime", "SortOrder": "Descending"} | call.parameters
        if "StatusEquals" in given:
            given[f"{NOUN}StatusEquals"] = given.pop("StatusEquals")
        records = Place.of(call).table(twin, NOUN).values()
        return page(given, records, f"{NOUN}Summaries", (f"{NOUN}Name", "CreationTime"))

    def list_trials(self, twin: Twin, call: Call) -> dict[str, Any]:
        """List a job's training jobs; sorted by objective the best is the first or the last."""
        record, place = self.describe(twin, call), Place.of(call)
        given = dict(call.parameters)
        goal = record["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]
        trials = [_summary(trial, goal) for trial in _trials(twin, place, record[f"{NOUN}Arn"])]
        wanted = given.pop("StatusEquals", None)
        trials = [t for t in trials if wanted in (None, t["TrainingJobStatus"])]
        if given.get("SortBy") == "FinalObjectiveMetricValue":
            # Descending puts the best first, whether it is the greatest or the least.
            descending = given.pop("SortOrder", "Descending") == "Descending"
            del given["SortBy"]
            trials = _best_first(trials, goal["Type"])
            trials = trials if descending else trials[::-1]
        sorting = ("TrainingJobName", "CreationTime")
        return page(given, trials, "TrainingJobSummaries", sorting)

    def _run(self, twin: Twin, place: Place, record: Record, done: threading.Event) -> None:
        config, stopping = record["HyperParameterTuningJobConfig"], twin.stopping
        name, arn = str(record[f"{NOUN}Name"]), str(record[f"{NOUN}Arn"])
        seed = int(config.get("RandomSeed") or zlib.crc32(name.encode()))
        wanted = int(config["ResourceLimits"]["MaxParallelTrainingJobs"])
        parallel = max(1, min(wanted, _MOST_PARALLEL))
        try:
            with ThreadPoolExecutor(parallel) as pool:
                for number, found in enumerate(search.proposals(config, seed), start=1):
                    pool.submit(self._try, twin, place, record, (number, found))
            if not stopping.is_set():
                self._finish(twin, place, record)
        finally:
            done.set()
            with self._lock:
                self._done.pop(arn, None)

    def _try(
        self, twin: Twin, place: Place, record: Record, proposal: tuple[int, Mapping[str, str]]
    ) -> None:
        """Run one training job to its end."""
        arn, (number, found) = str(record[f"{NOUN}Arn"]), proposal
        with self._lock:
            if arn in self._stopped or twin.stopping.is_set():
                return
        definition = record["TrainingJobDefinition"]
        goal = record["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]
        given = {
            **{k: v for k, v in definition.items() if k not in _NOT_OF_TRAINING},
            "TrainingJobName": f"{record[f'{NOUN}Name']}-{number:03d}-{secrets.token_hex(4)}",
            "HyperParameters": {
                **(definition.get("StaticHyperParameters") or {}),
                **found,
                "_tuning_objective_metric": goal["MetricName"],
            },
            "TuningJobArn": arn,
            "TunedHyperParameters": dict(found),
        }
        try:
            trial = self._training.begin(twin, place, given)
        except ServiceError as error:
            changes = {"FailureReason": error.message}
            table = place.table(twin, NOUN)
            table.change(str(record[f"{NOUN}Name"]), lambda held: held.update(changes))
            return
        with self._lock:
            stopped = arn in self._stopped
        if stopped:
            self._training.works.stop(trial)
        self._training.works.wait(trial)
        if not twin.stopping.is_set():
            self._count(twin, place, record)

    def _count(self, twin: Twin, place: Place, record: Record) -> list[Record]:
        """Enter how far the training jobs are and which is the best."""
        goal = record["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]
        trials = [_summary(trial, goal) for trial in _trials(twin, place, record[f"{NOUN}Arn"])]
        changes: Record = {**_counters(trials), "LastModifiedTime": twin.now()}
        best = _best_first([t for t in trials if _OBJECTIVE in t], goal["Type"])[:1]
        if best:
            changes["BestTrainingJob"] = best[0]
        place.table(twin, NOUN).change(
            str(record[f"{NOUN}Name"]), lambda held: held.update(changes)
        )
        return trials

    def _finish(self, twin: Twin, place: Place, record: Record) -> None:
        trials = self._count(twin, place, record)
        arn = str(record[f"{NOUN}Arn"])
        changes: Record = {f"{NOUN}Status": "Completed", f"{NOUN}EndTime": twin.now()}
        with self._lock:
            if arn in self._stopped:
                changes[f"{NOUN}Status"] = "Stopped"
        if changes[f"{NOUN}Status"] == "Completed" and not any(
            trial["TrainingJobStatus"] == "Completed" for trial in trials
        ):
            changes[f"{NOUN}Status"] = "Failed"
            changes["FailureReason"] = (
                "All training jobs failed. Please take a look at the training jobs failures to "
                "get more details."
            )
        held = place.table(twin, NOUN).change(
            str(record[f"{NOUN}Name"]), lambda held: held.update(changes)
        )
        if held is not None:
            tell(twin, place, "HyperParameter Tuning Job State Change", held, arn, epoch=True)


_OBJECTIVE = "FinalHyperParameterTuningJobObjectiveMetric"
_NOT_OF_TRAINING = (
    "DefinitionName", "HyperParameterRanges", "HyperParameterTuningResourceConfig",
    "RetryStrategy", "StaticHyperParameters", "TuningObjective",
)  # fmt: skip


def _trials(twin: Twin, place: Place, arn: str) -> list[Record]:
    records = place.table(twin, TRAINING).values()
    return [record for record in records if record.get("TuningJobArn") == arn]


def _summary(trial: Record, goal: Mapping[str, str]) -> Record:
    status = "Pending" if trial["TrainingJobStatus"] in ("InProgress", "Stopping") else "Failed"
    summary = dict(trial)
    for entry in trial.get("FinalMetricDataList") or []:
        if entry["MetricName"] == goal["MetricName"] and trial["TrainingJobStatus"] == "Completed":
            status = "Succeeded"
            summary[_OBJECTIVE] = {**goal, "Value": entry["Value"]}
    summary["ObjectiveStatus"] = status
    return summary


def _best_first(trials: list[Record], kind: str) -> list[Record]:
    """Order by the objective; of equals the one that was proposed first, however they ended."""
    sign = -1.0 if kind == "Maximize" else 1.0

    def order(trial: Record) -> tuple[float, str]:
        value = sign * trial[_OBJECTIVE]["Value"] if _OBJECTIVE in trial else float("inf")
        return value, str(trial["TrainingJobName"])

    return sorted(trials, key=order)


def _counters(trials: list[Record]) -> Record:
    states = [_COUNTED.get(trial["TrainingJobStatus"], "InProgress") for trial in trials]
    names = ("Completed", "InProgress", "RetryableError", "NonRetryableError", "Stopped")
    goals = [trial["ObjectiveStatus"] for trial in trials]
    return {
        "TrainingJobStatusCounters": {name: states.count(name) for name in names},
        "ObjectiveStatusCounters": {
            name: goals.count(name) for name in ("Succeeded", "Pending", "Failed")
        },
    }
