"""Resources of all plans as one flat plan, which checkov reads without mistake.

checkov reads one instance of a `for_each` where there are many, loses keys with dots, and takes a
reference for a value wherever it finds one. Here every resource stands in the root module under a
name of its own, without modules, keys or references, so that where it was declared changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from policies.model import PlannedResource


@dataclass(frozen=True)
class NormalForm:
    """A plan for checkov; ``resources`` gives by its addresses what they stand for."""

    plan: Mapping[str, Any]
    resources: Mapping[str, PlannedResource]


def normal_form(resources: Iterable[PlannedResource], types: Collection[str]) -> NormalForm:
    """Make one plan of the resources of some types; its order depends on their addresses only."""
    chosen = sorted(
        (each for each in resources if each.type in types),
        key=lambda each: (each.type, each.root, each.address),
    )
    planned, named = [], {}
    for number, resource in enumerate(chosen):
        name = f"r{number:05d}"
        address = f"{resource.type}.{name}"
        named[address] = resource
        planned.append(
            {
                "address": address,
                "mode": "managed",
                "type": resource.type,
                "name": name,
                "provider_name": "registry.terraform.io/hashicorp/aws",
                "schema_version": 0,
                "values": known_values(resource),
            }
        )
    plan = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": [],
        "configuration": {},
    }
    return NormalForm(plan, named)


def known_values(resource: PlannedResource) -> dict[str, Any]:
    """Return what is set: known values, and for what is not known the address it comes from.

    What is neither known nor made from another resource is left out: the provider fills it in,
    so nobody has set it. What is null or empty is left out too, as if it were not written.
    """
    values = _without_nothing(resource.values)
    for path, sources in sorted(resource.links.items()):
        if sources:
            _put(values, path.split("."), sources[0])
    return values


def is_unknown(resource: PlannedResource, path: str) -> bool:
    """Tell whether an argument is not known, at a path such as vpc_config[0].subnets or a/[0]/b.

    A path to blocks tells whether it is known how many there are, whatever is in them.
    """
    steps = path.replace("[", ".").replace("]", "").replace("/", ".").split(".")
    found: Any = resource.unknown
    for step in (each for each in steps if each):
        if found is True:
            return True
        if isinstance(found, list) and step.isdigit():
            found = found[int(step)] if int(step) < len(found) else None
        elif isinstance(found, Mapping):
            found = found.get(step)
        else:
            return False
    if isinstance(found, list) and any(isinstance(each, Mapping) for each in found):
        return any(each is True for each in found)
    return _holds_unknown(found)


def _holds_unknown(found: Any) -> bool:
    if isinstance(found, Mapping):
        return any(_holds_unknown(each) for each in found.values())
    if isinstance(found, list):
        return any(_holds_unknown(each) for each in found)
    return found is True


def _without_nothing(value: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _kept(each) for key, each in sorted(value.items()) if each not in (None, [], {}, "")
    }


def _kept(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _without_nothing(value)
    if isinstance(value, list):
        # A member keeps its place: paths count by it.
        return [_kept(each) for each in value]
    return value


def _put(values: dict[str, Any], path: list[str], text: str) -> None:
    """Set a value that is not known; a block on the way is made where it is missing."""
    here: Any = values
    for step, following in pairwise(path):
        here = _inside(here, step, [] if following.isdigit() else {})
        if here is None:
            return
    last = path[-1]
    if isinstance(here, list) and last.isdigit():
        here.append(text)
    elif isinstance(here, dict):
        here.setdefault(last, text)


def _inside(here: Any, step: str, empty: Any) -> Any:
    if isinstance(here, dict):
        return here.setdefault(step, empty)
    if isinstance(here, list) and step.isdigit():
        while len(here) <= int(step):
            here.append({})
        return here[int(step)]
    return None
