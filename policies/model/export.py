"""The model as plain JSON, for whoever judges it with tools of their own, such as Rego.

Same plans, same bytes. A policy stands in ``policies`` with its document and is named by its
address elsewhere. Of resources it has address, source and links; their values stand in the plans,
which may hold what must not be copied about.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from policies.iam import Policy
from policies.model.facts import PlannedResource, PolicyFacts
from policies.model.model import Model

SCHEMA_VERSION = 1
_LEFT_OUT = {PlannedResource: {"unknown", "values", "written"}, PolicyFacts: {"policy", "text"}}
_TEXT = {"type": "string"}
_SCALARS: Mapping[type, Mapping[str, Any]] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    str: _TEXT,
}


def exported(model: Model) -> dict[str, Any]:
    """Give the model as JSON has it."""
    return {"schema_version": SCHEMA_VERSION, **_members(model)}


def export_schema() -> dict[str, Any]:
    """Give the JSON Schema of an exported model, made from the types of the facts."""
    named: dict[str, Any] = {}
    top = _object(Model, named)
    top["properties"] = {"schema_version": {"const": SCHEMA_VERSION}, **top["properties"]}
    top["required"] = ["schema_version", *top["required"]]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The plans of all accounts as one model",
        **top,
        "$defs": {name: named[name] for name in sorted(named)},
    }


def _members(value: Any) -> dict[str, Any]:
    left_out = _LEFT_OUT.get(type(value), set())
    made = {
        each.name: _plain(getattr(value, each.name))
        for each in fields(value)
        if each.name not in left_out
    }
    if isinstance(value, PolicyFacts):
        made["policy"] = value.policy.address if value.policy else None
        made["document"] = _document(value.text)
    return made


def _plain(value: Any) -> Any:
    if isinstance(value, Policy):
        return value.address
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        return _members(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(value[name]) for name in sorted(value, key=str)}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value


def _document(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _object(kind: type, named: dict[str, Any]) -> dict[str, Any]:
    hints, left_out = get_type_hints(kind), _LEFT_OUT.get(kind, set())
    properties = {
        each.name: _schema(hints[each.name], named)
        for each in fields(kind)
        if each.name not in left_out
    }
    if kind is PolicyFacts:
        properties |= {"policy": {"type": ["string", "null"]}, "document": True}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": sorted(properties),
    }


def _schema(hint: Any, named: dict[str, Any]) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (UnionType, Union):
        return {"anyOf": [_schema(each, named) for each in arguments]}
    if origin is tuple:
        return {"type": "array", "items": _schema(arguments[0], named)}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _schema(arguments[1], named)}
    if hint is type(None):
        return {"type": "null"}
    if hint is Policy:
        return _TEXT
    if isinstance(hint, type):
        return _of_type(hint, named)
    return True


def _of_type(kind: type, named: dict[str, Any]) -> Any:
    if issubclass(kind, Enum):
        return {"enum": [each.value for each in kind]}
    if kind in _SCALARS:
        return dict(_SCALARS[kind])
    if is_dataclass(kind):
        if kind.__name__ not in named:
            named[kind.__name__] = {}
            named[kind.__name__] = _object(kind, named)
        return {"$ref": f"#/$defs/{kind.__name__}"}
    return True
