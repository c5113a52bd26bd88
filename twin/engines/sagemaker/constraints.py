"""Checks requests against the constraints of the service model, in the service's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from botocore.model import Shape
from moto.core.utils import get_service_model

from twin.call import Call
from twin.engines.sagemaker.place import invalid
from twin.registry import Answer, Registry
from twin.twin import Twin


class Checked:
    """Registers answers of one service whose requests keep the constraints."""

    def __init__(self, registry: Registry, service: str = "sagemaker") -> None:
        self._registry, self._service = registry, service

    def answers(self, operation: str, answer: Answer) -> None:
        """Register an answer that sees valid requests only."""
        shape = get_service_model(self._service).operation_model(operation).input_shape

        def checked(twin: Twin, call: Call) -> Any:
            check(call.parameters, shape)
            return answer(twin, call)

        self._registry.answers(self._service, operation)(checked)


def check(parameters: Mapping[str, Any], shape: Shape | None) -> None:
    """Raise ValidationException with all constraints that parameters break."""
    broken = [] if shape is None else list(_structure(parameters, shape, ""))
    if broken:
        noun = "error" if len(broken) == 1 else "errors"
        raise invalid(f"{len(broken)} validation {noun} detected: {'; '.join(broken)}")


def _structure(value: Mapping[str, Any], shape: Shape, path: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield _sentence(None, _below(path, name), "Member must not be null")
    for name, member in value.items():
        if name in shape.members and member is not None:
            yield from _value(member, shape.members[name], _below(path, name))


def _value(value: Any, shape: Shape, path: str) -> Iterator[str]:
    kind = shape.type_name
    if kind == "structure" and isinstance(value, Mapping):
        yield from _structure(value, shape, path)
    elif kind == "list" and isinstance(value, list):
        yield from _size(value, shape, path)
        for index, item in enumerate(value, start=1):
            yield from _value(item, shape.member, f"{path}.{index}.member")
    elif kind == "map" and isinstance(value, Mapping):
        yield from _size(value, shape, path)
        for key, item in value.items():
            yield from _value(item, shape.value, f"{path}.{key}.member")
    elif kind == "string" and isinstance(value, str):
        yield from _text(value, shape, path)
    elif kind in ("integer", "long", "float", "double") and not isinstance(value, bool):
        yield from _number(value, shape, path)


def _text(value: str, shape: Shape, path: str) -> Iterator[str]:
    allowed = shape.metadata.get("enum")
    if allowed and value not in allowed:
        words = f"Member must satisfy enum value set: [{', '.join(allowed)}]"
        yield _sentence(value, path, words)
        return
    yield from _size(value, shape, path)
    pattern = shape.metadata.get("pattern")
    if pattern and not _fits(pattern, value):
        words = f"Member must satisfy regular expression pattern: {pattern}"
        yield _sentence(value, path, words)


def _size(value: Any, shape: Shape, path: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and len(value) < least:
        yield _sentence(value, path, f"Member must have length greater than or equal to {least}")
    if most is not None and len(value) > most:
        yield _sentence(value, path, f"Member must have length less than or equal to {most}")


def _number(value: float, shape: Shape, path: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and value < least:
        yield _sentence(value, path, f"Member must have value greater than or equal to {least}")
    if most is not None and value > most:
        yield _sentence(value, path, f"Member must have value less than or equal to {most}")


def _sentence(value: Any, path: str, words: str) -> str:
    shown = "null" if value is None else f"'{value}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {words}"


def _below(path: str, name: str) -> str:
    member = name[:1].lower() + name[1:]
    return f"{path}.{member}" if path else member


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:
        # Some patterns use classes of Java, such as \p{L}: they are not checked.
        return None


def _fits(pattern: str, value: str) -> bool:
    compiled = _compiled(pattern)
    return compiled is None or compiled.fullmatch(value) is not None
