"""CodeArtifact domains and repositories with their policies, which moto 5.2.5 lacks altogether.

They are held as they were sent. No package is kept, and no token given: a request for either is
refused as unknown.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from moto.core.utils import get_service_model

from twin.call import Call
from twin.declared.derived import find
from twin.declared.resource_type import ResourceType, Wording
from twin.errors import ServiceError
from twin.registry import Answer, Registry
from twin.table import Record
from twin.twin import Twin

_SERVICE = "codeartifact"
_CONNECTIONS = {"public:npmjs": "npm", "public:pypi": "pypi", "public:maven-central": "maven"}
_TIMES = ("createdTime", "_modified")


def _domain(_twin: Twin, call: Call, record: Record) -> Record:
    region, owner = call.region, call.account_id
    return {
        "name": record["domain"],
        "owner": owner,
        "status": "Active",
        "assetSizeBytes": 0,
        "encryptionKey": record.get("encryptionKey")
        or f"arn:aws:kms:{region}:{owner}:alias/aws/codeartifact",
        "s3BucketArn": f"arn:aws:s3:::assets-{secrets.randbelow(10**12):012d}-{region}",
    }


def _domain_holds(twin: Twin, call: Call, record: Record) -> None:
    if _repositories_of(twin, call, record["name"]):
        raise ServiceError(
            "ConflictException",
            f"Domain '{record['name']}' cannot be deleted: it still has repositories.",
            409,
        )


def _repositories_of(twin: Twin, call: Call, domain: str) -> list[Record]:
    held = twin.table(REPOSITORY.kind, call.account_id, call.region).values()
    return [repository for repository in held if repository["domainName"] == domain]


def _repository(_twin: Twin, call: Call, record: Record) -> Record:
    return {
        "name": record["repository"],
        "administratorAccount": call.account_id,
        "domainName": record["domain"],
        "domainOwner": call.account_id,
        "upstreams": record.get("upstreams") or [],
        "externalConnections": [],
    }


def _repository_refuses(twin: Twin, call: Call, record: Record) -> None:
    find(twin, call, DOMAIN, record)
    for upstream in record.get("upstreams") or ():
        wanted = {"domain": record["domain"], "repository": upstream["repositoryName"]}
        find(twin, call, REPOSITORY, wanted)


def _is_no_upstream(twin: Twin, call: Call, record: Record) -> None:
    for other in _repositories_of(twin, call, record["domainName"]):
        if any(up["repositoryName"] == record["name"] for up in other["upstreams"]):
            raise ServiceError(
                "ConflictException",
                f"Repository '{record['name']}' is an upstream of '{other['name']}'.",
                409,
            )


DOMAIN = ResourceType(
    service=_SERVICE,
    noun="Domain",
    key=("domain",),
    arn="domain/{domain}",
    arn_field="arn",
    times=_TIMES,
    member="domain",
    # A description counts the repositories; see below.
    operations={"describe": ""},
    missing=Wording("ResourceNotFoundException", "Domain '{name}' not found.", 404),
    exists=Wording("ConflictException", "Domain '{name}' already exists.", 409),
    computed=_domain,
    holds=_domain_holds,
)
REPOSITORY = ResourceType(
    service=_SERVICE,
    noun="Repository",
    key=("domain", "repository"),
    arn="repository/{domain}/{repository}",
    arn_field="arn",
    times=_TIMES,
    member="repository",
    missing=Wording("ResourceNotFoundException", "Repository not found: '{name}'.", 404),
    exists=Wording("ConflictException", "Repository '{name}' already exists.", 409),
    computed=_repository,
    refuses=_repository_refuses,
    holds=_is_no_upstream,
)
TYPES = (DOMAIN, REPOSITORY)


def register(registry: Registry) -> None:
    """Put what cannot be derived into the registry: policies, connections, tags, addresses."""
    registry.answers(_SERVICE, "DescribeDomain")(_describe_domain)
    registry.answers(_SERVICE, "AssociateExternalConnection")(_connect)
    registry.answers(_SERVICE, "DisassociateExternalConnection")(_disconnect)
    registry.answers(_SERVICE, "GetRepositoryEndpoint")(_endpoint)
    for operation in ("ListTagsForResource", "TagResource", "UntagResource"):
        registry.answers(_SERVICE, operation)(_tags)
    for resource in TYPES:
        registry.answers(_SERVICE, f"Put{resource.noun}PermissionsPolicy")(_putting(resource))
        registry.answers(_SERVICE, f"Get{resource.noun}PermissionsPolicy")(_getting(resource))
        registry.answers(_SERVICE, f"Delete{resource.noun}PermissionsPolicy")(_deleting(resource))
    # moto has no such service to which the rest could go.
    for operation in get_service_model(_SERVICE).operation_names:
        if registry.answer_of(_SERVICE, operation) is None:
            registry.answers(_SERVICE, operation)(_refuse)


def _refuse(_twin: Twin, call: Call) -> None:
    raise ServiceError(
        "UnknownOperationException", f"The twin does not model codeartifact:{call.operation}", 400
    )


def _describe_domain(twin: Twin, call: Call) -> Mapping[str, Any]:
    record = find(twin, call, DOMAIN, call.parameters)
    count = len(_repositories_of(twin, call, record["name"]))
    return {"domain": {**record, "repositoryCount": count}}


def _connect(twin: Twin, call: Call) -> Mapping[str, Any]:
    name = str(call.parameters["externalConnection"])
    if name not in _CONNECTIONS:
        raise ServiceError("ValidationException", f"External connection {name} is unknown.", 400)
    connection = {
        "externalConnectionName": name,
        "packageFormat": _CONNECTIONS[name],
        "status": "Available",
    }
    return _change_connections(twin, call, [connection])


def _disconnect(twin: Twin, call: Call) -> Mapping[str, Any]:
    return _change_connections(twin, call, [])


def _change_connections(twin: Twin, call: Call, wanted: list[Record]) -> Mapping[str, Any]:
    find(twin, call, REPOSITORY, call.parameters)
    changed = twin.table(REPOSITORY.kind, call.account_id, call.region).change(
        REPOSITORY.name_of(call.parameters),
        lambda record: record.update(externalConnections=wanted),
    )
    return {"repository": changed}


def _endpoint(twin: Twin, call: Call) -> Mapping[str, Any]:
    record = find(twin, call, REPOSITORY, call.parameters)
    host = f"{record['domainName']}-{call.account_id}.d.codeartifact.{call.region}.amazonaws.com"
    return {"repositoryEndpoint": f"https://{host}/{call.parameters['format']}/{record['name']}/"}


def _putting(resource: ResourceType) -> Answer:
    def put(twin: Twin, call: Call) -> Mapping[str, Any]:
        arn = find(twin, call, resource, call.parameters)["arn"]
        text = str(call.parameters["policyDocument"])
        try:
            json.loads(text)
        except ValueError as error:
            raise ServiceError("ValidationException", f"Invalid policy: {error}", 400) from error
        revision = hashlib.sha256(text.encode()).hexdigest()[:32]
        policy = {"resourceArn": arn, "revision": revision, "document": text}
        _hold_policy(twin, call, resource, policy)
        return {"policy": policy}

    return put


def _getting(resource: ResourceType) -> Answer:
    return lambda twin, call: {"policy": _policy(twin, call, resource)}


def _deleting(resource: ResourceType) -> Answer:
    def delete(twin: Twin, call: Call) -> Mapping[str, Any]:
        policy = _policy(twin, call, resource)
        _hold_policy(twin, call, resource, None)
        return {"policy": policy}

    return delete


def _hold_policy(twin: Twin, call: Call, resource: ResourceType, policy: Record | None) -> None:
    """Keep the policy in the record, so that it goes with it."""
    table = twin.table(resource.kind, call.account_id, call.region)
    table.change(resource.name_of(call.parameters), lambda record: record.update(_policy=policy))


def _policy(twin: Twin, call: Call, resource: ResourceType) -> Record:
    record = find(twin, call, resource, call.parameters)
    policy: Record | None = record.get("_policy")
    if policy is None:
        raise ServiceError(
            "ResourceNotFoundException", f"{record['arn']} has no resource policy.", 404
        )
    return policy


def _tags(twin: Twin, call: Call) -> Mapping[str, Any]:
    arn = str(call.parameters["resourceArn"])
    name = arn.rpartition(":")[2].partition("/")[2]
    for resource in TYPES:
        table = twin.table(resource.kind, call.account_id, call.region)
        record = table.get(name)
        if record is not None and record["arn"] == arn:
            tags = {tag["key"]: tag["value"] for tag in record.get("tags") or ()}
            tags |= {tag["key"]: tag["value"] for tag in call.parameters.get("tags") or ()}
            for key in call.parameters.get("tagKeys") or ():
                tags.pop(key, None)
            kept = [{"key": key, "value": value} for key, value in tags.items()]
            table.put(name, {**record, "tags": kept})
            return {"tags": kept}
    raise ServiceError("ResourceNotFoundException", f"{arn} does not exist.", 404)
