"""Makes what a rule's target receives of an event: constant, part or transformed input.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from twin.errors import ServiceError

_MISSING = object()
_STEP = re.compile(r"\.([A-Za-z0-9_\-/]+|\*)|\[(\d+|\*)\]|\['([^']+)'\]")
_VARIABLE = re.compile(r"<([A-Za-z0-9_.\-]+)>")


@dataclass(frozen=True)
class Rule:
    """A rule of an event bus, as much of it as a target may learn."""

    name: str
    arn: str


def input_of(target: Mapping[str, Any], event: Mapping[str, Any], rule: Rule, received: str) -> str:
    """Return the text that a target receives; ``received`` is the time of ingestion."""
    if target.get("Input") is not None:
        return str(target["Input"])
    if target.get("InputPath"):
        found = select(target["InputPath"], event)
        return json.dumps(None if found is _MISSING else found)
    transformer = target.get("InputTransformer")
    if not transformer:
        return json.dumps(event)
    variables = {
        name: select(path, event) for name, path in (transformer.get("InputPathsMap") or {}).items()
    }
    reserved = {
        "aws.events.rule-arn": rule.arn,
        "aws.events.rule-name": rule.name,
        "aws.events.event.ingestion-time": received,
        "aws.events.event": {key: value for key, value in event.items() if key != "detail"},
        "aws.events.event.json": dict(event),
    }
    return transform(transformer["InputTemplate"], {**variables, **reserved})


def transform(template: str, variables: Mapping[str, Any]) -> str:
    """Fill a template's ``<variables>`` as EventBridge does.

    Values are inserted without escaping. Outside of quotes a string gets quotes; inside of
    them an object loses its own. What no path found is left out.
    """
    filled: list[str] = []
    position, quoted = 0, False
    for found in _VARIABLE.finditer(template):
        before = template[position : found.start()]
        quoted = _quoted_after(before, quoted)
        filled.append(before)
        filled.append(_inserted(variables.get(found.group(1), _MISSING), quoted=quoted))
        position = found.end()
    filled.append(template[position:])
    return "".join(filled)


def select(path: str, event: Any) -> Any:
    """Return what a JSON path (``$.detail.state``, ``$.resources[0]``) finds in an event.

    ServiceError ValidationException for a path in another syntax; a private marker for nothing.
    """
    if not path.startswith("$"):
        raise _invalid(path)
    position, found, many = 1, [event], False
    while position < len(path):
        step = _STEP.match(path, position)
        if step is None:
            raise _invalid(path)
        position = step.end()
        name, index, literal = step.groups()
        many = many or "*" in (name, index)
        found = [item for value in found for item in _step(value, name or literal, index)]
    if many:
        return found
    return found[0] if found else _MISSING


def _step(value: Any, name: str | None, index: str | None) -> list[Any]:
    if name == "*" or index == "*":
        inner = value.values() if isinstance(value, dict) else value
        return list(inner) if isinstance(value, (dict, list)) else []
    if name is not None:
        return [value[name]] if isinstance(value, dict) and name in value else []
    at = int(index or 0)
    return [value[at]] if isinstance(value, list) and at < len(value) else []


def _quoted_after(text: str, quoted: bool) -> bool:
    """Tell whether a position after the text is within quotes."""
    for character in re.sub(r"\\.", "", text):
        if character == '"':
            quoted = not quoted
    return quoted


def _inserted(value: Any, *, quoted: bool) -> str:
    if value is _MISSING:
        return "" if quoted else '""'
    if isinstance(value, str):
        return value if quoted else f'"{value}"'
    text = json.dumps(value)
    return text.replace('"', "") if quoted else text


def _invalid(path: str) -> ServiceError:
    return ServiceError(
        "ValidationException", f"Parameter {path} is not valid. Reason: Invalid JSONPath"
    )
