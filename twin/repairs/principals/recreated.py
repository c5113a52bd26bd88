"""Leaves the unique id of a deleted role or user in the policies that named it.

AWS keeps principals by their ids and shows ARNs: when a principal is gone, its id is what is
left, and a new one of the same name is somebody else. moto 5.2.5 keeps the ARN.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from moto.ecr.models import ecr_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from twin.call import Call, Forward, Response
from twin.registry import Registry
from twin.twin import Twin


@dataclass(frozen=True)
class _Held:
    """A policy that something holds, and how to put another in its place."""

    text: str
    put: Callable[[str], None]


# Tables of the twin whose records have a policy, by the members in which it is.
_TABLES = {
    "s3/BucketPolicy": ("Policy",),
    "sagemaker/ModelPackageGroupPolicy": ("ResourcePolicy",),
    "codeartifact/Domain": ("_policy", "document"),
    "codeartifact/Repository": ("_policy", "document"),
}


def register(registry: Registry) -> None:
    """Put the replacement around the end of roles and users."""
    registry.wraps("iam", "DeleteRole")(_ending("roles", "RoleName"))
    registry.wraps("iam", "DeleteUser")(_ending("users", "UserName"))


def _ending(entities: str, parameter: str) -> Callable[[Twin, Call, Forward], Response]:
    def end(twin: Twin, call: Call, forward: Forward) -> Response:
        backend = iam_backends[call.account_id]["aws"]
        name = call.parameters.get(parameter)
        found = [e for e in list(getattr(backend, entities).values()) if e.name == name]
        response = forward()
        if response.ok and found:
            _replace(twin, str(found[0].arn), str(found[0].id))
        return response

    return end


def _replace(twin: Twin, arn: str, unique_id: str) -> None:
    for held in _all_held(twin):
        # Most policies do not have the name: a look at the text spares the reading.
        if arn not in held.text:
            continue
        document = json.loads(held.text)
        if _in_document(document, arn, unique_id):
            held.put(json.dumps(document))


def _in_document(document: Any, arn: str, unique_id: str) -> bool:
    changed = False
    listed = document.get("Statement", [])
    for statement in listed if isinstance(listed, list) else [listed]:
        for member in ("Principal", "NotPrincipal"):
            principal = statement.get(member)
            names = principal.get("AWS") if isinstance(principal, dict) else None
            if names == arn:
                principal["AWS"] = unique_id
                changed = True
            elif isinstance(names, list) and arn in names:
                principal["AWS"] = [unique_id if name == arn else name for name in names]
                changed = True
    return changed


def _all_held(twin: Twin) -> Iterator[_Held]:
    for backend in _backends(iam_backends):
        for role in list(backend.roles.values()):
            yield _attribute(role, "assume_role_policy_document")
    for backend in _backends(kms_backends):
        for key in list(backend.keys.values()):
            yield _attribute(key, "policy")
    for backend in _backends(sns_backends):
        for topic in list(backend.topics.values()):
            yield _attribute(topic, "policy")
    for backend in _backends(sqs_backends):
        for queue in list(backend.queues.values()):
            yield _attribute(queue, "policy")
    for backend in _backends(ecr_backends):
        for repository in list(backend.repositories.values()):
            yield _attribute(repository, "policy")
    for backend in _backends(secretsmanager_backends):
        for secret in list(backend.secrets.values()):
            yield _attribute(secret, "policy")
    for kind, members in _TABLES.items():
        for _, _, table in twin.tables.everywhere(kind):
            for name, record in table.items():
                yield _in_table(table, name, record, members)


def _backends(services: Any) -> Iterator[Any]:
    for regions in list(dict.values(services)):
        yield from list(dict.values(regions))


def _attribute(holder: Any, name: str) -> _Held:
    text = getattr(holder, name, None)
    return _Held(text if isinstance(text, str) else "", lambda new: setattr(holder, name, new))


def _in_table(table: Any, name: str, record: Any, members: tuple[str, ...]) -> _Held:
    *path, last = members

    def at(root: Any) -> Any:
        for member in path:
            root = root.get(member) or {}
        return root

    def put(new: str) -> None:
        table.change(name, lambda current: at(current).__setitem__(last, new))

    return _Held(str(at(record).get(last) or ""), put)
