"""KMS: keys behind identifiers, aliases, ARNs and ciphertexts.

https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.kms.models import kms_backends

from twin.authorization.actions import template
from twin.authorization.actions.service import Pair, Service
from twin.authorization.asked import UnknownAction
from twin.authorization.keys.live_state import shelf
from twin.call import Call

if TYPE_CHECKING:
    from twin.twin import Twin

_ARN = "arn:"


def kms() -> Service:
    """Return the table of KMS."""
    return Service(
        "kms",
        kinds={"key": _keys, "alias": _alias},
        entries={
            "CreateKey": _create_key,
            "ReEncrypt": _re_encrypt,
            "ReplicateKey": _replicate,
            "UpdateAlias": _update_alias,
        },
    )


def key_arn(call: Call, name: str) -> str:
    """Return the ARN of the key that an identifier, ARN, alias or ARN of an alias names.

    An alias that does not exist stays an ARN of its own, on which no key policy says anything.
    """
    partition, region, account = template.partition_of(call.region), call.region, call.account_id
    if name.startswith(_ARN):
        parts = name.split(":", 5)
        if len(parts) != 6 or parts[2] != "kms":
            raise UnknownAction(call.service, call.operation, f"no ARN of a key: {name}")
        partition, region, account, name = parts[1], parts[3], parts[4], parts[5]
    else:
        name = name if name.startswith("alias/") else f"key/{name}"
    place = f"arn:{partition}:kms:{region}:{account}"
    if not name.startswith("alias/"):
        return f"{place}:{name}"
    found = key_behind(account, region, name)
    return f"{place}:key/{found}" if found is not None else f"{place}:{name}"


def key_behind(account: str, region: str, alias: str) -> str | None:
    """Return the identifier of the key that an alias stands for, or None where there is none."""
    for key in list(shelf(kms_backends, account, region, "keys").values()):
        if alias in key.aliases:
            return str(key.id)
    return None


def _keys(_twin: Twin, call: Call) -> tuple[str, ...]:
    given = call.parameters
    name = given.get("KeyId") or given.get("TargetKeyId")
    if name:
        return (key_arn(call, str(name)),)
    if given.get("CiphertextBlob"):
        return (_key_of(call, given["CiphertextBlob"]),)
    alias = given.get("AliasName")
    if alias:
        return (key_arn(call, str(alias)),)
    if call.operation == "RetireGrant" and given.get("GrantToken"):
        return (_key_of_grant(call, str(given["GrantToken"])),)
    return ()


def _key_of(call: Call, blob: Any) -> str:
    # moto begins a ciphertext with the identifier of its key, in the account that owns it.
    key_id = bytes(blob)[:36].decode(errors="replace") if isinstance(blob, bytes) else ""
    return key_arn(call, key_id or template.ANY)


def _key_of_grant(call: Call, token: str) -> str:
    for key in list(shelf(kms_backends, call.account_id, call.region, "keys").values()):
        if any(grant.token == token for grant in key.grants.values()):
            return key_arn(call, str(key.id))
    raise UnknownAction(call.service, call.operation, "a grant token of no key")


def _alias(_twin: Twin, call: Call) -> tuple[str, ...]:
    name = call.parameters.get("AliasName")
    place = f"arn:{template.partition_of(call.region)}:kms:{call.region}:{call.account_id}"
    return (f"{place}:{name}",) if name else ()


def _update_alias(twin: Twin, call: Call) -> list[Pair]:
    """Read UpdateAlias: the alias, the key that it leaves and the key that it gets.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateAlias.html
    """
    target = key_arn(call, str(call.parameters.get("TargetKeyId") or template.ANY))
    left = key_arn(call, str(call.parameters.get("AliasName") or ""))
    return [("kms:UpdateAlias", arn) for arn in (*_alias(twin, call), left, target)]


def _create_key(_twin: Twin, call: Call) -> list[Pair]:
    """Read CreateKey; tags are put on a key that has no identifier yet.

    https://docs.aws.amazon.com/kms/latest/developerguide/tag-permissions.html
    """
    made = [("kms:CreateKey", template.ANY)]
    if call.parameters.get("Tags"):
        made.append(("kms:TagResource", key_arn(call, template.ANY)))
    return made


def _replicate(_twin: Twin, call: Call) -> list[Pair]:
    """Read ReplicateKey, which makes a key in another region.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_ReplicateKey.html
    """
    made = [("kms:ReplicateKey", key_arn(call, str(call.parameters.get("KeyId") or "")))]
    made.append(("kms:CreateKey", template.ANY))
    if call.parameters.get("Tags"):
        made.append(("kms:TagResource", key_arn(call, template.ANY)))
    return made


def _re_encrypt(_twin: Twin, call: Call) -> list[Pair]:
    """Read ReEncrypt, which is two actions and no action of its own.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_ReEncrypt.html
    """
    given = call.parameters
    source = given.get("SourceKeyId")
    old = key_arn(call, str(source)) if source else _key_of(call, given.get("CiphertextBlob"))
    new = key_arn(call, str(given.get("DestinationKeyId") or ""))
    return [("kms:ReEncryptFrom", old), ("kms:ReEncryptTo", new)]
