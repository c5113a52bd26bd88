"""Reads a CloudFormation template, checks parameters against it, and orders its resources.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from twin.engines.service_catalog.failures import not_modelled, refused

_SECTIONS = {
    "AWSTemplateFormatVersion", "Description", "Metadata", "Outputs", "Parameters", "Resources",
}  # fmt: skip
_RESOURCE = {"DependsOn", "Metadata", "Properties", "Type"}
_TYPES = ("String", "Number")
_SUB = re.compile(r"\$\{([^!}][^}]*)\}")


@dataclass(frozen=True)
class Template:
    """What is made, of what, and what is told of it."""

    parameters: Mapping[str, Mapping[str, Any]]
    resources: Mapping[str, Mapping[str, Any]]
    outputs: Mapping[str, Mapping[str, Any]]


class _Loader(yaml.SafeLoader):
    """Reads the short forms of functions as well."""


def _short(loader: _Loader, suffix: str, node: yaml.Node) -> Any:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short)


def parse(text: str) -> Template:
    """Read a template; raises LaunchFailure where it says something that is not modelled."""
    try:
        value = yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader with tags of its own
    except yaml.YAMLError as error:
        raise refused(f"Template format error: {error}") from error
    if not isinstance(value, dict) or not value.get("Resources"):
        raise refused("Template format error: At least one Resources member must be defined.")
    for section in sorted(set(value) - _SECTIONS):
        raise not_modelled(f"The section {section} of a template")
    for name, resource in value["Resources"].items():
        for member in sorted(set(resource) - _RESOURCE):
            raise not_modelled(f"{member} of resource {name}")
    template = Template(
        value.get("Parameters") or {}, value["Resources"], value.get("Outputs") or {}
    )
    for name, parameter in template.parameters.items():
        if parameter.get("Type") not in _TYPES:
            raise not_modelled(f"Type {parameter.get('Type')} of parameter {name}")
    return template


def values_of(template: Template, given: Mapping[str, str]) -> dict[str, str]:
    """Return the value of each parameter; raises LaunchFailure where a rule of it is broken."""
    for name in sorted(set(given) - set(template.parameters)):
        raise refused(f"Parameters: [{name}] do not exist in the template")
    values: dict[str, str] = {}
    for name, parameter in template.parameters.items():
        if name not in given and "Default" not in parameter:
            raise refused(f"Parameters: [{name}] must have values")
        value = str(given.get(name, parameter.get("Default")))
        broken = next(_broken(name, parameter, value), None)
        if broken is not None:
            said = parameter.get("ConstraintDescription") or broken
            raise refused(f"Parameter '{name}' failed to satisfy constraint: {said}")
        values[name] = value
    return values


def _broken(name: str, parameter: Mapping[str, Any], value: str) -> Iterator[str]:
    allowed, pattern = parameter.get("AllowedValues"), parameter.get("AllowedPattern")
    if allowed is not None and value not in [str(one) for one in allowed]:
        yield f"must be one of {', '.join(str(one) for one in allowed)}"
    if pattern is not None and not re.fullmatch(str(pattern), value):
        yield f"must match pattern {pattern}"
    if (
        not int(parameter.get("MinLength", 0))
        <= len(value)
        <= int(parameter.get("MaxLength", 4096))
    ):
        yield "must have the length that the template asks for"
    if parameter["Type"] == "Number":
        try:
            number = float(value)
        except ValueError:
            yield "must be a number"
            return
        low, high = parameter.get("MinValue"), parameter.get("MaxValue")
        if (low is not None and number < float(low)) or (high is not None and number > float(high)):
            yield "must be in the range that the template asks for"


def order(template: Template) -> list[str]:
    """Return the resources so that each comes after those that it names."""
    done: list[str] = []
    waiting = dict(template.resources)
    while waiting:
        ready = [
            name
            for name, resource in waiting.items()
            if not (_named(resource) & (set(waiting) - {name}))
        ]
        if not ready:
            raise refused(f"Circular dependency between resources: [{', '.join(sorted(waiting))}]")
        for name in ready:
            waiting.pop(name)
        done += ready
    return done


def _named(value: Any) -> set[str]:
    """Return all names to which a value refers."""
    if isinstance(value, list):
        return set().union(*map(_named, value)) if value else set()
    if not isinstance(value, Mapping):
        return set()
    found: set[str] = set()
    for key, inner in value.items():
        if key == "Ref":
            found.add(str(inner))
        elif key == "Fn::GetAtt":
            found.add(str(inner[0] if isinstance(inner, list) else inner).split(".")[0])
        elif key == "DependsOn":
            found |= {inner} if isinstance(inner, str) else set(inner)
        elif key == "Fn::Sub":
            text = inner if isinstance(inner, str) else inner[0]
            found |= {name.split(".")[0] for name in _SUB.findall(str(text))}
            found |= _named(inner[1]) if isinstance(inner, list) else set()
        else:
            found |= _named(inner)
    return found
