"""Training jobs: their operations, and what they do.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-running-container.html
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from twin.call import Call
from twin.engines.containers.container import Program
from twin.engines.containers.image import Image
from twin.engines.sagemaker import checkpoints
from twin.engines.sagemaker.constraints import Checked
from twin.engines.sagemaker.job import HOSTS, Ended, JobFailure, Work, Works
from twin.engines.sagemaker.job_records import JobRecords
from twin.engines.sagemaker.metrics import Metrics
from twin.engines.sagemaker.notices import tell
from twin.engines.sagemaker.place import Place, invalid
from twin.engines.sagemaker.transfer import Store, TransferError, pack
from twin.faults import Kind
from twin.table import Record
from twin.twin import Twin

NOUN = "TrainingJob"
RECORDS = JobRecords(NOUN, "training job")
LOG_GROUP = "/aws/sagemaker/TrainingJobs"
_DEFAULT_SECONDS = 86_400
_MESSAGES = {
    "Starting": "Preparing the instances for training",
    "Downloading": "Downloading input data",
    "Training": "Training image download completed. Training in progress.",
    "Uploading": "Uploading generated training model",
    "Interrupted": "The spot instance was taken back; the training job starts again",
    "Stopping": "Stopping the training job",
    "Completed": "Training job completed",
    "Stopped": "Training job stopped",
    "MaxRuntimeExceeded": "Training job runtime exceeded MaxRuntimeInSeconds provided",
    "Failed": "Training job failed",
}


class TrainingJobs:
    """Answers the operations on training jobs and runs them."""

    def __init__(self) -> None:
        self.works = Works()

    def register(self, checked: Checked) -> None:
        """Put the operations into the registry."""
        checked.answers("CreateTrainingJob", self.create)
        checked.answers("DescribeTrainingJob", self.describe)
        checked.answers("StopTrainingJob", self.stop)
        checked.answers("ListTrainingJobs", RECORDS.list_all)

    def create(self, twin: Twin, call: Call) -> dict[str, Any]:
        """Start a job."""
        given, place = call.parameters, Place.of(call)
        spot = bool(given.get("EnableManagedSpotTraining"))
        taken = spot and twin.faults.strike(call, (Kind.INTERRUPT,)) is not None
        return {"TrainingJobArn": self.begin(twin, place, given, taken=taken)}

    def begin(
        self, twin: Twin, place: Place, given: Mapping[str, Any], *, taken: bool = False
    ) -> str:
        """Start a job, whose machine may be taken away once, and return its ARN."""
        name = str(given["TrainingJobName"])
        arn = place.arn("training-job", name)
        _refuse_unsupported(given)
        key = (given.get("ResourceConfig") or {}).get("VolumeKmsKeyId")
        work = Work(twin, place, arn, given["RoleArn"], given.get("VpcConfig"), key)
        now = twin.now()
        stopping = {
            "MaxRuntimeInSeconds": _DEFAULT_SECONDS,
            **(given.get("StoppingCondition") or {}),
        }
        record = {key: value for key, value in given.items() if key != "Tags"} | {
            "TrainingJobArn": arn,
            "TrainingJobStatus": "InProgress",
            "StoppingCondition": stopping,
            "SecondaryStatus": "Starting",
            "SecondaryStatusTransitions": [_transition("Starting", now)],
            "ModelArtifacts": {"S3ModelArtifacts": _artifacts(given)},
            "CreationTime": now,
            "LastModifiedTime": now,
        }
        RECORDS.add(twin, place, record)
        self.works.start(work, lambda work: _run(work, record, taken=taken))
        return arn

    def describe(self, twin: Twin, call: Call) -> Record:
        """Return a job as it is now."""
        name = str(call.parameters["TrainingJobName"])
        record = Place.of(call).table(twin, NOUN).get(name)
        if record is None:
            raise invalid("Requested resource not found.")
        return record

    def stop(self, twin: Twin, call: Call) -> dict[str, Any]:
        """Stop a job that runs."""
        record = self.describe(twin, call)
        name = str(record["TrainingJobName"])
        _note(twin, Place.of(call), name, "Stopping", {"TrainingJobStatus": "Stopping"})
        self.works.stop(record["TrainingJobArn"])
        return {}


def _refuse_unsupported(given: Mapping[str, Any]) -> None:
    checkpoints.check_spot(given)
    specification = given["AlgorithmSpecification"]
    if not specification.get("TrainingImage"):
        raise invalid("AlgorithmSpecification must name a TrainingImage.")
    count = (given.get("ResourceConfig") or {}).get("InstanceCount", 1)
    if int(count) != 1:
        raise invalid("The twin runs training jobs on one instance: InstanceCount must be 1.")
    for channel in given.get("InputDataConfig") or []:
        if "S3DataSource" not in channel["DataSource"]:
            raise invalid(f"Channel {channel['ChannelName']} must have an S3DataSource.")
        mode = channel.get("InputMode") or specification["TrainingInputMode"]
        if mode == "Pipe":
            raise invalid(f"Channel {channel['ChannelName']}: the twin does not model Pipe mode.")


def _run(work: Work, record: Record, *, taken: bool) -> None:
    """Take a job from InProgress to its end."""
    metrics = Metrics(
        record["AlgorithmSpecification"].get("MetricDefinitions") or [], work.twin.now
    )
    try:
        status, changes = _work(work, record, metrics, taken=taken)
    except (JobFailure, TransferError) as error:
        reason = str(error) if isinstance(error, JobFailure) else f"ClientError: {error}"
        status, changes = "Failed", {"FailureReason": reason}
    except Exception as error:
        reason = f"InternalServerError: {type(error).__name__}: {error}"
        _finish(work, "Failed", {"FailureReason": reason})
        raise
    _finish(work, status, changes | {"FinalMetricDataList": metrics.final()})


def _work(work: Work, record: Record, metrics: Metrics, *, taken: bool) -> tuple[str, Record]:
    store = work.store()
    ended, interrupted = _contain(work, record, store, metrics, taken=taken)
    if interrupted and not work.stopping.is_set():
        checkpoints.keep(work, record.get("CheckpointConfig"), store)
        _note(work.twin, work.place, work.name, "Interrupted", {})
        ended, _ = _contain(work, record, store, metrics, taken=False)
    if not work.stopping.is_set():
        _note(work.twin, work.place, work.name, "Uploading", {})
        try:
            _upload(work, record, store, with_model=ended.code == 0 or ended.stopped)
        except TransferError as error:
            # What was stopped has stopped, whether anything of it could be kept or not.
            if not ended.stopped:
                raise
            return "Stopped", {"FailureReason": f"ClientError: {error}"}
    return _outcome(work, ended)


def _contain(
    work: Work, record: Record, store: Store, metrics: Metrics, *, taken: bool
) -> tuple[Ended, bool]:
    """Run the container on a machine of its own, and tell whether that was taken away meanwhile."""
    work.prepare()
    image = work.image(record["AlgorithmSpecification"]["TrainingImage"])
    _note(work.twin, work.place, work.name, "Downloading", {})
    _lay_out(work, record, store)
    _note(work.twin, work.place, work.name, "Training", {})
    interrupted = threading.Event()

    def watch(line: str) -> None:
        metrics.read(line)
        if taken and checkpoints.kept_any(work, record.get("CheckpointConfig")):
            interrupted.set()
            work.interrupt()

    seconds = float(record["StoppingCondition"]["MaxRuntimeInSeconds"])
    ended = work.run(_program(work, record, image), LOG_GROUP, seconds, watch)
    # A container that ended by itself before it could be taken away has done its work.
    return ended, interrupted.is_set() and ended.code != 0 and not ended.stopped


def _program(work: Work, record: Record, image: Image) -> Program:
    specification = record["AlgorithmSpecification"]
    command = tuple(specification.get("ContainerEntrypoint") or image.entrypoint)
    command += tuple(specification.get("ContainerArguments") or ("train",))
    isolated = bool(record.get("EnableNetworkIsolation"))
    given = {"TRAINING_JOB_NAME": work.name, "TRAINING_JOB_ARN": work.arn}
    environment = work.environment(given | (record.get("Environment") or {}), isolated=isolated)
    return Program(image, command, environment, work.folder, isolated)


def _lay_out(work: Work, record: Record, store: Store) -> None:
    """Fetch the channels and write what the container reads of itself."""
    channels = {}
    for channel in record.get("InputDataConfig") or []:
        name, source = str(channel["ChannelName"]), channel["DataSource"]["S3DataSource"]
        folder = work.ml / "input" / "data" / name
        store.download(source["S3Uri"], folder, source["S3DataType"])
        channels[name] = {
            "ContentType": channel.get("ContentType"),
            "TrainingInputMode": channel.get("InputMode")
            or record["AlgorithmSpecification"]["TrainingInputMode"],
            "S3DistributionType": source.get("S3DataDistributionType", "FullyReplicated"),
            "RecordWrapperType": channel.get("RecordWrapperType", "None"),
        }
    work.write("input/config/hyperparameters.json", record.get("HyperParameters") or {})
    work.write("input/config/inputdataconfig.json", channels)
    work.write("input/config/resourceconfig.json", HOSTS)
    checkpoints.bring(work, record.get("CheckpointConfig"), store)
    (work.ml / "output" / "data").mkdir(parents=True, exist_ok=True)


def _upload(work: Work, record: Record, store: Store, *, with_model: bool) -> None:
    output = record["OutputDataConfig"]
    kms_key = output.get("KmsKeyId")
    if with_model:
        archive = work.folder / "model.tar.gz"
        pack(work.ml / "model", archive)
        store.put(archive, _artifacts(record), kms_key)
    data = work.ml / "output" / "data"
    if any(data.iterdir()):
        archive = work.folder / "output.tar.gz"
        pack(data, archive)
        store.put(archive, _artifacts(record).replace("model.tar.gz", "output.tar.gz"), kms_key)
    checkpoints.keep(work, record.get("CheckpointConfig"), store)


def _artifacts(given: Mapping[str, Any]) -> str:
    path = str(given["OutputDataConfig"]["S3OutputPath"]).rstrip("/")
    return f"{path}/{given['TrainingJobName']}/output/model.tar.gz"


def _outcome(work: Work, ended: Ended) -> tuple[str, Record]:
    if ended.stopped:
        return "Stopped", {}
    if ended.timed_out:
        return "MaxRuntimeExceeded", {}
    if ended.code != 0:
        message = work.message("failure")
        reason = f"AlgorithmError: {message}, exit code: {ended.code}"
        return "Failed", {"FailureReason": reason}
    return "Completed", {}


def _finish(work: Work, status: str, changes: Record) -> None:
    if work.stopping.is_set():
        return
    now = work.twin.now()
    final = "Stopped" if status == "MaxRuntimeExceeded" else status
    ended: Record = {"TrainingJobStatus": final, "TrainingEndTime": now}
    started = (work.place.table(work.twin, NOUN).get(work.name) or {}).get("TrainingStartTime")
    if started is not None:
        seconds = max(1, round((now - started).total_seconds()))
        ended |= {"TrainingTimeInSeconds": seconds, "BillableTimeInSeconds": seconds}
    # In one change: who sees the end sees everything that belongs to it.
    _note(work.twin, work.place, work.name, status, changes | ended)


def _note(twin: Twin, place: Place, name: str, status: str, changes: Record) -> None:
    """Enter a secondary status and tell about it."""
    now = twin.now()

    def change(record: Record) -> None:
        RECORDS.require_running(record)
        if status == "Training":
            record.setdefault("TrainingStartTime", now)
        record.update(changes | {"LastModifiedTime": now, "SecondaryStatus": status})
        transitions = record["SecondaryStatusTransitions"]
        if transitions:
            transitions[-1].setdefault("EndTime", now)
        transitions.append(_transition(status, now))
        if status in ("Completed", "Failed", "Stopped", "MaxRuntimeExceeded"):
            transitions[-1]["EndTime"] = now

    record = place.table(twin, NOUN).change(name, change)
    if record is not None:
        tell(twin, place, "Training Job State Change", record, record["TrainingJobArn"], epoch=True)


def _transition(status: str, now: Any) -> Record:
    return {"Status": status, "StartTime": now, "StatusMessage": _MESSAGES[status]}
