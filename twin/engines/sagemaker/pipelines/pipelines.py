"""The operations on pipelines themselves."""

from __future__ import annotations

from typing import Any

from twin.call import Call
from twin.declared.listing import page
from twin.engines.sagemaker.constraints import Checked
from twin.engines.sagemaker.pipelines.definition import parse
from twin.engines.sagemaker.pipelines.execution import EXECUTION
from twin.engines.sagemaker.place import Place, invalid, not_found
from twin.engines.sagemaker.session import RoleSession
from twin.engines.sagemaker.transfer import Store, TransferError
from twin.errors import ServiceError
from twin.table import Record
from twin.twin import Twin

PIPELINE = "Pipeline"


def register(checked: Checked) -> None:
    """Put the operations into the registry."""
    checked.answers("CreatePipeline", create)
    checked.answers("DescribePipeline", describe)
    checked.answers("UpdatePipeline", update)
    checked.answers("DeletePipeline", delete)
    checked.answers("ListPipelines", list_all)


def create(twin: Twin, call: Call) -> dict[str, Any]:
    """Create a pipeline; the same request token gives the same pipeline."""
    given, place = call.parameters, Place.of(call)
    name = str(given["PipelineName"])
    arn = place.arn("pipeline", name)
    text = _definition(twin, call)
    parse(text)
    place.session(twin, given["RoleArn"], arn)
    now = twin.now()
    record = {
        "PipelineArn": arn,
        "PipelineName": name,
        "PipelineDisplayName": given.get("PipelineDisplayName") or name,
        "PipelineDescription": given.get("PipelineDescription"),
        "PipelineDefinition": text,
        "ParallelismConfiguration": given.get("ParallelismConfiguration"),
        "RoleArn": given["RoleArn"],
        "PipelineStatus": "Active",
        "CreationTime": now,
        "LastModifiedTime": now,
        "ClientRequestToken": given.get("ClientRequestToken"),
    }
    record = {key: value for key, value in record.items() if value is not None}
    if not place.table(twin, PIPELINE).add(name, record):
        held = place.table(twin, PIPELINE).get(name) or {}
        if held.get("ClientRequestToken") != given.get("ClientRequestToken"):
            raise invalid(
                "Pipeline names must be unique within an AWS account and region. Pipeline with "
                f"name ({name}) already exists."
            )
    return {"PipelineArn": arn}


def describe(twin: Twin, call: Call) -> Record:
    """Return a pipeline."""
    return find(twin, Place.of(call), call.parameters["PipelineName"])


def update(twin: Twin, call: Call) -> dict[str, Any]:
    """Change what is given of a pipeline; running executions keep their definition."""
    given, place = call.parameters, Place.of(call)
    record = find(twin, place, given["PipelineName"])
    changes = {
        key: given[key]
        for key in ("PipelineDisplayName", "PipelineDescription", "ParallelismConfiguration")
        if given.get(key) is not None
    }
    if given.get("PipelineDefinition") or given.get("PipelineDefinitionS3Location"):
        changes["PipelineDefinition"] = _definition(twin, call)
        parse(changes["PipelineDefinition"])
    if given.get("RoleArn"):
        place.session(twin, given["RoleArn"], record["PipelineArn"])
        changes["RoleArn"] = given["RoleArn"]
    changes["LastModifiedTime"] = twin.now()
    place.table(twin, PIPELINE).change(record["PipelineName"], lambda held: held.update(changes))
    return {"PipelineArn": record["PipelineArn"]}


def delete(twin: Twin, call: Call) -> dict[str, Any]:
    """Delete a pipeline; one with executions under way must stop them first."""
    place = Place.of(call)
    record = find(twin, place, call.parameters["PipelineName"])
    for execution in place.table(twin, EXECUTION).values():
        under_way = execution["PipelineExecutionStatus"] in ("Executing", "Stopping")
        if execution["PipelineArn"] == record["PipelineArn"] and under_way:
            # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeletePipeline.html
            message = f"Pipeline '{record['PipelineArn']}' has running executions; stop them first."
            raise ServiceError("ConflictException", message, 400)
    place.table(twin, PIPELINE).pop(record["PipelineName"])
    return {"PipelineArn": record["PipelineArn"]}


def list_all(twin: Twin, call: Call) -> dict[str, Any]:
    """List pipelines."""
    given = dict(call.parameters)
    prefix = str(given.pop("PipelineNamePrefix", ""))
    records = [
        {**record, "LastExecutionTime": record.get("LastRunTime")}
        for record in Place.of(call).table(twin, PIPELINE).values()
        if record["PipelineName"].startswith(prefix)
    ]
    return page(given, records, "PipelineSummaries", ("PipelineName", "CreationTime"))


def find(twin: Twin, place: Place, name: str) -> Record:
    """Return a pipeline by name or ARN; ResourceNotFound where there is none."""
    short = str(name).rsplit("/", 1)[-1]
    record = place.table(twin, PIPELINE).get(short)
    if record is None:
        raise not_found(f"Pipeline '{place.arn('pipeline', short)}' does not exist.")
    return record


def _definition(twin: Twin, call: Call) -> str:
    """Return the definition of a request, which may lie in S3 where the pipeline's role reads."""
    given, place = call.parameters, Place.of(call)
    location = given.get("PipelineDefinitionS3Location")
    if given.get("PipelineDefinition"):
        return str(given["PipelineDefinition"])
    if not location:
        raise invalid("Either PipelineDefinition or PipelineDefinitionS3Location must be given.")
    role_arn = given.get("RoleArn") or find(twin, place, given["PipelineName"])["RoleArn"]
    arn = place.arn("pipeline", given["PipelineName"])
    store = Store(RoleSession(twin, place, role_arn, arn))
    uri = f"s3://{location['Bucket']}/{location['ObjectKey']}"
    try:
        return store.read(uri).decode()
    except (TransferError, UnicodeDecodeError) as error:
        raise ServiceError("ValidationException", str(error), 400) from error
