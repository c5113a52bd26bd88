"""From an event to what is done about it: an ingestion started, or an owner told of a failure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.aws_call import aws_call
from pipelines.errors import InvalidInput
from pipelines.ingestion.arrival import Arrival, arrival_of
from pipelines.ingestion.settings import Feed, Settings

STATUS_CHANGE = "SageMaker Model Building Pipeline Execution Status Change"
_FAILED = "Failed"
_LONGEST_SUBJECT = 100


@dataclass(frozen=True)
class Clients:
    """The services that the function asks."""

    s3: Any
    sagemaker: Any
    sns: Any
    ssm: Any


def act(event: Mapping[str, Any], settings: Settings, clients: Clients) -> dict[str, Any]:
    """Start the ingestion of an object that arrived, or tell of one that failed.

    Anything else is left alone. What AWS refuses is raised, so that the event is tried again and
    kept in the end.
    """
    if event.get("detail-type") == STATUS_CHANGE:
        return _tell(event["detail"], settings, clients)
    arrival = arrival_of(event)
    feed = settings.feed_of(arrival) if arrival is not None else None
    if arrival is None or feed is None:
        return {"started": None, "reason": "not below the prefix of a feature group"}
    return {"started": start(arrival, feed, settings, clients)}


def start(arrival: Arrival, feed: Feed, settings: Settings, clients: Clients) -> str:
    """Keep this version of an object under a name of its own, and start its ingestion.

    Both are done once, however often they are asked for. Returns the execution's ARN; raises
    InvalidInput for an object that no job would read, EnvironmentFault for what AWS refuses.
    """
    address = f"s3://{arrival.bucket}/{arrival.key}"
    if not arrival.key.endswith(".csv"):
        raise InvalidInput(address, "must end in .csv", hint="put CSV files there and nothing else")
    accepted = f"{feed.accepted}{arrival.origin}/{arrival.key.rpartition('/')[2]}"
    # Who replaces the object afterwards brings another version, which is another arrival.
    with aws_call(address, "must be copied before its ingestion starts"):
        clients.s3.copy_object(
            Bucket=settings.bucket,
            Key=accepted,
            CopySource={
                "Bucket": arrival.bucket,
                "Key": arrival.key,
                "VersionId": arrival.version_id,
            },
            MetadataDirective="COPY",
            ServerSideEncryption="aws:kms",
            SSEKMSKeyId=settings.kms_key_arn,
        )
    parameters = {
        "InputDataUri": f"s3://{settings.bucket}/{accepted}",
        "ArrivedAt": arrival.time,
        "Origin": arrival.origin,
    }
    with aws_call(f"pipeline {feed.pipeline}", f"must start for {address}"):
        started = clients.sagemaker.start_pipeline_execution(
            PipelineName=feed.pipeline,
            PipelineExecutionDisplayName=arrival.execution_name,
            PipelineExecutionDescription=f"{arrival.key} {arrival.version_id}"[:3072],
            PipelineParameters=[{"Name": n, "Value": v} for n, v in parameters.items()],
            ClientRequestToken=arrival.token,
        )
    return str(started["PipelineExecutionArn"])


def _tell(detail: Mapping[str, Any], settings: Settings, clients: Clients) -> dict[str, Any]:
    feed = settings.feed_of_pipeline(str(detail["pipelineArn"]))
    if feed is None or detail.get("currentPipelineExecutionStatus") != _FAILED:
        return {"told": None}
    arn = str(detail["pipelineExecutionArn"])
    with aws_call(arn, "must tell why it failed"):
        execution = clients.sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
        steps = clients.sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)
    reasons = [
        str(step["FailureReason"])
        for step in steps["PipelineExecutionSteps"]
        if step.get("FailureReason")
    ]
    name = str(execution.get("PipelineExecutionDisplayName", arn))
    lines = [
        f"Nothing of this object is in the feature group {feed.group}.",
        "",
        *(reasons or [str(execution.get("FailureReason", "SageMaker tells no reason."))]),
        "",
        f"group:     {feed.group}",
        f"owner:     {feed.owner}",
        f"object:    {execution.get('PipelineExecutionDescription', 'unknown')}",
        f"execution: {arn}",
    ]
    subject = f"Not ingested: {feed.group} {name}"[:_LONGEST_SUBJECT]
    with aws_call(settings.topic_arn, "must take the notice"):
        clients.sns.publish(
            TopicArn=settings.topic_arn,
            Subject=subject,
            Message="\n".join(lines),
            # By this the subscription of the owner takes it, and no other.
            MessageAttributes={"owner": {"DataType": "String", "StringValue": feed.owner}},
        )
    return {"told": arn}
