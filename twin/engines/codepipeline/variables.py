"""Resolves #{namespace.variable} in the configuration of actions.

https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from twin.engines.codepipeline.failures import ActionFailedError
from twin.errors import ServiceError

_REFERENCE = re.compile(r"#\{([A-Za-z0-9@\-_]+)\.([A-Za-z0-9@\-_.]+)\}")

Namespaces = Mapping[str, Mapping[str, str]]


def resolve(value: Any, namespaces: Namespaces) -> Any:
    """Return a value with all references in its texts replaced; raises ActionFailedError."""
    if isinstance(value, str):
        return _REFERENCE.sub(lambda found: _value(found, namespaces), value)
    if isinstance(value, Mapping):
        return {key: resolve(item, namespaces) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [resolve(item, namespaces) for item in value]
    return value


def namespaces_of(execution: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return all variables that an execution's actions may refer to at this moment."""
    return {
        **execution["outputs"],
        "codepipeline": {"PipelineExecutionId": execution["id"]},
        "variables": execution["variables"],
    }


def given_or_default(
    declared: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, str]]
) -> dict[str, str]:
    """Return the value of every variable of a pipeline.

    ServiceError ValidationException for one that is not declared, or has neither value nor
    default.
    """
    values = {item["name"]: item["value"] for item in given}
    unknown = sorted(set(values) - {item["name"] for item in declared})
    if unknown:
        raise _invalid(f"The pipeline does not declare the variable(s) {', '.join(unknown)}")
    resolved: dict[str, str] = {}
    for item in declared:
        value = values.get(item["name"], item.get("defaultValue"))
        if value is None:
            raise _invalid(f"The pipeline variable {item['name']} has no default and needs a value")
        resolved[item["name"]] = value
    return resolved


def _value(found: re.Match[str], namespaces: Namespaces) -> str:
    namespace, name = found.groups()
    values = namespaces.get(namespace)
    if values is None or name not in values:
        raise ActionFailedError(
            "ConfigurationError", f"The variable reference {found.group(0)} cannot be resolved"
        )
    return values[name]


def _invalid(message: str) -> ServiceError:
    return ServiceError("ValidationException", message)
