"""IAM Access Analyzer: analyzers are held and never find anything.

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/Welcome.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twin.call import Call
from twin.errors import ServiceError
from twin.registry import Registry
from twin.table import Record, Table
from twin.twin import Twin

_KIND = "accessanalyzer/Analyzer"
_UNUSED_DAYS = 90


def register(registry: Registry) -> None:
    """Put the operations on analyzers into the registry."""
    for operation, answer in (
        ("CreateAnalyzer", create),
        ("GetAnalyzer", get),
        ("UpdateAnalyzer", update),
        ("DeleteAnalyzer", delete),
        ("ListAnalyzers", list_all),
        ("TagResource", tag),
        ("UntagResource", untag),
        ("ListTagsForResource", list_tags),
    ):
        registry.answers("accessanalyzer", operation)(answer)


def create(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Make an analyzer; AWS allows one of each name."""
    given = call.parameters
    name = str(given["analyzerName"])
    arn = f"arn:aws:access-analyzer:{call.region}:{call.account_id}:analyzer/{name}"
    configuration = given.get("configuration") or {}
    if "UNUSED_ACCESS" in given["type"]:
        unused = {"unusedAccessAge": _UNUSED_DAYS, **configuration.get("unusedAccess", {})}
        configuration = {**configuration, "unusedAccess": unused}
    record: Record = {
        "arn": arn,
        "name": name,
        "type": given["type"],
        "createdAt": twin.now(),
        "tags": dict(given.get("tags") or {}),
        "status": "ACTIVE",
    }
    if configuration:
        # A union: none of its members is no configuration.
        record["configuration"] = configuration
    if not _table(twin, call).add(name, record):
        raise ServiceError("ConflictException", f"An analyzer named {name} already exists.", 409)
    return {"arn": arn}


def get(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Return an analyzer."""
    return {"analyzer": _found(twin, call, str(call.parameters["analyzerName"]))}


def update(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Change the configuration of an analyzer."""
    name = str(call.parameters["analyzerName"])
    _found(twin, call, name)
    configuration = call.parameters.get("configuration") or {}
    _table(twin, call).change(name, lambda record: record.update(configuration=configuration))
    return {"configuration": configuration}


def delete(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Remove an analyzer."""
    name = str(call.parameters["analyzerName"])
    _found(twin, call, name)
    _table(twin, call).pop(name)
    return {}


def list_all(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Return all analyzers, or those of one type."""
    wanted = call.parameters.get("type")
    records = _table(twin, call).values()
    return {"analyzers": [one for one in records if wanted in (None, one["type"])]}


def tag(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Add tags to an analyzer."""
    name = _tagged(twin, call)
    tags = call.parameters.get("tags") or {}
    _table(twin, call).change(name, lambda record: record["tags"].update(tags))
    return {}


def untag(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Remove tags of an analyzer."""
    name = _tagged(twin, call)
    removed = set(call.parameters.get("tagKeys") or [])

    def change(record: Record) -> None:
        record["tags"] = {k: v for k, v in record["tags"].items() if k not in removed}

    _table(twin, call).change(name, change)
    return {}


def list_tags(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Return the tags of an analyzer."""
    return {"tags": _found(twin, call, _tagged(twin, call))["tags"]}


def _tagged(twin: Twin, call: Call) -> str:
    name = str(call.parameters["resourceArn"]).rsplit("/", 1)[-1]
    _found(twin, call, name)
    return name


def _table(twin: Twin, call: Call) -> Table:
    return twin.table(_KIND, call.account_id, call.region)


def _found(twin: Twin, call: Call, name: str) -> Record:
    record = _table(twin, call).get(name)
    if record is None:
        raise ServiceError("ResourceNotFoundException", f"No analyzer named {name} exists.", 404)
    return record
