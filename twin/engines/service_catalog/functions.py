"""Works the intrinsic functions of a template out: Ref, Sub, Join, GetAtt, and SSM references.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from twin.engines.service_catalog.failures import not_modelled, refused

_SUB = re.compile(r"\$\{(!?)([^}]+)\}")
_DYNAMIC = re.compile(r"\{\{resolve:([a-z-]+):([^}:]+)(?::[0-9]+)?\}\}")
NOTHING = object()


@dataclass(frozen=True)
class Scope:
    """What functions may refer to. ``parameter`` asks Systems Manager, as the launch role."""

    references: Mapping[str, Any]
    parameter: Callable[[str], str]
    attributes: dict[str, Mapping[str, Any]] = field(default_factory=dict)


def work_out(value: Any, scope: Scope) -> Any:
    """Return a value with every function worked out."""
    if isinstance(value, list):
        worked = [work_out(one, scope) for one in value]
        return [one for one in worked if one is not NOTHING]
    if isinstance(value, str):
        return _DYNAMIC.sub(lambda found: _dynamic(found, scope), value)
    if not isinstance(value, Mapping):
        return value
    if len(value) == 1:
        ((name, inner),) = value.items()
        if name == "Ref" or name.startswith("Fn::"):
            return _function(name, inner, scope)
    worked_out = {key: work_out(inner, scope) for key, inner in value.items()}
    return {key: inner for key, inner in worked_out.items() if inner is not NOTHING}


def holds(assertion: Any, values: Mapping[str, str]) -> bool:
    """Tell whether an assertion of a rule holds for the parameters of a launch."""
    ((name, inner),) = assertion.items()
    if name == "Fn::Contains":
        wanted = _rule_value(inner[1], values)
        return wanted in [str(one) for one in inner[0]]
    if name == "Fn::Equals":
        return _rule_value(inner[0], values) == _rule_value(inner[1], values)
    if name == "Fn::And":
        return all(holds(one, values) for one in inner)
    if name == "Fn::Or":
        return any(holds(one, values) for one in inner)
    if name == "Fn::Not":
        return not holds(inner[0], values)
    raise not_modelled(f"{name} in a rule")


def check_rules(text: str, values: Mapping[str, str]) -> None:
    """Raise LaunchFailure where the parameters break a rule of a template constraint."""
    for name, rule in json.loads(text)["Rules"].items():
        condition = rule.get("RuleCondition")
        if condition is not None and not holds(condition, values):
            continue
        for assertion in rule["Assertions"]:
            if not holds(assertion["Assert"], values):
                said = assertion.get("AssertDescription") or "an assertion does not hold"
                raise refused(f"Template validation error: rule {name}: {said}")


def _rule_value(value: Any, values: Mapping[str, str]) -> str:
    if isinstance(value, Mapping):
        name = value.get("Ref")
        if name not in values:
            raise refused(f"Template validation error: a rule refers to {name}")
        return values[str(name)]
    return str(value)


def _function(name: str, inner: Any, scope: Scope) -> Any:
    if name == "Ref":
        return _reference(str(inner), scope)
    if name == "Fn::GetAtt":
        resource, attribute = inner if isinstance(inner, list) else str(inner).split(".", 1)
        return _attribute(str(resource), str(attribute), scope)
    if name == "Fn::Join":
        return str(inner[0]).join(str(one) for one in work_out(inner[1], scope))
    if name == "Fn::Sub":
        text, own = inner if isinstance(inner, list) else (inner, {})
        known = {key: work_out(one, scope) for key, one in own.items()}
        return work_out(_SUB.sub(lambda found: _substituted(found, known, scope), text), scope)
    raise not_modelled(f"The function {name}")


def _substituted(found: re.Match[str], known: Mapping[str, Any], scope: Scope) -> str:
    literal, name = found[1], found[2].strip()
    if literal:
        return "${" + name + "}"
    if name in known:
        return str(known[name])
    resource, _, attribute = name.partition(".")
    return str(_attribute(resource, attribute, scope) if attribute else _reference(name, scope))


def _reference(name: str, scope: Scope) -> Any:
    if name == "AWS::NoValue":
        return NOTHING
    if name not in scope.references:
        raise refused(f"Template error: Unresolved resource dependencies [{name}]")
    return scope.references[name]


def _attribute(resource: str, attribute: str, scope: Scope) -> Any:
    known = scope.attributes.get(resource, {})
    if attribute not in known:
        raise not_modelled(f"The attribute {attribute} of {resource}")
    return known[attribute]


def _dynamic(found: re.Match[str], scope: Scope) -> str:
    if found[1] != "ssm":
        raise not_modelled(f"A dynamic reference to {found[1]}")
    return scope.parameter(found[2])
