"""Batch transform jobs: their operations, and what they do with the rows of a batch.

A job runs a model's container with the model's own role, network and isolation.
https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform.html
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTransformJob.html
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from twin.call import Call
from twin.engines.sagemaker.batch import BatchFailure, requests_of, transformed
from twin.engines.sagemaker.constraints import Checked
from twin.engines.sagemaker.hosting.server import Server, ServerFailure
from twin.engines.sagemaker.job import JobFailure
from twin.engines.sagemaker.job_records import JobRecords
from twin.engines.sagemaker.notices import tell
from twin.engines.sagemaker.place import Place, invalid
from twin.engines.sagemaker.transfer import Store, TransferError
from twin.errors import ServiceError
from twin.table import Record
from twin.twin import Twin

NOUN = "TransformJob"
RECORDS = JobRecords(NOUN, "transform job")
LOG_GROUP = "/aws/sagemaker/TransformJobs"
_USUAL_PAYLOAD_MB = 6
_UNSUPPORTED = ("DataProcessing", "DataCaptureConfig", "ModelClientConfig")


class Batch:
    """A job that runs now."""

    def __init__(self, twin: Twin, place: Place, record: Record) -> None:
        self.twin, self.place, self.record = twin, place, record
        self.name, self.arn = str(record["TransformJobName"]), str(record["TransformJobArn"])
        self.done, self.stopped = threading.Event(), threading.Event()


class TransformJobs:
    """Answers the operations on transform jobs and runs them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[str, Batch] = {}

    def register(self, checked: Checked) -> None:
        """Put the operations into the registry."""
        checked.answers("CreateTransformJob", self.create)
        checked.answers("DescribeTransformJob", RECORDS.describe)
        checked.answers("StopTransformJob", self.stop)
        checked.answers("ListTransformJobs", RECORDS.list_all)

    def create(self, twin: Twin, call: Call) -> dict[str, Any]:
        """Start a job."""
        given, place = call.parameters, Place.of(call)
        name = str(given["TransformJobName"])
        arn = place.arn("transform-job", name)
        _refuse_unsupported(given)
        model = place.table(twin, "Model").get(str(given["ModelName"]))
        if model is None:
            missing = place.arn("model", str(given["ModelName"]))
            raise invalid(f'Could not find model "{missing}".')
        record = {key: value for key, value in given.items() if key != "Tags"} | {
            "TransformJobArn": arn,
            "TransformJobStatus": "InProgress",
            "CreationTime": twin.now(),
        }
        RECORDS.add(twin, place, record)
        self._start(Batch(twin, place, record), model)
        return {"TransformJobArn": arn}

    def stop(self, twin: Twin, call: Call) -> dict[str, Any]:
        """Stop a job that runs."""
        arn = RECORDS.ask_to_stop(twin, call)
        with self._lock:
            batch = self._running.get(arn)
        if batch is not None:
            batch.stopped.set()
        return {}

    def wait(self, arn: str) -> None:
        """Wait until a job has ended."""
        with self._lock:
            batch = self._running.get(arn)
        if batch is not None:
            batch.done.wait()

    def _start(self, batch: Batch, model: Record) -> None:
        with self._lock:
            self._running[batch.arn] = batch

        def run() -> None:
            try:
                _finish(batch, _outcome(batch, model))
            finally:
                with self._lock:
                    self._running.pop(batch.arn, None)
                batch.done.set()

        batch.twin.background(f"job {batch.name}", run)


def _refuse_unsupported(given: Mapping[str, Any]) -> None:
    for member in _UNSUPPORTED:
        if given.get(member):
            raise invalid(f"The twin does not model {member} of transform jobs.")
    if int(given["TransformResources"]["InstanceCount"]) != 1:
        raise invalid("The twin runs transform jobs on one instance: InstanceCount must be 1.")
    source = given["TransformInput"]["DataSource"]["S3DataSource"]
    if source["S3DataType"] not in ("S3Prefix", "ManifestFile"):
        raise invalid(f"The twin does not read {source['S3DataType']} in transform jobs.")
    if given["TransformInput"].get("CompressionType", "None") != "None":
        raise invalid("The twin does not unpack compressed input of transform jobs.")
    if given["TransformInput"].get("SplitType", "None") not in ("None", "Line"):
        raise invalid("The twin splits the input of transform jobs by line only.")


