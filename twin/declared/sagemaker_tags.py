"""Tags of every SageMaker resource, whoever holds it: kept by ARN, taken over at creation.

moto 5.2.5 holds tags with each resource and forgets them for some; engines and declarations
would each have to hold their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from twin.call import Call, Forward, Response
from twin.registry import Registry
from twin.table import Record, Table
from twin.twin import Twin

_KIND = "sagemaker/Tags"


def register(registry: Registry) -> None:
    """Put the tag operations and the keeping of tags at creation into the registry."""
    registry.answers("sagemaker", "AddTags")(_add)
    registry.answers("sagemaker", "ListTags")(_list)
    registry.answers("sagemaker", "DeleteTags")(_delete)
    registry.wraps("sagemaker", "*")(_keep_at_creation)


def _add(twin: Twin, call: Call) -> Mapping[str, Any]:
    arn = str(call.parameters["ResourceArn"])
    table = _table(twin, call, arn)
    table.add(arn, {})
    table.change(arn, lambda held: held.update(_as_record(call.parameters["Tags"])))
    return {"Tags": _as_list(table.get(arn))}


def _list(twin: Twin, call: Call) -> Mapping[str, Any]:
    arn = str(call.parameters["ResourceArn"])
    return {"Tags": _as_list(_table(twin, call, arn).get(arn))}


def _delete(twin: Twin, call: Call) -> Mapping[str, Any]:
    arn = str(call.parameters["ResourceArn"])

    def remove(held: Record) -> None:
        for key in call.parameters["TagKeys"]:
            held.pop(key, None)

    _table(twin, call, arn).change(arn, remove)
    return {}


def _keep_at_creation(twin: Twin, call: Call, forward: Forward) -> Response:
    response = forward()
    if response.ok and call.operation.startswith("Create"):
        arn = _created_arn(response.body)
        if arn is not None:
            # What an earlier resource of this name was tagged with is gone with it.
            _table(twin, call, arn).put(arn, _as_record(call.parameters.get("Tags") or ()))
    return response


def _created_arn(body: bytes) -> str | None:
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    arns = (value for key, value in answer.items() if key.endswith("Arn"))
    return next((arn for arn in arns if isinstance(arn, str)), None)


def _table(twin: Twin, call: Call, arn: str) -> Table:
    parts = arn.split(":")
    account_id = parts[4] if len(parts) > 5 else call.account_id
    return twin.table(_KIND, account_id, call.region)


def _as_record(tags: Iterable[Mapping[str, str]]) -> Record:
    return {tag["Key"]: tag["Value"] for tag in tags}


def _as_list(held: Record | None) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in sorted((held or {}).items())]
