"""Reading moto's state without changing it: asking for an account must not make one."""

from __future__ import annotations

from typing import Any

from moto.iam.models import iam_backends

PARTITION = "aws"


def held(backends: Any, account_id: str, region: str) -> Any | None:
    """Return what moto holds of a service in an account and region, or None where it has nothing.

    moto 5.2.5 makes an account, and a region's state in it, by being asked for either.
    """
    regions = dict.get(backends, account_id)
    return None if regions is None else dict.get(regions, region)


def iam_of(account_id: str) -> Any | None:
    """Return the users, roles and policies of an account, or None where it has none."""
    return held(iam_backends, account_id, PARTITION)


def role_of(role_arn: str) -> Any | None:
    """Return moto's role of an ARN, or None where it does not exist."""
    parts = role_arn.split(":", 5)
    iam = iam_of(parts[4]) if len(parts) == 6 else None
    if iam is None:
        return None
    name = role_arn.rsplit("/", 1)[-1]
    for role in list(iam.roles.values()):
        if role.name == name and role.arn == role_arn:
            return role
    return None
