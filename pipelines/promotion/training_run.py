"""Trains a release's code in a target: the signed definition, bound with the account's own names.

Roles, keys, places and network stand in the definition as tokens, and those of this account take
their place. Nothing else of it is this account's to choose.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from pipelines.attestations.refusal import asking
from pipelines.aws_call import aws_call
from pipelines.canonical import sha256_of
from pipelines.clock import Clock
from pipelines.definitions import tokens
from pipelines.definitions.binder import Value
from pipelines.definitions.contract import read_contract
from pipelines.definitions.template import Template
from pipelines.definitions.upsert import COMPILED, put_pipeline
from pipelines.errors import Finding
from pipelines.models.data_pin import pin_of_version
from pipelines.promotion.aws import Aws
from pipelines.promotion.release import Release
from pipelines.promotion.settings import Settings
from pipelines.promotion.target import Target
from pipelines.triggers.asked import ObjectVersion
from pipelines.triggers.data import newest

# Jobs leave what they make beside the account's data; the store takes only what was judged.
_INSTEAD = {"buckets/models": "buckets/data", "keys/models-arn": "keys/data-arn"}
_PREPARE = "Prepare"
# Beside what a build needs for everything else: builds end after an hour.
LIMIT_SECONDS = 2400.0
_PAUSE_SECONDS = 5.0


class TrainingClient(Protocol):
    """The operations of the `sagemaker` client that are used here."""

    def start_pipeline_execution(self, **request: Any) -> dict[str, Any]: ...
    def describe_pipeline_execution(self, **request: Any) -> dict[str, Any]: ...
    def describe_pipeline_definition_for_execution(self, **request: Any) -> dict[str, Any]: ...
    def list_pipeline_execution_steps(self, **request: Any) -> dict[str, Any]: ...
    def list_pipeline_parameters_for_execution(self, **request: Any) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Run:
    """A run that has succeeded: what it was given, what it registered, and under which digest."""

    arn: str
    data: ObjectVersion
    package_arn: str
    bound_sha256: str


def signed_definition(settings: Settings, release: Release) -> bytes:
    """Give the bytes of the release's definition; raises Refused for others than were signed."""
    path = settings.root / COMPILED / f"{release.model}.json"
    with asking("definition-is-the-signed-one"):
        if not path.is_file():
            raise Finding(
                str(COMPILED / path.name), "must be part of the source", got="no such file"
            )
        content = path.read_bytes()
        if sha256_of(content) != release.definition_sha256:
            raise Finding(
                str(COMPILED / path.name),
                f"must have the signed SHA-256 {release.definition_sha256}",
                got=sha256_of(content),
                hint="start the promotion again, of a version that this source has trained",
            )
    return content


def train(settings: Settings, aws: Aws, target: Target, release: Release, clock: Clock) -> Run:
    """Train what was signed on the newest data of the account; the same execution trains once.

    Raises Finding where the run fails, or where its data were replaced while it read them.
    """
    region, name = target.account.region, pipeline_name(settings, release)
    sagemaker, s3 = aws.client("sagemaker", region), aws.client("s3", region)
    bound = bind_definition(settings, aws, target, release)
    token = request_token(settings, release)
    request = {
        "PipelineName": name,
        "PipelineDefinition": bound,
        "PipelineDescription": f"Trains release {release.id} from commit {release.commit}.",
        "RoleArn": settings.naming.role_arn(target.account.name, "pipeline"),
    }
    put_pipeline(sagemaker, request, token)
    bucket = settings.naming.bucket_name(target.account.name, "data")
    data = newest(s3, bucket, f"raw/{release.model}/")
    arn = _start(sagemaker, name, token, settings.execution_id, data)
    _check_runs(sagemaker, arn, bound)
    given = _given(sagemaker, arn, bucket)
    _wait(sagemaker, arn, clock)
    steps = _steps(sagemaker, arn)
    _check_undisturbed(s3, given, _read_until(steps, arn))
    return Run(arn, given, _registered(steps, arn), sha256_of(bound.encode()))


def pipeline_name(settings: Settings, release: Release) -> str:
    """Name the pipeline that trains a model here, as its endpoint is named."""
    return settings.naming.endpoint_name(settings.account.name, release.model)


def request_token(settings: Settings, release: Release) -> str:
    """Give the token that makes all starts for one release in one execution one run."""
    return sha256_of(f"{settings.execution_id}/{settings.account.name}/{release.id}".encode())


def bind_definition(settings: Settings, aws: Aws, target: Target, release: Release) -> str:
    """Put this account's values in the place of the tokens of the signed definition."""
    content, account = signed_definition(settings, release), target.account
    definition, name = json.loads(content), f"{COMPILED}/{release.model}.json"
    template = Template.of(definition, name)
    own = {path: _INSTEAD.get(path, path) for path in template.asked}
    root = settings.naming.parameter_root(account.name)
    told = read_contract(aws.client("ssm", account.region), root, set(own.values()))
    _check_own(settings, target, release, told)
    image = target.image(release.image.digest)
    build: dict[str, Value] = {
        tokens.COMMIT: release.commit,
        tokens.DEFINITION_DIGEST: release.definition_sha256,
        tokens.IMAGE_DIGEST: release.image.digest,
        tokens.IMAGE_URI: image.uri,
    }
    contract = {path: told[instead] for path, instead in own.items()}
    return json.dumps(template.bound(contract, build))


