"""Clients of AWS, as far as decisions on releases ask them anything."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError
from botocore.response import StreamingBody
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from tests.pipelines.attestations.cast import Holder

STARTED = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def refused(code: str, operation: str) -> ClientError:
    """The words in which AWS says no."""
    return ClientError({"Error": {"Code": code, "Message": "no"}}, operation)


class Pages:
    """A listing of one page."""

    def __init__(self, page: dict[str, Any]) -> None:
        self._page = page

    def paginate(self, **_request: Any) -> Iterator[dict[str, Any]]:
        """Give the page."""
        yield self._page


@dataclass
class Objects:
    """Every bucket; `denied` are beginnings of addresses that nobody may reach.

    `came` tells when an object came, by its address; the others came when everything started.
    """

    kept: dict[str, bytes] = field(default_factory=dict)
    denied: tuple[str, ...] = ()
    # When an object came: S3 tells it, and nobody who writes may say it.
    came: dict[str, datetime] = field(default_factory=dict)

    def get_object(self, **request: Any) -> dict[str, Any]:
        """Read an object."""
        content = self.kept[self._address(request["Bucket"], request["Key"])]
        return {"Body": StreamingBody(io.BytesIO(content), len(content))}

    def put_object(self, **request: Any) -> dict[str, Any]:
        """Keep an object, unless its name is taken and had to be free."""
        address = self._address(request["Bucket"], request["Key"])
        if request.get("IfNoneMatch") == "*" and address in self.kept:
            raise refused("PreconditionFailed", "PutObject")
        self.kept[address] = request["Body"]
        return {"VersionId": "1"}

    def list_objects_v2(self, **request: Any) -> dict[str, Any]:
        """List what lies below a prefix."""
        bucket = request["Bucket"]
        start = self._address(bucket, request["Prefix"])
        found = [
            {
                "Key": address.removeprefix(f"{bucket}/"),
                "LastModified": self.came.get(address, STARTED),
            }
            for address in self.kept
            if address.startswith(start)
        ]
        return {"Contents": found}

    def get_paginator(self, _operation: str) -> Any:
        """List in pages."""
        objects = self

        class Listing:
            def paginate(self, **request: Any) -> Iterator[dict[str, Any]]:
                yield objects.list_objects_v2(**request)

        return Listing()

    def _address(self, bucket: str, key: str) -> str:
        address = f"{bucket}/{key}"
        if address.startswith(self.denied):
            raise refused("AccessDenied", "GetObject")
        return address


@dataclass
class Keys:
    """KMS of every account: keys by the ARN of their alias; `unwilling` ones do not sign."""

    holders: dict[str, Holder]
    denied: bool = False
    unwilling: bool = False

    def get_public_key(self, **request: Any) -> dict[str, Any]:
        """Tell a public half."""
        holder = self._holder(request["KeyId"], "GetPublicKey")
        return {
            "KeyId": holder.key.key_arn,
            "KeySpec": "ECC_NIST_P256",
            "KeyUsage": "SIGN_VERIFY",
            "PublicKey": holder.key.public_key.der,
            "SigningAlgorithms": ["ECDSA_SHA_256"],
        }

    def sign(self, **request: Any) -> dict[str, Any]:
        """Sign a digest."""
        assert (request["MessageType"], request["SigningAlgorithm"]) == ("DIGEST", "ECDSA_SHA_256")
        if self.unwilling:
            raise refused("DisabledException", "Sign")
        private = self._holder(request["KeyId"], "Sign").private
        signature = private.sign(request["Message"], ec.ECDSA(Prehashed(SHA256())))
        return {"KeyId": request["KeyId"], "Signature": signature}

    def _holder(self, alias: str, operation: str) -> Holder:
        if self.denied:
            raise refused("AccessDeniedException", operation)
        if alias not in self.holders:
            raise refused("NotFoundException", operation)
        return self.holders[alias]


@dataclass
class Parameters:
    """SSM of every account: values by name."""

    values: dict[str, str] = field(default_factory=dict)
    written: list[Mapping[str, Any]] = field(default_factory=list)

    def get_parameter(self, **request: Any) -> dict[str, Any]:
        """Read a parameter."""
        if request["Name"] not in self.values:
            raise refused("ParameterNotFound", "GetParameter")
        return {"Parameter": {"Name": request["Name"], "Value": self.values[request["Name"]]}}

    def get_parameters(self, **request: Any) -> dict[str, Any]:
        """Read those that are there."""
        names = [name for name in request["Names"] if name in self.values]
        return {"Parameters": [{"Name": name, "Value": self.values[name]} for name in names]}

    def describe_parameters(self, **request: Any) -> dict[str, Any]:
        """Describe a parameter."""
        [only] = request["ParameterFilters"]
        return {"Parameters": [{"Name": only["Values"][0], "Description": "Public keys."}]}

    def put_parameter(self, **request: Any) -> dict[str, Any]:
        """Write a parameter."""
        self.written.append(request)
        self.values[request["Name"]] = request["Value"]
        return {"Version": len(self.written) + 1}


@dataclass
class Run:
    """One execution: its actions with their status and what they handed on."""

    package_arn: str
    actions: list[tuple[str, str, str, Mapping[str, bytes]]]
    status: str = "InProgress"
    reason: str | None = None
    started: datetime = STARTED


@dataclass
class Pipelines:
    """CodePipeline with one pipeline; the last of its runs may wait at the gate."""

    objects: Objects
    runs: dict[str, Run] = field(default_factory=dict)
    waits: str | None = None
    # The stage of the gate at which it waits.
    gate: str = "Approve"
    answers: list[dict[str, Any]] = field(default_factory=list)
    # Executions of the rollback pipeline, which lies beside it.
    backs: dict[str, Run] = field(default_factory=dict)
    started: list[dict[str, Any]] = field(default_factory=list)
    # What a rollback becomes once it is started, and how the pipeline refuses to start one.
    becomes: Callable[[], Run] = field(default=lambda: Run("none", []))
    unstartable: str | None = None

    def start_pipeline_execution(self, **request: Any) -> dict[str, Any]:
        """Start a rollback, and nothing else."""
        assert request["name"].endswith("-rollback")
        if self.unstartable is not None:
            raise refused(self.unstartable, "StartPipelineExecution")
        self.started.append(request)
        execution = f"rollback-{len(self.started)}"
        self.backs[execution] = self.becomes()
        return {"pipelineExecutionId": execution}

    def _of(self, request: Mapping[str, Any]) -> dict[str, Run]:
        return self.backs if request["pipelineName"].endswith("-rollback") else self.runs

    def get_paginator(self, operation: str) -> Any:
        """List executions, the latest first, or the actions of one."""
        pipelines = self

        class Listing:
            def paginate(self, **request: Any) -> Iterator[dict[str, Any]]:
                if operation == "list_pipeline_executions":
                    found = [
                        {"pipelineExecutionId": name, "startTime": run.started}
                        for name, run in reversed(pipelines._of(request).items())
                    ]
                    yield {"pipelineExecutionSummaries": found}
                else:
                    execution = request["filter"]["pipelineExecutionId"]
                    yield {"actionExecutionDetails": pipelines.actions(execution, request)}

        return Listing()

    def actions(self, execution: str, request: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Give the actions of an execution, and keep what they handed on as artefacts."""
        found, run = [], self._of(request)[execution]
        for place, (name, artifact, status, files) in enumerate(run.actions):
            stage, _, action = name.partition("/")
            at = run.started + timedelta(minutes=place)
            key = f"promotion/{artifact}/{execution}"
            self.objects.kept[f"artifacts/{key}"] = _zipped(files)
            handed_on = {"name": artifact, "s3location": {"bucket": "artifacts", "key": key}}
            found.append(
                {
                    "stageName": stage,
                    "actionName": action,
                    "status": status,
                    "startTime": at,
                    "lastUpdateTime": at,
                    "output": {"outputArtifacts": [handed_on] if status == "Succeeded" else []},
                }
            )
        return found

    def get_pipeline_execution(self, **request: Any) -> dict[str, Any]:
        """Read an execution."""
        run = self._of(request)[request["pipelineExecutionId"]]
        variables = [{"name": "PackageArn", "resolvedValue": run.package_arn}]
        found = {"status": run.status, "variables": variables, "statusSummary": run.reason}
        return {"pipelineExecution": found}

    def get_pipeline_state(self, **_request: Any) -> dict[str, Any]:
        """Tell what waits at the gate."""
        if self.waits is None:
            return {"stageStates": []}
        waiting = {"status": "InProgress", "token": "token"}
        action = {"actionName": "Approve", "latestExecution": waiting}
        stage = {
            "stageName": self.gate,
            "latestExecution": {"pipelineExecutionId": self.waits},
            "actionStates": [action],
        }
        return {"stageStates": [stage]}

    def put_approval_result(self, **request: Any) -> dict[str, Any]:
        """Take an answer at the gate."""
        assert (request["stageName"], request["actionName"]) == (self.gate, "Approve")
        self.answers.append(request["result"])
        self.waits = None
        return {}


def _zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()
