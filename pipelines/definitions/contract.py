"""Read what an account publishes about itself as SSM parameters."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from pipelines.aws_call import aws_call
from pipelines.errors import EnvironmentFault

# What GetParameters takes at once.
_BATCH = 10


def read_contract(ssm: Any, root: str, paths: Collection[str]) -> dict[str, str | list[str]]:
    """Read parameters below a root; a StringList becomes a list, a missing one is an error."""
    found: dict[str, str | list[str]] = {}
    wanted = sorted(paths)
    for start in range(0, len(wanted), _BATCH):
        names = wanted[start : start + _BATCH]
        with aws_call(f"parameters below {root}", "must be readable"):
            response = ssm.get_parameters(Names=[f"{root}/{name}" for name in names])
        for parameter in response["Parameters"]:
            value = parameter["Value"]
            listed = parameter["Type"] == "StringList"
            found[parameter["Name"].removeprefix(f"{root}/")] = (
                value.split(",") if listed else value
            )
    missing = sorted(set(paths) - set(found))
    if missing:
        raise EnvironmentFault(
            f"{root}/{missing[0]}",
            "must be a parameter of this account and region",
            got="no such parameter",
            hint="apply the account's root, which publishes it",
        )
    return found
