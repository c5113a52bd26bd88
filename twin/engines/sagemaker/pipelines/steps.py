"""What each type of step does, with the rights of the pipeline's role.

Jobs are made through the API like everybody's; they then run with their own roles.
"""

from __future__ import annotations

import secrets
import string
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from twin.engines.sagemaker.pipelines.definition import Step
from twin.engines.sagemaker.pipelines.functions import called
from twin.engines.sagemaker.pipelines.outcome import Done, StepFailure, StepStopped, failed
from twin.engines.sagemaker.session import RoleSession

_LETTERS = string.ascii_letters + string.digits
Wait = Callable[[str, str], None]
"""Waits for the end of a job, given the noun of its type and its ARN."""


@dataclass(frozen=True)
class JobType:
    """How the API calls a type of job."""

    noun: str
    metadata: str
    prefix: str = ""
    """What members begin with, where that is not the noun."""

    @property
    def name(self) -> str:
        """The member with the job's name."""
        return f"{self.prefix or self.noun}Name"

    @property
    def arn(self) -> str:
        """The member with the job's ARN."""
        return f"{self.prefix or self.noun}Arn"

    @property
    def status(self) -> str:
        """The member with the job's status."""
        return f"{self.prefix or self.noun}Status"


JOBS = {
    "Processing": JobType("ProcessingJob", "ProcessingJob"),
    "Training": JobType("TrainingJob", "TrainingJob"),
    "Transform": JobType("TransformJob", "TransformJob"),
    "Tuning": JobType("HyperParameterTuningJob", "TuningJob"),
}
CREATIONS = {"RegisterModel": "ModelPackage", "Model": "Model"}
KNOWN = (*JOBS, *CREATIONS, "Condition", "Fail", "Lambda")


class Runner:
    """Runs the steps of one execution that act on AWS."""

    def __init__(self, session: RoleSession, execution_id: str, wait: Wait) -> None:
        self._session, self._execution_id, self._wait = session, execution_id, wait
        self._lock = threading.Lock()
        self._running: dict[str, tuple[JobType, str]] = {}
        self._stopped = False

    def run(self, step: Step, arguments: Mapping[str, Any]) -> Done:
        """Run a step to its end; raises StepFailure or StepStopped."""
        if step.kind == "Fail":
            message = str(arguments.get("ErrorMessage", ""))
            raise StepFailure(message, {"Fail": {"ErrorMessage": message}})
        if step.kind in CREATIONS:
            return self._create(step, arguments)
        if step.kind == "Lambda":
            if self._is_stopped():
                raise StepStopped()
            return called(self._session, step, arguments)
        return self._job(step, arguments, JOBS[step.kind])

    def stop(self) -> None:
        """Stop all jobs that run."""
        with self._lock:
            self._stopped = True
            running = list(self._running.values())
        for job, name in running:
            try:
                self._call(f"Stop{job.noun}", **{job.name: name})
            except StepFailure:
                # It has just ended by itself.
                continue

    def _is_stopped(self) -> bool:
        with self._lock:
            return self._stopped

    def _job(self, step: Step, arguments: Mapping[str, Any], job: JobType) -> Done:
        name = self._name(step, 63 if step.kind != "Tuning" else 32)
        if self._is_stopped():
            raise StepStopped()
        arn = self._call(f"Create{job.noun}", **{**arguments, job.name: name})[job.arn]
        metadata = {job.metadata: {"Arn": arn}}
        with self._lock:
            self._running[step.name] = (job, name)
        if self._is_stopped():
            self._call(f"Stop{job.noun}", **{job.name: name})
        try:
            self._wait(job.noun, arn)
        finally:
            with self._lock:
                self._running.pop(step.name)
        record = self._call(f"Describe{job.noun}", **{job.name: name})
        return self._judged(job, name, record, metadata)

    def _judged(
        self, job: JobType, name: str, record: dict[str, Any], metadata: dict[str, Any]
    ) -> Done:
        status = record[job.status]
        if status == "Completed":
            return Done(metadata, record | self._trials(job, name))
        if status == "Stopped" and self._is_stopped():
            raise StepStopped(metadata)
        reason = record.get("FailureReason") or f"{job.noun} {name} ended as {status}."
        raise StepFailure(f"ClientError: {reason}" if status == "Stopped" else reason, metadata)

    def _trials(self, job: JobType, name: str) -> dict[str, Any]:
        """Return a tuning job's training jobs, the best first."""
        if job.noun != "HyperParameterTuningJob":
            return {}
        answer = self._call(
            "ListTrainingJobsForHyperParameterTuningJob",
            HyperParameterTuningJobName=name,
            SortBy="FinalObjectiveMetricValue",
            SortOrder="Descending",
        )
        return {"TrainingJobSummaries": answer["TrainingJobSummaries"]}

    def _create(self, step: Step, arguments: Mapping[str, Any]) -> Done:
        if step.kind == "Model":
            name = self._name(step, 63)
            arn = self._call("CreateModel", **{**arguments, "ModelName": name})["ModelArn"]
            return Done({"Model": {"Arn": arn}}, self._call("DescribeModel", ModelName=name))
        arn = self._call("CreateModelPackage", **arguments)["ModelPackageArn"]
        described = self._call("DescribeModelPackage", ModelPackageName=arn)
        return Done({"RegisterModel": {"Arn": arn}}, described)

    def _call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        method = getattr(self._session.client("sagemaker"), _python_name(operation))
        try:
            answer: dict[str, Any] = method(**parameters)
        except ClientError as error:
            message = error.response["Error"].get("Message", str(error))
            raise StepFailure(failed("sagemaker", operation, message)) from error
        except BotoCoreError as error:
            raise StepFailure(failed("sagemaker", operation, str(error))) from error
        answer.pop("ResponseMetadata", None)
        return answer

    def _name(self, step: Step, longest: int) -> str:
        tail = "".join(secrets.choice(_LETTERS) for _ in range(10))
        head = f"pipelines-{self._execution_id}-"
        if longest < len(head) + 12:
            return f"{self._execution_id}-{step.name[:6]}-{tail}"[:longest]
        return f"{head}{step.name[: longest - len(head) - 11]}-{tail}"


def _python_name(operation: str) -> str:
    words = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation)
    return words.lstrip("_")
