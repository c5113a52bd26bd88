"""Which thing is meant where AWS itself gives the identifiers: asked by what a plan says of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scripts.adoption import Ask

_OURS = ("account", "project")


def asking(clients: Callable[[str], Any]) -> Ask:
    """Return what asks an account, through clients of its services by name."""

    def ask(kind: str, values: Mapping[str, Any]) -> str | None:
        finder = _FINDERS.get(kind)
        return finder(clients, values) if finder else None

    return ask


def _subnet(clients: Callable[[str], Any], values: Mapping[str, Any]) -> str | None:
    """Find the subnet of a range that bears our tags; none where there is no single one."""
    tags = values.get("tags_all") or {}
    if not all(tags.get(name) for name in _OURS):
        return None
    wanted = [
        {"Name": "cidr-block", "Values": [values["cidr_block"]]},
        *({"Name": f"tag:{name}", "Values": [tags[name]]} for name in _OURS),
    ]
    found = clients("ec2").describe_subnets(Filters=wanted)["Subnets"]
    return str(found[0]["SubnetId"]) if len(found) == 1 else None


_FINDERS: Mapping[str, Callable[[Callable[[str], Any], Mapping[str, Any]], str | None]] = {
    "aws_subnet": _subnet,
}
