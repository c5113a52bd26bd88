"""Query logs of Route 53 Resolver, and the tags of everything that the twin holds of it.

moto 5.2.5 has neither the end of a query log configuration or of its association, nor tags of
them. No question is written down: nothing resolves names through the twin.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.logs.models import logs_backends

from twin.call import Call, Forward, Response
from twin.declared import resolver_firewall
from twin.declared.derived import find
from twin.declared.resolver_firewall import TIMES, identified, require_network
from twin.declared.resource_type import ResourceType, Wording
from twin.errors import ServiceError
from twin.registry import Registry
from twin.table import Record
from twin.twin import Twin

_SERVICE = "route53resolver"
_MISSING = Wording("ResourceNotFoundException", "[RSLVR-01200] {noun} {name} does not exist.")
_EXISTS = Wording("ResourceExistsException", "[RSLVR-01201] {noun} {name} already exists.")


def _destination_exists(_twin: Twin, call: Call, record: Record) -> None:
    kind, _, name = str(record["DestinationArn"]).removesuffix(":*").partition(":log-group:")
    groups = logs_backends[call.account_id][call.region].groups
    if kind.startswith("arn:aws:logs:") and name not in groups:
        raise ServiceError(
            "InvalidRequestException",
            f"[RSLVR-01202] The log group {name} does not exist.",
            400,
        )


def _is_not_associated(twin: Twin, call: Call, record: Record) -> None:
    if any(found["ResolverQueryLogConfigId"] == record["Id"] for found in _held(twin, call)):
        raise ServiceError(
            "InvalidRequestException",
            f"[RSLVR-01203] {record['Id']} is associated with a network.",
            400,
        )


def _can_associate(twin: Twin, call: Call, record: Record) -> None:
    find(twin, call, CONFIG, record)
    require_network(call, str(record["ResourceId"]))


def _held(twin: Twin, call: Call) -> list[Record]:
    return twin.table(ASSOCIATION.kind, call.account_id, call.region).values()


CONFIG = ResourceType(
    service=_SERVICE,
    noun="ResolverQueryLogConfig",
    key=("ResolverQueryLogConfigId",),
    arn="resolver-query-log-config/{ResolverQueryLogConfigId}",
    arn_field="Arn",
    times=TIMES,
    member="ResolverQueryLogConfig",
    operations={"describe": "GetResolverQueryLogConfig"},
    missing=_MISSING,
    exists=_EXISTS,
    computed=identified(
        "rqlc",
        "ResolverQueryLogConfigId",
        {"Status": "CREATED", "ShareStatus": "NOT_SHARED", "AssociationCount": 0},
    ),
    refuses=_destination_exists,
    holds=_is_not_associated,
)
ASSOCIATION = ResourceType(
    service=_SERVICE,
    noun="ResolverQueryLogConfigAssociation",
    key=("ResolverQueryLogConfigAssociationId",),
    arn="resolver-query-log-config-association/{ResolverQueryLogConfigAssociationId}",
    times=TIMES,
    member="ResolverQueryLogConfigAssociation",
    # It ends by the names of its two ends; see below.
    operations={
        "create": "AssociateResolverQueryLogConfig",
        "describe": "GetResolverQueryLogConfigAssociation",
        "delete": "",
    },
    missing=_MISSING,
    exists=_EXISTS,
    computed=identified("rqlca", "ResolverQueryLogConfigAssociationId", {"Status": "ACTIVE"}),
    refuses=_can_associate,
)
TYPES = (CONFIG, ASSOCIATION)


def register(registry: Registry) -> None:
    """Put the end of an association, and tags, into the registry."""
    registry.answers(_SERVICE, "DisassociateResolverQueryLogConfig")(_disassociate)
    for operation in ("ListTagsForResource", "TagResource", "UntagResource"):
        registry.wraps(_SERVICE, operation)(_tags)


def _disassociate(twin: Twin, call: Call) -> Mapping[str, Any]:
    wanted = [call.parameters[member] for member in ("ResolverQueryLogConfigId", "ResourceId")]
    for found in _held(twin, call):
        if [found["ResolverQueryLogConfigId"], found["ResourceId"]] == wanted:
            twin.table(ASSOCIATION.kind, call.account_id, call.region).pop(found["Id"])
            return {"ResolverQueryLogConfigAssociation": {**found, "Status": "DELETING"}}
    raise _MISSING.error({"noun": ASSOCIATION.noun, "name": "/".join(wanted)})


def _tags(twin: Twin, call: Call, forward: Forward) -> Response | Mapping[str, Any]:
    """Answer for what the twin holds; the rest of the service is moto's."""
    arn = str(call.parameters["ResourceArn"])
    for resource in (*resolver_firewall.TYPES, *TYPES):
        table = twin.table(resource.kind, call.account_id, call.region)
        record = table.get(arn.rsplit("/", 1)[-1])
        if record is not None and record[resource.arn_member] == arn:
            tags = {tag["Key"]: tag["Value"] for tag in record.get("Tags") or ()}
            tags |= {tag["Key"]: tag["Value"] for tag in call.parameters.get("Tags") or ()}
            for key in call.parameters.get("TagKeys") or ():
                tags.pop(key, None)
            kept = [{"Key": key, "Value": value} for key, value in tags.items()]
            table.put(record["Id"], {**record, "Tags": kept})
            return {"Tags": kept}
    return forward()
