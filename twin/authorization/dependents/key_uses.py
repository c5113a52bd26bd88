"""Uses of a key that a service asks KMS for: in the name of its caller, or as itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from moto.kms.models import kms_backends

from twin.authorization.dependents.dependent import Dependent, by_itself, forwarded
from twin.call import Call
from twin.errors import ServiceError

_AWS_MANAGED = "alias/aws/"


def use(
    call: Call,
    via: str,
    operation: str,
    key: str | None,
    page: str,
    *,
    account_id: str | None = None,
    context: Mapping[str, str] | None = None,
    region: str | None = None,
) -> tuple[Dependent, ...]:
    """Return the use of a key that a service (``s3``) makes with its caller's rights.

    ``key`` is named as in the request: by id, alias or ARN; ``account_id`` says whose key a name
    without an account means. Nothing is asked for without a key, or for the service's own key in
    the account of its caller: the policy of such a key lets everybody of the account use it by way
    of the service (https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html).
    """
    owner = account_id or call.account_id
    where = _region_of(key) or region or call.region
    if not key or _is_own(key, call, owner, where):
        return ()
    parameters: dict[str, Any] = {"KeyId": key}
    if context:
        parameters["EncryptionContext"] = dict(context)
    made = forwarded(call, f"{via}.amazonaws.com", "kms", operation, parameters)
    made = replace(made, region=where, owner_id=_account_of(key) or owner)
    return (Dependent(made, page, keys=_via(call, via, where)),)


def grant(
    call: Call,
    via: str,
    key: str | None,
    page: str,
    *operations: str,
    region: str | None = None,
) -> tuple[Dependent, ...]:
    """Return what it takes that a service may use a key later on: a look at it, and a grant.

    The grant is one for a service's resource, which kms:GrantIsForAWSResource tells:
    https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
    """
    seen = use(call, via, "DescribeKey", key, page, region=region)
    made: list[Dependent] = []
    for one in use(call, via, "CreateGrant", key, page, region=region):
        parameters = {
            **one.call.parameters,
            "GranteePrincipal": f"{via}.amazonaws.com",
            "Operations": list(operations or ("Decrypt", "GenerateDataKey")),
        }
        keys = {**one.keys, "kms:grantisforawsresource": ("true",)}
        made.append(replace(one, call=replace(one.call, parameters=parameters), keys=keys))
    return (*seen, *made)


def by_service(
    call: Call,
    principal: str,
    operation: str,
    key: str,
    page: str,
    *,
    context: Mapping[str, str],
    source_arn: str | None = None,
    error: ServiceError | None = None,
) -> tuple[Dependent, ...]:
    """Return the use of a key that a service makes as its own principal."""
    parameters = {"KeyId": key, "EncryptionContext": dict(context)}
    made = by_itself(call, principal, "kms", operation, parameters, source_arn)
    made = replace(
        made, region=_region_of(key) or call.region, owner_id=_account_of(key) or call.account_id
    )
    return (Dependent(made, page, error=error),)


def _via(call: Call, via: str, region: str) -> dict[str, tuple[str, ...]]:
    # https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
    return {
        "kms:viaservice": (f"{via}.{region}.amazonaws.com",),
        "kms:calleraccount": (call.caller.account_id,),
    }


def _is_own(key: str, call: Call, owner: str, region: str) -> bool:
    """Tell whether a key is one that AWS manages for a service in the caller's account."""
    if (_account_of(key) or owner) != call.caller.account_id:
        return False
    name = key.rpartition(":")[2]
    if name.startswith(_AWS_MANAGED):
        return True
    held = kms_backends[owner][region].keys.get(name.rpartition("/")[2])
    return held is not None and held.key_manager == "AWS"


def _region_of(key: str | None) -> str | None:
    return key.split(":")[3] if key and key.startswith("arn:") else None


def _account_of(key: str) -> str | None:
    return key.split(":")[4] if key.startswith("arn:") else None
