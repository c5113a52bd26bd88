"""Resolves what stands for a value in a pipeline definition: Get, Join, JsonGet, conditions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_STEP_OF_PATH = re.compile(r"\.?([A-Za-z0-9_\-]+)|\[(\d+)\]|\[['\"]([^'\"]+)['\"]\]")
_NUMBER = (int, float)


class ValueFailure(Exception):
    """A value cannot be resolved; the text says why."""


@dataclass(frozen=True)
class Scope:
    """What an execution's values can refer to.

    ``read_file`` returns the parsed JSON of a step's property file, ``read_uri`` that of an
    object in S3.
    """

    parameters: Mapping[str, Any]
    execution: Mapping[str, Any]
    steps: Mapping[str, Mapping[str, Any]]
    read_file: Callable[[str, str], Any]
    read_uri: Callable[[str], Any]


def resolve(value: Any, scope: Scope) -> Any:
    """Return a value with all functions in it replaced by what they stand for."""
    if isinstance(value, list):
        return [resolve(item, scope) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((function, argument),) = value.items()
        if function == "Get" and isinstance(argument, str):
            return _get(argument, scope)
        if function == "Std:Join":
            parts = [as_text(resolve(part, scope)) for part in argument["Values"]]
            return str(argument.get("On", "")).join(parts)
        if function == "Std:JsonGet":
            return _json_get(argument, scope)
        if function.startswith("Std:"):
            raise ValueFailure(f"The function {function} is not modelled.")
    return {key: resolve(member, scope) for key, member in value.items()}


def holds(condition: Mapping[str, Any], scope: Scope) -> bool:
    """Decide a condition.

    https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-condition
    """
    kind = condition.get("Type")
    if kind == "Not":
        return not holds(condition["Expression"], scope)
    if kind == "Or":
        return any(holds(one, scope) for one in condition["Conditions"])
    if kind == "In":
        wanted = resolve(condition["QueryValue"], scope)
        return wanted in [resolve(one, scope) for one in condition["Values"]]
    left, right = (resolve(condition[side], scope) for side in ("LeftValue", "RightValue"))
    compare = _COMPARISONS.get(str(kind))
    if compare is None:
        raise ValueFailure(f"The condition {kind} is not modelled.")
    if _kind(left) != _kind(right):
        raise ValueFailure(f"{kind} cannot compare {left!r} with {right!r}.")
    return compare(left, right)


_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "Equals": lambda left, right: bool(left == right),
    "GreaterThan": lambda left, right: bool(left > right),
    "GreaterThanOrEqualTo": lambda left, right: bool(left >= right),
    "LessThan": lambda left, right: bool(left < right),
    "LessThanOrEqualTo": lambda left, right: bool(left <= right),
}


def as_text(value: Any) -> str:
    """Write a value as it appears within a joined text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, *_NUMBER)):
        return str(value)
    raise ValueFailure(f"Only texts and numbers can be joined, but there is {value!r}.")


def select(path: str, document: Any) -> Any:
    """Return what a path such as ``metrics.auc.value`` or ``a[0]['b c']`` finds."""
    rest = path.removeprefix("$")
    position, found = 0, document
    while position < len(rest):
        step = _STEP_OF_PATH.match(rest, position)
        if step is None:
            raise ValueFailure(f"{path} is not a JSON path.")
        position = step.end()
        found = _member(found, step, path)
    return found


def _member(value: Any, step: re.Match[str], path: str) -> Any:
    name, index = step[1] or step[3], step[2]
    if isinstance(value, Mapping) and name is not None and name in value:
        return value[name]
    if isinstance(value, list):
        if index is not None and int(index) < len(value):
            return value[int(index)]
        # Lists of named things are addressed by name: Outputs['train'].
        for item in value if name is not None else ():
            if isinstance(item, Mapping) and any(
                key.endswith("Name") and member == name for key, member in item.items()
            ):
                return item
    raise ValueFailure(f"{path} finds nothing: there is no {name or index}.")


def _get(reference: str, scope: Scope) -> Any:
    where, _, rest = reference.partition(".")
    if where == "Parameters":
        return scope.parameters[rest]
    if where == "Execution":
        if rest not in scope.execution:
            raise ValueFailure(f"{reference} is not modelled.")
        return scope.execution[rest]
    step, _, path = rest.partition(".")
    if step not in scope.steps:
        raise ValueFailure(f"{reference}: step {step} has not run.")
    return select(path, scope.steps[step])


def _json_get(argument: Mapping[str, Any], scope: Scope) -> Any:
    path = str(resolve(argument["Path"], scope))
    if "PropertyFile" in argument:
        reference = argument["PropertyFile"]
        found = reference.get("Get") if isinstance(reference, dict) else None
        parts = str(found).split(".")
        if len(parts) != 4 or parts[0] != "Steps" or parts[2] != "PropertyFiles":
            raise ValueFailure(f"{found} is not a property file.")
        return select(path, scope.read_file(parts[1], parts[3]))
    if "S3Uri" in argument:
        return select(path, scope.read_uri(str(resolve(argument["S3Uri"], scope))))
    raise ValueFailure("Std:JsonGet needs a PropertyFile or an S3Uri.")


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, _NUMBER) else type(value).__name__