def _outcome(batch: Batch, model: Record) -> Record:
    try:
        return _run(batch, model)
    except BatchFailure as error:
        return _failed(str(error))
    except (ServerFailure, JobFailure, TransferError) as error:
        text = str(error)
        return _failed(text if text.startswith("ClientError") else f"ClientError: {text}")
    except ServiceError as error:
        return _failed(f"ClientError: {error.message}")
    except Exception as error:
        _finish(batch, _failed(f"InternalServerError: {type(error).__name__}: {error}"))
        raise


def _failed(reason: str) -> Record:
    return {"TransformJobStatus": "Failed", "FailureReason": reason}


def _run(batch: Batch, model: Record) -> Record:
    """Serve the model, send it every object of the input and store what it answers."""
    record, folder = batch.record, Path(tempfile.mkdtemp(prefix="twin-batch-"))
    server = Server(batch.twin, batch.place, batch.name, {"VariantName": batch.name})
    try:
        server.begin(model, environment=_environment(record), log_group=LOG_GROUP)
        server.await_ready()
        store, source = server.store(), record["TransformInput"]["DataSource"]["S3DataSource"]
        store.download(source["S3Uri"], folder, source["S3DataType"])
        started: Record = {"TransformStartTime": batch.twin.now()}
        _note(batch, started)
        for path in sorted(one for one in folder.rglob("*") if one.is_file()):
            if batch.stopped.is_set() or batch.twin.stopping.is_set():
                return {"TransformJobStatus": "Stopped"}
            _one(batch, server, store, path, path.relative_to(folder).as_posix())
        return {"TransformJobStatus": "Completed"}
    finally:
        server.end()
        shutil.rmtree(folder, ignore_errors=True)


def _one(batch: Batch, server: Server, store: Store, path: Path, name: str) -> None:
    given, target = batch.record, batch.record["TransformOutput"]
    most = int(given.get("MaxPayloadInMB") or _USUAL_PAYLOAD_MB) * 1024 * 1024
    by_line = given["TransformInput"].get("SplitType") == "Line"
    single = given.get("BatchStrategy", "MultiRecord") == "SingleRecord"
    headers = {
        header: str(value)
        for header, value in {
            "Content-Type": given["TransformInput"].get("ContentType"),
            "Accept": target.get("Accept"),
        }.items()
        if value
    }
    asked = requests_of(path.read_bytes(), by_line=by_line, single=single, most=most, name=name)
    answered = transformed(asked, server, headers, target.get("AssembleWith") == "Line", name)
    place = f"{str(target['S3OutputPath']).rstrip('/')}/{name}.out"
    store.write(answered, place, target.get("KmsKeyId"))


def _environment(record: Record) -> dict[str, str]:
    """https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-batch-code.html"""
    return {
        "SAGEMAKER_BATCH": "true",
        "SAGEMAKER_BATCH_STRATEGY": str(record.get("BatchStrategy", "MultiRecord")),
        "SAGEMAKER_MAX_CONCURRENT_TRANSFORMS": str(record.get("MaxConcurrentTransforms") or 1),
        "SAGEMAKER_MAX_PAYLOAD_IN_MB": str(record.get("MaxPayloadInMB") or _USUAL_PAYLOAD_MB),
        **(record.get("Environment") or {}),
    }


def _finish(batch: Batch, changes: Record) -> None:
    if batch.twin.stopping.is_set():
        return
    held = _note(batch, changes | {"TransformEndTime": batch.twin.now()})
    if held is not None:
        tell(batch.twin, batch.place, "Transform Job State Change", held, batch.arn, epoch=True)


def _note(batch: Batch, changes: Record) -> Record | None:
    table = batch.place.table(batch.twin, NOUN)
    return table.change(batch.name, lambda record: record.update(changes))
