"""Work groups: what they settle for queries, and the update that moto 5.2.5 does not know.

https://docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.athena.models import athena_backends

from twin.call import Call
from twin.engines.athena.failures import invalid
from twin.errors import ServiceError
from twin.registry import Registry
from twin.twin import Twin

_FLAGS = (
    "BytesScannedCutoffPerQuery",
    "EnforceWorkGroupConfiguration",
    "EngineVersion",
    "ExecutionRole",
    "PublishCloudWatchMetricsEnabled",
    "RequesterPaysEnabled",
)
_RESULTS = ("OutputLocation", "EncryptionConfiguration", "ExpectedBucketOwner", "AclConfiguration")


@dataclass(frozen=True)
class Settings:
    """What a work group settles for its queries."""

    name: str
    enforced: bool
    results: Mapping[str, Any]
    most_bytes: int | None
    engine: Mapping[str, str]

    def result_configuration(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return where and how results are kept; raises InvalidRequestException for nowhere."""
        chosen = dict(self.results if self.enforced else {**self.results, **given})
        if not chosen.get("OutputLocation"):
            raise invalid(
                "No output location provided. An output location is required either through the "
                "Workgroup result configuration setting or as an API input."
            )
        return chosen


def register(registry: Registry) -> None:
    """Put the operations of work groups into the registry."""
    registry.answers("athena", "UpdateWorkGroup")(update)
    registry.answers("athena", "ListTagsForResource")(list_tags)


def settings_of(call: Call) -> Settings:
    """Return the settings of the work group that a request names.

    Raises InvalidRequestException where it is not there, or takes no queries.
    """
    group = _group(call, str(call.parameters.get("WorkGroup") or "primary"))
    if group.state != "ENABLED":
        raise invalid(f"WorkGroup {group.name} is disabled.")
    configuration = group.configuration
    limit = configuration.get("BytesScannedCutoffPerQuery")
    return Settings(
        name=group.name,
        enforced=bool(configuration.get("EnforceWorkGroupConfiguration", True)),
        results=configuration.get("ResultConfiguration") or {},
        most_bytes=int(limit) if limit else None,
        engine=configuration["EngineVersion"],
    )


def update(_twin: Twin, call: Call) -> dict[str, Any]:
    """Change a work group.

    https://docs.aws.amazon.com/athena/latest/APIReference/API_UpdateWorkGroup.html
    """
    given = call.parameters
    group = _group(call, str(given["WorkGroup"]))
    if given.get("Description") is not None:
        group.description = given["Description"]
    if given.get("State"):
        group.state = given["State"]
    changes = given.get("ConfigurationUpdates") or {}
    configuration = group.configuration
    for name in _FLAGS:
        if changes.get(name) is not None:
            configuration[name] = changes[name]
    if changes.get("RemoveBytesScannedCutoffPerQuery"):
        configuration.pop("BytesScannedCutoffPerQuery", None)
    results = dict(configuration.get("ResultConfiguration") or {})
    for name in _RESULTS:
        wanted = (changes.get("ResultConfigurationUpdates") or {}).get(name)
        if wanted is not None:
            results[name] = wanted
        if (changes.get("ResultConfigurationUpdates") or {}).get(f"Remove{name}"):
            results.pop(name, None)
    configuration["ResultConfiguration"] = results
    return {}


def list_tags(_twin: Twin, call: Call) -> dict[str, Any]:
    """List tags; moto 5.2.5 takes what has none for what is not there."""
    arn = str(call.parameters["ResourceARN"])
    backend = athena_backends[call.account_id][call.region]
    kind, _, name = arn.rpartition(":")[2].partition("/")
    held = {
        "workgroup": backend.work_groups,
        "datacatalog": backend.data_catalogs,
        "capacity-reservation": backend.capacity_reservations,
    }
    if name not in held.get(kind, {}):
        raise ServiceError("ResourceNotFoundException", f"Resource {arn} was not found.", 400)
    return {"Tags": backend.tagger.list_tags_for_resource(arn).get("Tags", [])}


def _group(call: Call, name: str) -> Any:
    groups = athena_backends[call.account_id][call.region].work_groups
    if name not in groups:
        raise invalid(f"WorkGroup {name} is not found.")
    return groups[name]
