"""Who may use a key of KMS: its policy, and the grants that add to it.

A grant is an allow for one principal and some operations, under a constraint on the encryption
context. https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantConstraints.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from moto.kms.models import kms_backends

from policies.iam import Policy
from twin.authorization.live.parsed import nothing, together
from twin.moto_state import held

_OF_AWS = "alias/aws/"
# Operations that carry an encryption context, so that a constraint bears on them.
_WITH_CONTEXT = frozenset(
    "Decrypt Encrypt GenerateDataKey GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext "
    "GenerateDataKeyWithoutPlaintext ReEncryptFrom ReEncryptTo".split()
)
# A grant made under a constrained one must be as strict, which no condition key tells.
_UNJUDGED = frozenset({"CreateGrant"})
_CONSTRAINTS = frozenset({"EncryptionContextEquals", "EncryptionContextSubset"})


def key_of(arn: str, account_id: str) -> Any | None:
    """Return moto's key of an ARN, or None where there is no such key."""
    parts = arn.split(":", 5)
    if len(parts) < 6 or not parts[5].startswith("key/"):
        return None
    kms = held(kms_backends, account_id, parts[3])
    return None if kms is None else kms.keys.get(parts[5].removeprefix("key/"))


def policy_of(key: Any) -> Policy:
    """Return what a key itself allows and denies."""
    if is_of_aws(key):
        return together(key.arn, (_policy_of_aws(key),)) or nothing(key.arn)
    return together(key.arn, (str(key.policy), _granted(key))) or nothing(key.arn)


def is_of_aws(key: Any) -> bool:
    """Tell whether a service of AWS made the key for an account."""
    return any(name.startswith(_OF_AWS) for name in key.aliases)


def _policy_of_aws(key: Any) -> str:
    """Return the policy of an AWS managed key, which moto 5.2.5 takes for a customer's.

    https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key
    """
    service = next(n for n in key.aliases if n.startswith(_OF_AWS)).removeprefix(_OF_AWS)
    through = {
        "kms:CallerAccount": key.account_id,
        "kms:ViaService": f"{service}.{key.region}.amazonaws.com",
    }
    use = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"]
    look = ["kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"]
    statements = [
        {
            **_allow("ThroughTheService", "*", [*use, "kms:CreateGrant", "kms:DescribeKey"]),
            "Condition": {"StringEquals": through},
        },
        _allow("Metadata", f"arn:aws:iam::{key.account_id}:root", look),
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _allow(sid: str, principal: str, actions: list[str]) -> dict[str, Any]:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": actions,
        "Resource": "*",
    }


def _granted(key: Any) -> str | None:
    statements = [
        statement for grant in list(key.grants.values()) for statement in _statements_of(grant)
    ]
    if not statements:
        return None
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _statements_of(grant: Any) -> Iterator[dict[str, Any]]:
    constraints = {name: value for name, value in (grant.constraints or {}).items() if value}
    if not set(constraints) <= _CONSTRAINTS:
        # A constraint that is not modelled here must not open a door.
        return
    operations = set(grant.operations or ())
    bound = operations & _WITH_CONTEXT if constraints else set()
    free = operations - bound - (_UNJUDGED if constraints else set())
    # The two halves of a re-encryption keep their names; every other operation is its action.
    for number, (actions, conditions) in enumerate(
        ((free, {}), (bound, _conditions_of(constraints)))
    ):
        if actions:
            yield {
                "Sid": f"grant {grant.id} {number}",
                "Effect": "Allow",
                "Principal": _grantee(str(grant.grantee_principal)),
                "Action": sorted(f"kms:{name}" for name in actions),
                "Resource": "*",
                "Condition": conditions,
            }


def _grantee(principal: str) -> dict[str, str]:
    return {"Service" if principal.endswith(".amazonaws.com") else "AWS": principal}


def _conditions_of(constraints: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Write constraints as conditions: keys have no case there either, values have."""
    wanted = {key: value for pairs in constraints.values() for key, value in pairs.items()}
    conditions: dict[str, Any] = {
        "StringEquals": {f"kms:EncryptionContext:{key}": value for key, value in wanted.items()}
    }
    equal = constraints.get("EncryptionContextEquals")
    if equal:
        keys = "kms:EncryptionContextKeys"
        conditions["ForAllValues:StringEqualsIgnoreCase"] = {keys: sorted(equal)}
    return conditions
