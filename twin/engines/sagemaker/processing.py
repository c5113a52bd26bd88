"""Processing jobs: their operations, and what they do.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-your-own-processing-container.html
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from twin.call import Call
from twin.engines.containers.container import Program
from twin.engines.sagemaker.constraints import Checked
from twin.engines.sagemaker.job import HOSTS, Ended, JobFailure, Work, Works
from twin.engines.sagemaker.job_records import JobRecords
from twin.engines.sagemaker.notices import tell
from twin.engines.sagemaker.place import Place, invalid
from twin.engines.sagemaker.transfer import TransferError
from twin.table import Record
from twin.twin import Twin

NOUN = "ProcessingJob"
RECORDS = JobRecords(NOUN, "processing job")
LOG_GROUP = "/aws/sagemaker/ProcessingJobs"
_ROOT = "/opt/ml/processing"
_DEFAULT_SECONDS = 86_400


class ProcessingJobs:
    """Answers the operations on processing jobs and runs them."""

    def __init__(self) -> None:
        self.works = Works()

    def register(self, checked: Checked) -> None:
        """Put the operations into the registry."""
        checked.answers("CreateProcessingJob", self.create)
        checked.answers("DescribeProcessingJob", RECORDS.describe)
        checked.answers("StopProcessingJob", self.stop)
        checked.answers("ListProcessingJobs", RECORDS.list_all)

    def create(self, twin: Twin, call: Call) -> dict[str, Any]:
        """Start a job."""
        given, place = call.parameters, Place.of(call)
        name = str(given["ProcessingJobName"])
        arn = place.arn("processing-job", name)
        _refuse_unsupported(given)
        network = (given.get("NetworkConfig") or {}).get("VpcConfig")
        cluster = (given.get("ProcessingResources") or {}).get("ClusterConfig") or {}
        key = cluster.get("VolumeKmsKeyId")
        work = Work(twin, place, arn, given["RoleArn"], network, key)
        now = twin.now()
        record = {key: value for key, value in given.items() if key != "Tags"} | {
            "ProcessingJobArn": arn,
            "ProcessingJobStatus": "InProgress",
            "CreationTime": now,
            "LastModifiedTime": now,
            "StoppingCondition": given.get("StoppingCondition")
            or {"MaxRuntimeInSeconds": _DEFAULT_SECONDS},
        }
        RECORDS.add(twin, place, record)
        self.works.start(work, lambda work: _run(work, record))
        return {"ProcessingJobArn": arn}

    def stop(self, twin: Twin, call: Call) -> dict[str, Any]:
        """Stop a job that runs."""
        arn = RECORDS.ask_to_stop(twin, call)
        self.works.stop(arn)
        return {}


def _refuse_unsupported(given: Mapping[str, Any]) -> None:
    for entry in given.get("ProcessingInputs") or []:
        if not entry.get("S3Input"):
            raise invalid(f"ProcessingInput {entry.get('InputName')} must have an S3Input.")
    for local in _local_paths(given):
        if not f"{local}/".startswith(f"{_ROOT}/"):
            raise invalid(
                f"Invalid LocalPath: {local}. LocalPath must be an absolute path to the input "
                f"data and start with {_ROOT}."
            )
    cluster = given["ProcessingResources"]["ClusterConfig"]
    if int(cluster["InstanceCount"]) != 1:
        raise invalid("The twin runs processing jobs on one instance: InstanceCount must be 1.")


def _local_paths(given: Mapping[str, Any]) -> list[str]:
    inputs = [entry["S3Input"] for entry in given.get("ProcessingInputs") or []]
    outputs = [
        entry["S3Output"]
        for entry in (given.get("ProcessingOutputConfig") or {}).get("Outputs", [])
        if "S3Output" in entry
    ]
    return [str(one["LocalPath"]) for one in (*inputs, *outputs) if one.get("LocalPath")]


def _run(work: Work, record: Record) -> None:
    """Take a job from InProgress to its end."""
    try:
        changes = _work(work, record)
    except (JobFailure, TransferError) as error:
        reason = str(error) if isinstance(error, JobFailure) else f"ClientError: {error}"
        changes = {"ProcessingJobStatus": "Failed", "FailureReason": reason}
    except Exception as error:
        reason = f"InternalServerError: {type(error).__name__}: {error}"
        _finish(work, {"ProcessingJobStatus": "Failed", "FailureReason": reason})
        raise
    _finish(work, changes)


def _work(work: Work, record: Record) -> Record:
    work.prepare()
    store = work.store()
    for entry in record.get("ProcessingInputs") or []:
        source = entry["S3Input"]
        local = _inside(work, source.get("LocalPath") or f"{_ROOT}/input/{entry['InputName']}")
        store.download(source["S3Uri"], local, source.get("S3DataType") or "S3Prefix")
    outputs = (record.get("ProcessingOutputConfig") or {}).get("Outputs", [])
    for entry in outputs:
        _inside(work, entry["S3Output"]["LocalPath"]).mkdir(parents=True, exist_ok=True)
    work.write("config/processingjobconfig.json", record)
    work.write("config/resourceconfig.json", HOSTS)
    program = _program(work, record)
    _note(work.twin, work.place, work.name, {"ProcessingStartTime": work.twin.now()})
    seconds = float(record["StoppingCondition"]["MaxRuntimeInSeconds"])
    changes = _outcome(work, work.run(program, LOG_GROUP, seconds))
    if changes["ProcessingJobStatus"] == "Completed":
        kms_key = (record.get("ProcessingOutputConfig") or {}).get("KmsKeyId")
        for entry in outputs:
            target = entry["S3Output"]
            store.upload(_inside(work, target["LocalPath"]), target["S3Uri"], kms_key)
    return changes


def _program(work: Work, record: Record) -> Program:
    application = record["AppSpecification"]
    image = work.image(application["ImageUri"])
    entrypoint = application.get("ContainerEntrypoint")
    arguments = application.get("ContainerArguments")
    command = tuple(entrypoint or image.entrypoint)
    # As with a container engine: an entry point of one's own drops the image's command.
    command += tuple(arguments or (() if entrypoint else image.command))
    if not command:
        raise JobFailure("ClientError: the image has neither an entry point nor a command.")
    isolated = bool((record.get("NetworkConfig") or {}).get("EnableNetworkIsolation"))
    given = {"PROCESSING_JOB_NAME": work.name, **(record.get("Environment") or {})}
    environment = work.environment(given, isolated=isolated)
    return Program(image, command, environment, work.folder, isolated)


def _outcome(work: Work, ended: Ended) -> Record:
    exit_message = work.message("message")
    changes: Record = {"ExitMessage": exit_message} if exit_message else {}
    if ended.stopped:
        return changes | {"ProcessingJobStatus": "Stopped"}
    if ended.timed_out:
        reason = "ClientError: Job exceeded its MaxRuntimeInSeconds."
        return changes | {"ProcessingJobStatus": "Stopped", "FailureReason": reason}
    if ended.code != 0:
        reason = f"AlgorithmError: {exit_message}, exit code: {ended.code}"
        return changes | {"ProcessingJobStatus": "Failed", "FailureReason": reason}
    return changes | {"ProcessingJobStatus": "Completed"}


def _inside(work: Work, local: str) -> Path:
    path = (work.ml / local.removeprefix("/opt/ml/")).resolve()
    if not path.is_relative_to(work.ml.resolve()):
        raise JobFailure(f"ClientError: LocalPath {local} leaves /opt/ml.")
    return path


def _finish(work: Work, changes: Record) -> None:
    if work.stopping.is_set():
        return
    held = _note(work.twin, work.place, work.name, changes | {"ProcessingEndTime": work.twin.now()})
    if held is not None:
        tell(work.twin, work.place, "Processing Job State Change", held, work.arn, epoch=True)


def _note(twin: Twin, place: Place, name: str, changes: Record) -> Record | None:
    def change(record: Record) -> None:
        record.update(changes)
        record["LastModifiedTime"] = twin.now()

    return place.table(twin, NOUN).change(name, change)
