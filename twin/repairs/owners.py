"""Lets a request act in the account that owns what it names.

moto 5.2.5 acts in the caller's account, whatever account the ARN, registry or bucket belongs to.
Who may do so is no question of this module.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from moto.kms.models import kms_backends
from moto.s3.models import s3_backends

from twin.call import Call
from twin.errors import ServiceError
from twin.registry import Registry
from twin.twin import Twin

_ACCOUNT = re.compile(r"arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:(\d{12}):")
_QUEUE = re.compile(r"/(\d{12})/[^/]+/?$")

# Parameters that may name a resource of another account by its ARN.
_ARN_PARAMETERS = {
    "events": ("EventBusName",),
    "kms": ("KeyId", "TargetKeyId"),
    "lambda": ("FunctionName",),
    "sagemaker": ("ModelPackageName", "ModelPackageGroupName"),
    "secretsmanager": ("SecretId",),
    "sns": ("TopicArn", "TargetArn"),
}


def register(registry: Registry) -> None:
    """Put what tells owners into the registry."""
    registry.owns("s3")(_bucket_owner)
    registry.owns("ecr")(lambda _twin, call: call.parameters.get("registryId"))
    registry.owns("codeartifact")(lambda _twin, call: call.parameters.get("domainOwner"))
    registry.owns("sqs")(_queue_owner)
    for service, names in _ARN_PARAMETERS.items():
        registry.owns(service)(_by_arn(names))
    registry.owns("kms")(_key_owner)


def _by_arn(names: tuple[str, ...]) -> Callable[[Twin, Call], str | None]:
    def owner(_twin: Twin, call: Call) -> str | None:
        for name in names:
            found = _ACCOUNT.match(str(call.parameters.get(name) or ""))
            if found is not None:
                return found.group(1)
        return None

    return owner


def _queue_owner(_twin: Twin, call: Call) -> str | None:
    named = call.parameters.get("QueueOwnerAWSAccountId")
    if named:
        return str(named)
    # https://sqs.<region>.amazonaws.com/<account>/<name>
    found = _QUEUE.search(str(call.parameters.get("QueueUrl") or ""))
    return found.group(1) if found is not None else None


def _key_owner(twin: Twin, call: Call) -> str | None:
    blob = call.parameters.get("CiphertextBlob")
    if blob and not call.parameters.get("KeyId"):
        # moto begins a ciphertext with the identifier of its key.
        key_id = bytes(blob)[:36].decode(errors="replace")
        for account_id, regions in list(kms_backends.items()):
            if key_id in regions[call.region].keys:
                return str(account_id)
    return _by_arn(_ARN_PARAMETERS["kms"])(twin, call)


def _bucket_owner(_twin: Twin, call: Call) -> str | None:
    if call.operation == "CreateBucket":
        return None
    found = s3_backends.bucket_accounts.get(str(call.parameters.get("Bucket") or ""))
    owner = None if found is None else str(found[1])
    expected = call.parameters.get("ExpectedBucketOwner")
    if owner is not None and expected not in (None, owner):
        raise ServiceError("AccessDenied", "Access Denied", 403)
    return owner