def _check_own(
    settings: Settings, target: Target, release: Release, told: Mapping[str, Value]
) -> None:
    """Refuse roles, places and keys that are not this account's own for the purpose."""
    naming, account = settings.naming, target.account
    root = naming.parameter_root(account.name)
    wanted: dict[str, Value] = {
        "buckets/data": naming.bucket_name(account.name, "data"),
        "network/subnet-ids": list(target.subnet_ids),
        "network/workload-security-group-ids": list(target.security_group_ids),
        f"registry/{release.model}/group-name": pipeline_name(settings, release),
    }
    for path, found in told.items():
        if path.startswith("roles/"):
            purpose = path.removeprefix("roles/").removesuffix("-arn")
            wanted[path] = naming.role_arn(account.name, purpose)
        own_key = str(found).split(":")[3:5] == [account.region, account.id]
        if path.startswith("keys/") and own_key:
            continue
        if wanted.get(path) != found:
            raise Finding(
                f"{root}/{path}",
                f"must be {wanted.get(path, f'a key of account {account.id}')}",
                got=str(found),
            )


def _start(
    sagemaker: TrainingClient, name: str, token: str, execution_id: str, data: ObjectVersion
) -> str:
    # Nothing here reads data: their version pins them, and is compared once they were read.
    parameters = {
        "InputDataSha256": pin_of_version(data.version),
        "InputDataUri": data.uri,
        "InputDataVersion": data.version,
    }
    with aws_call(f"pipeline {name}", "must be startable"):
        answer = sagemaker.start_pipeline_execution(
            PipelineName=name,
            PipelineExecutionDisplayName=execution_id,
            PipelineParameters=[{"Name": n, "Value": v} for n, v in parameters.items()],
            ClientRequestToken=token,
        )
    return str(answer["PipelineExecutionArn"])


def _check_runs(sagemaker: TrainingClient, arn: str, bound: str) -> None:
    with aws_call(arn, "must tell its definition"):
        told = sagemaker.describe_pipeline_definition_for_execution(PipelineExecutionArn=arn)
    if json.loads(told["PipelineDefinition"]) != json.loads(bound):
        raise Finding(arn, "must run the definition that was bound here", got="another one")


def _given(sagemaker: TrainingClient, arn: str, bucket: str) -> ObjectVersion:
    """Tell what a run was started with: a repeated start finds the data of the first."""
    with aws_call(arn, "must tell its parameters"):
        told = sagemaker.list_pipeline_parameters_for_execution(PipelineExecutionArn=arn)
    values = {one["Name"]: str(one["Value"]) for one in told["PipelineParameters"]}
    key = values.get("InputDataUri", "").removeprefix(f"s3://{bucket}/")
    return ObjectVersion(bucket, key, values.get("InputDataVersion", ""))


def _wait(sagemaker: TrainingClient, arn: str, clock: Clock) -> None:
    end = clock.now().timestamp() + LIMIT_SECONDS
    while True:
        with aws_call(arn, "must be a run that can be described"):
            told = sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
        status = str(told["PipelineExecutionStatus"])
        if status == "Succeeded":
            return
        if status not in ("Executing", "Stopping"):
            raise Finding(arn, "must succeed", got=_reason(sagemaker, arn, status))
        if clock.now().timestamp() > end:
            raise Finding(
                arn,
                f"must end within {LIMIT_SECONDS:.0f} seconds",
                got=status,
                hint="retry the stage: it waits for the same run and starts no other",
            )
        clock.sleep(_PAUSE_SECONDS)


def _reason(sagemaker: TrainingClient, arn: str, status: str) -> str:
    failed = [one for one in _steps(sagemaker, arn) if one.get("FailureReason")]
    reasons = [f"{one['StepName']}: {one['FailureReason']}" for one in failed]
    return f"{status} ({'; '.join(reasons)})" if reasons else status


def _steps(sagemaker: TrainingClient, arn: str) -> list[dict[str, Any]]:
    with aws_call(arn, "must tell its steps"):
        told = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn, MaxResults=100)
    return list(told["PipelineExecutionSteps"])


def _read_until(steps: list[dict[str, Any]], arn: str) -> datetime:
    ended = [one["EndTime"] for one in steps if one["StepName"] == _PREPARE and "EndTime" in one]
    if len(ended) != 1:
        raise Finding(arn, f"must have ended its step {_PREPARE}", got=f"{len(ended)} such steps")
    moment: datetime = ended[0]
    return moment


def _registered(steps: list[dict[str, Any]], arn: str) -> str:
    told = (one.get("Metadata") or {} for one in steps)
    found = [one["RegisterModel"]["Arn"] for one in told if "RegisterModel" in one]
    if len(found) != 1:
        raise Finding(arn, "must register one model", got=str(len(found)))
    return str(found[0])


def _check_undisturbed(s3: Any, data: ObjectVersion, until: datetime) -> None:
    """Refuse data that were replaced before the run had read them: a job reads what lies there."""
    with aws_call(data.uri, "must let its versions be listed"):
        told = s3.list_object_versions(Bucket=data.bucket, Prefix=data.key)
    entries = [*(told.get("Versions") or ()), *(told.get("DeleteMarkers") or ())]
    pinned = [one for one in entries if one["VersionId"] == data.version]
    if len(pinned) != 1:
        raise Finding(data.uri, f"must have the version {data.version}", got="none")
    came = pinned[0]["LastModified"]
    for one in entries:
        if one is not pinned[0] and came <= one["LastModified"] <= until:
            raise Finding(
                data.uri,
                f"must stay in version {data.version} until a run has read it",
                got=f"{one['Key']} in version {one['VersionId']} of {one['LastModified']}",
                hint="start the promotion again, and bring no data while it trains",
            )
