"""CodePipeline pipelines: their structure, versions and tags.

moto 5.2.5 refuses a role whose trust policy has more than one service, or any without one, and
forgets V2's variables, triggers and conditions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.core.utils import get_service_model

from twin import trust
from twin.call import Call
from twin.declared.derived import require
from twin.errors import ServiceError
from twin.registry import Registry
from twin.table import Record, Table
from twin.twin import Twin

_KIND = "codepipeline/Pipeline"


def register(registry: Registry) -> None:
    """Put the operations on pipelines themselves into the registry."""
    for operation, answer in (
        ("CreatePipeline", _create),
        ("GetPipeline", _get),
        ("UpdatePipeline", _update),
        ("DeletePipeline", _delete),
        ("ListPipelines", _list),
        ("ListTagsForResource", _list_tags),
        ("TagResource", _tag),
        ("UntagResource", _untag),
    ):
        registry.answers("codepipeline", operation)(answer)


def _create(twin: Twin, call: Call) -> Mapping[str, Any]:
    pipeline = _checked(call)
    pipeline["version"] = 1
    name, now = str(pipeline["name"]), twin.now()
    tags = {tag["key"]: tag["value"] for tag in call.parameters.get("tags") or ()}
    record: Record = {
        "pipeline": pipeline,
        "metadata": {"pipelineArn": _arn(call, name), "created": now, "updated": now},
        "tags": tags,
        "history": {"1": pipeline},
    }
    if not _table(twin, call).add(name, record):
        raise ServiceError(
            "PipelineNameInUseException",
            f"A pipeline with the name '{name}' already exists in account '{call.account_id}'",
            400,
        )
    return {"pipeline": pipeline, "tags": _tag_list(tags)}


def _get(twin: Twin, call: Call) -> Mapping[str, Any]:
    name, version = str(call.parameters["name"]), call.parameters.get("version")
    record = _table(twin, call).get(name)
    if record is None:
        raise ServiceError(
            "PipelineNotFoundException",
            f"Account '{call.account_id}' does not have a pipeline with name '{name}'",
            400,
        )
    if version is None:
        return record
    if str(version) not in record["history"]:
        raise ServiceError(
            "PipelineVersionNotFoundException",
            f"Pipeline '{name}' does not have a version {version}",
            400,
        )
    return {"pipeline": record["history"][str(version)], "metadata": record["metadata"]}


def _update(twin: Twin, call: Call) -> Mapping[str, Any]:
    pipeline = _checked(call)
    name = str(pipeline["name"])

    def change(record: Record) -> None:
        pipeline["version"] = record["pipeline"]["version"] + 1
        record["pipeline"] = pipeline
        record["history"][str(pipeline["version"])] = pipeline
        record["metadata"]["updated"] = twin.now()

    if _table(twin, call).change(name, change) is None:
        # In UpdatePipeline the service does not know its own PipelineNotFoundException.
        raise ServiceError(
            "InvalidStructureException",
            f"The account with id '{call.account_id}' does not include a pipeline with the name "
            f"'{name}'",
            400,
        )
    return {"pipeline": pipeline}


def _delete(twin: Twin, call: Call) -> Mapping[str, Any]:
    # Deleting what is not there is no error.
    _table(twin, call).pop(str(call.parameters["name"]))
    return {}


def _list(twin: Twin, call: Call) -> Mapping[str, Any]:
    return {
        "pipelines": [
            {
                "name": name,
                "version": record["pipeline"]["version"],
                "pipelineType": record["pipeline"]["pipelineType"],
                "executionMode": record["pipeline"]["executionMode"],
                "created": record["metadata"]["created"],
                "updated": record["metadata"]["updated"],
            }
            for name, record in sorted(_table(twin, call).items())
        ]
    }


def _list_tags(twin: Twin, call: Call) -> Mapping[str, Any]:
    record = _table(twin, call).get(_tagged_name(call))
    if record is None:
        raise _not_tagged(call)
    return {"tags": _tag_list(record["tags"])}


def _tag(twin: Twin, call: Call) -> Mapping[str, Any]:
    added = {tag["key"]: tag["value"] for tag in call.parameters["tags"]}
    if _table(twin, call).change(_tagged_name(call), lambda r: r["tags"].update(added)) is None:
        raise _not_tagged(call)
    return {}


def _untag(twin: Twin, call: Call) -> Mapping[str, Any]:
    def change(record: Record) -> None:
        for key in call.parameters["tagKeys"]:
            record["tags"].pop(key, None)

    if _table(twin, call).change(_tagged_name(call), change) is None:
        raise _not_tagged(call)
    return {}


def _checked(call: Call) -> Record:
    """Return the pipeline's structure with the service's defaults, or refuse it."""
    model = get_service_model("codepipeline").operation_model(call.operation)
    require(call.parameters, model.input_shape)
    pipeline: Record = dict(call.parameters["pipeline"])
    pipeline.setdefault("pipelineType", "V1")
    pipeline.setdefault("executionMode", "SUPERSEDED")
    if len(pipeline["stages"]) < 2:
        raise ServiceError(
            "InvalidStructureException",
            f"Pipeline has only {len(pipeline['stages'])} stage(s). There should be a minimum of 2 "
            "stages in a pipeline",
            400,
        )
    for stage in pipeline["stages"]:
        for action in stage["actions"]:
            action.setdefault("runOrder", 1)
            for member in ("inputArtifacts", "outputArtifacts", "configuration"):
                action.setdefault(member, {} if member == "configuration" else [])
    _require_role(str(pipeline["roleArn"]))
    return pipeline


def _require_role(role_arn: str) -> None:
    policy = trust.policy_of(role_arn)
    # Conditions on the source are met only by a pipeline that exists: look at the service alone.
    if policy is None or not trust.names_service(
        policy, "codepipeline.amazonaws.com", trust.ASSUME_ROLE
    ):
        raise ServiceError(
            "InvalidStructureException",
            f"CodePipeline is not authorized to perform AssumeRole on role {role_arn}",
            400,
        )


def _tagged_name(call: Call) -> str:
    return str(call.parameters["resourceArn"]).rsplit(":", 1)[-1]


def _not_tagged(call: Call) -> ServiceError:
    return ServiceError(
        "ResourceNotFoundException",
        f"The account with id '{call.account_id}' does not include a pipeline with the name "
        f"'{_tagged_name(call)}'",
        400,
    )


def _tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in sorted(tags.items())]


def _arn(call: Call, name: str) -> str:
    return f"arn:aws:codepipeline:{call.region}:{call.account_id}:{name}"


def _table(twin: Twin, call: Call) -> Table:
    return twin.table(_KIND, call.account_id, call.region)
