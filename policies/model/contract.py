"""What an account publishes about itself in SSM, as far as its plan tells it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from policies.model.facts import OwnedResource
from policies.model.planned import Instance
from policies.model.root import Root
from policies.model.values import text

_PUBLISHED: Mapping[str, tuple[str, ...]] = {
    "images": ("aws_ecr_repository",),
    "keys": ("aws_kms_key",),
}

Bind = Callable[[str, tuple[str, ...]], tuple[str, ...] | None]
"""Gives what a token stands for: values, or resources of some types by address.

None where the account publishes no such thing, nothing where it cannot be told what it is.
"""


def contract_of(root: Root, parameter_root: str, owned: Mapping[str, OwnedResource]) -> Bind:
    """Give what an account publishes about itself, by path below its parameters' root.

    Where a value is known to AWS only, it stands for the resource that it is made from, by
    address; of several of a kind the one whose purpose the path names.
    """
    found: dict[str, tuple[str, ...]] = {}
    for each in root.of_type("aws_ssm_parameter"):
        name = text(each.values, "name")
        if name.startswith(f"{parameter_root}/"):
            path = name.removeprefix(f"{parameter_root}/")
            found[path] = _published(root, each, path, owned)
    return lambda path, _types: found.get(path)


def _published(
    root: Root, parameter: Instance, path: str, owned: Mapping[str, OwnedResource]
) -> tuple[str, ...]:
    value = text(parameter.values, "value") or text(parameter.values, "insecure_value")
    if value:
        listed = text(parameter.values, "type") == "StringList"
        return tuple(value.split(",")) if listed else (value,)
    group, _, last = path.partition("/")
    if group == "network":
        kind = "aws_subnet" if "subnet" in last else "aws_security_group"
        return tuple(each.address for each in root.linked(parameter, "value", kind))
    types = _PUBLISHED.get(group, ())
    linked = [each.address for each in root.linked(parameter, "value", *types)]
    own = [a for a in linked if a in owned and last.startswith(f"{owned[a].purpose}-")]
    return tuple(own if len(own) == 1 else linked)
