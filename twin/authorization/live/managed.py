"""Managed policies: those of an account, and those that AWS itself maintains.

moto 5.2.5 carries the texts of AWS's own policies; they are read at the first use of one. A
policy that neither knows allows nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from policies.iam import Policy
from twin.authorization.live.parsed import nothing, parsed
from twin.moto_state import PARTITION, iam_of

_OF_AWS = f"arn:{PARTITION}:iam::aws:policy/"


def text_of(arn: str) -> str | None:
    """Return the text in force of a managed policy, or None where there is no such policy."""
    if arn.startswith(_OF_AWS):
        return _text_of_aws(arn)
    iam = iam_of(arn.split(":")[4]) if arn.count(":") >= 5 else None
    held = None if iam is None else iam.managed_policies.get(arn)
    return None if held is None else _in_force(held)


def policy_of(arn: str) -> Policy:
    """Return the policy in force under an ARN; an unknown one allows nothing."""
    text = text_of(arn)
    return nothing(arn) if text is None else parsed(arn, text)


def _in_force(policy: Any) -> str | None:
    for version in policy.versions:
        if version.version_id == policy.default_version_id:
            return str(version.document)
    return None


def of_aws(arn: str) -> Mapping[str, Any] | None:
    """Return what moto knows of a policy of AWS, or None where there is no such policy."""
    return _all_of_aws().get(arn) if arn.startswith(_OF_AWS) else None


@lru_cache(maxsize=256)
def _text_of_aws(arn: str) -> str | None:
    found = of_aws(arn)
    return None if found is None else json.dumps(found["Document"])


@lru_cache(maxsize=1)
def _all_of_aws() -> Mapping[str, Mapping[str, Any]]:
    # Several megabytes, which no platform needs that writes its own policies.
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    return {
        f"{_OF_AWS.removesuffix('/')}{held['Path']}{name}": held
        for name, held in json.loads(aws_managed_policies_data).items()
    }
