"""Reads a pipeline definition: its parameters, its steps and what each step waits for.

https://aws-sagemaker-mlops.github.io/sagemaker-model-building-pipeline-definition-JSON-schema/
https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-condition
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from twin.engines.sagemaker.place import invalid

_STEP = re.compile(r"Steps\.([^.\[]+)")
_TYPES = {"String": str, "Integer": int, "Float": float, "Boolean": bool}
_FUNCTION = "Lambda"
_BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True)
class Parameter:
    """A value that an execution may be started with."""

    name: str
    kind: str
    default: Any = None
    allowed: tuple[Any, ...] = ()

    def read(self, text: str) -> Any:
        """Turn the text of a request into a value; ValidationException where it is none."""
        try:
            value = _BOOLEANS[text.lower()] if self.kind == "Boolean" else _TYPES[self.kind](text)
        except (KeyError, ValueError) as error:
            raise invalid(
                f"Cannot assign property [{self.name}] with type [{self.kind}] to value [{text}]."
            ) from error
        if self.allowed and value not in self.allowed:
            raise invalid(
                f"Parameter {self.name} must be one of {list(self.allowed)}, but is {text}."
            )
        return value


@dataclass(frozen=True)
class Step:
    """One step; ``branch`` names the condition step above it and the outcome that it needs."""

    name: str
    kind: str
    arguments: Mapping[str, Any]
    needs: frozenset[str] = frozenset()
    branch: tuple[str, bool] | None = None
    display_name: str | None = None
    description: str | None = None
    cache: Mapping[str, Any] = field(default_factory=dict)
    property_files: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    function_arn: str | None = None
    outputs: Mapping[str, str] = field(default_factory=dict)
    """What a function answers, each name with the type of its value."""


@dataclass(frozen=True)
class Definition:
    """A checked definition."""

    parameters: Mapping[str, Parameter]
    steps: Mapping[str, Step]

    def bind(self, given: Mapping[str, str]) -> dict[str, Any]:
        """Return the value of every parameter; ValidationException for unknown or missing ones."""
        unknown = sorted(set(given) - set(self.parameters))
        if unknown:
            raise invalid(f"Unknown parameters for this pipeline: {unknown}.")
        values = {name: one.default for name, one in self.parameters.items()}
        values |= {name: self.parameters[name].read(text) for name, text in given.items()}
        missing = sorted(name for name, value in values.items() if value is None)
        if missing:
            raise invalid(f"Parameters {missing} do not have default values and must be provided.")
        return values


def parse(text: str) -> Definition:
    """Read and check a definition; ValidationException names what is wrong."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise invalid(f"Invalid pipeline definition: it is not JSON: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("Steps"), list):
        raise _wrong("it must have Steps")
    if document.get("Version") not in ("2020-12-01",):
        raise _wrong(f"Version must be 2020-12-01, but is {document.get('Version')}")
    parameters = _parameters(document.get("Parameters") or [])
    steps: dict[str, Step] = {}
    for step in _steps(document["Steps"], None):
        if step.name in steps:
            raise _wrong(f"step names must be unique, but {step.name} occurs twice")
        steps[step.name] = step
    _check_references(document, parameters, steps)
    _check_cycles(steps)
    return Definition(parameters, steps)


def references(value: Any) -> Iterator[str]:
    """List what the ``Get`` functions within a value refer to."""
    if isinstance(value, dict):
        found = value.get("Get")
        if len(value) == 1 and isinstance(found, str):
            yield found
        else:
            for member in value.values():
                yield from references(member)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def _parameters(given: list[Any]) -> dict[str, Parameter]:
    parameters: dict[str, Parameter] = {}
    for entry in given:
        if entry.get("Type") not in _TYPES or not entry.get("Name"):
            raise _wrong(f"a parameter needs a Name and a known Type, but is {entry}")
        allowed = tuple(entry.get("EnumValues") or ())
        default = entry.get("DefaultValue")
        parameters[entry["Name"]] = Parameter(entry["Name"], entry["Type"], default, allowed)
        if default is not None and allowed and default not in allowed:
            raise _wrong(f"the default of {entry['Name']} must be one of {list(allowed)}")
    return parameters


def _steps(given: list[Any], branch: tuple[str, bool] | None) -> Iterator[Step]:
    for entry in given:
        if not isinstance(entry, dict) or not entry.get("Name") or not entry.get("Type"):
            raise _wrong(f"a step needs a Name and a Type, but is {entry}")
        arguments = entry.get("Arguments") or {}
        own = arguments
        if entry["Type"] == "Condition":
            if branch is not None:
                raise _wrong(f"condition steps cannot be nested, but {entry['Name']} is")
            own = {"Conditions": arguments.get("Conditions") or []}
            yield from _steps(arguments.get("IfSteps") or [], (entry["Name"], True))
            yield from _steps(arguments.get("ElseSteps") or [], (entry["Name"], False))
        files = {one["PropertyFileName"]: one for one in entry.get("PropertyFiles") or []}
        yield Step(
            name=entry["Name"],
            kind=entry["Type"],
            arguments=own,
            needs=frozenset(_needs(entry.get("DependsOn") or [], own)),
            branch=branch,
            display_name=entry.get("DisplayName"),
            description=entry.get("Description"),
            cache=entry.get("CacheConfig") or {},
            property_files=files,
            function_arn=_function(entry),
            outputs=_outputs(entry),
        )


def _function(entry: Mapping[str, Any]) -> str | None:
    arn = entry.get("FunctionArn")
    if entry["Type"] == _FUNCTION and not isinstance(arn, str):
        raise _wrong(f"the step {entry['Name']} calls a function and must have its FunctionArn")
    return arn


def _outputs(entry: Mapping[str, Any]) -> dict[str, str]:
    outputs = {
        one.get("OutputName"): one.get("OutputType") for one in entry.get("OutputParameters") or []
    }
    if any(not name or kind not in _TYPES for name, kind in outputs.items()):
        raise _wrong(
            f"OutputParameters of {entry['Name']} need an OutputName and a known OutputType"
        )
    return {str(name): str(kind) for name, kind in outputs.items()}


def _needs(declared: list[str], arguments: Any) -> Iterator[str]:
    yield from declared
    for reference in references(arguments):
        found = _STEP.match(reference)
        if found is not None:
            yield found[1]


def _check_references(
    document: Any, parameters: Mapping[str, Parameter], steps: Mapping[str, Step]
) -> None:
    for step in steps.values():
        for name in sorted(step.needs - set(steps)):
            raise _wrong(f"step {step.name} refers to the step {name}, which does not exist")
    for reference in references(document["Steps"]):
        scope, _, rest = reference.partition(".")
        if scope == "Parameters" and rest not in parameters:
            raise _wrong(f"parameter {rest} is referred to, but not defined")
        if scope not in ("Parameters", "Steps", "Execution"):
            raise _wrong(f"{reference} refers to nothing that a pipeline has")


def _check_cycles(steps: Mapping[str, Step]) -> None:
    waiting = {
        step.name: set(step.needs) | ({step.branch[0]} if step.branch else set())
        for step in steps.values()
    }
    while waiting:
        free = {name for name, needs in waiting.items() if not needs & set(waiting)}
        if not free:
            raise _wrong(f"the steps {sorted(waiting)} wait for each other")
        waiting = {name: needs for name, needs in waiting.items() if name not in free}


def _wrong(sentence: str) -> Exception:
    return invalid(f"Invalid pipeline definition: {sentence}.")
