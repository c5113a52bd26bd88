"""Makes the resources of a template one after the other, and takes them away in reverse order."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from twin.engines.service_catalog.failures import LaunchFailure
from twin.engines.service_catalog.functions import Scope, work_out
from twin.engines.service_catalog.resource_types import KINDS, Clients, Made, kind_of
from twin.engines.service_catalog.template import Template, order

_REFUSALS = (BotoCoreError, ClientError)


@dataclass(frozen=True)
class Stack:
    """What a launch made: type and physical name of each resource, and what is told of it."""

    resources: tuple[tuple[str, str, str], ...]
    outputs: Mapping[str, Mapping[str, str]]


def make(
    template: Template, references: Mapping[str, Any], tags: Mapping[str, str], clients: Clients
) -> Stack:
    """Make everything or nothing; raises LaunchFailure after taking away what was made."""
    kinds = {name: kind_of(name, one) for name, one in template.resources.items()}
    known: dict[str, Any] = dict(references)
    scope = Scope(known, lambda name: _parameter(clients, name))
    made: list[tuple[str, str, str]] = []
    for name in order(template):
        try:
            properties = work_out(template.resources[name].get("Properties") or {}, scope)
            one: Made = kinds[name].make(clients, properties, tags)
        except (*_REFUSALS, LaunchFailure) as error:
            _take_back(made, clients)
            raise _failed(name, error) from error
        made.append((name, template.resources[name]["Type"], one.physical_id))
        known[name], scope.attributes[name] = one.reference, one.attributes
    try:
        outputs = {
            name: {
                "OutputValue": str(work_out(output["Value"], scope)),
                "Description": str(output.get("Description") or ""),
            }
            for name, output in template.outputs.items()
        }
    except LaunchFailure:
        _take_back(made, clients)
        raise
    return Stack(tuple(made), outputs)


def remove(resources: list[tuple[str, str, str]], clients: Clients) -> None:
    """Delete resources, the last first; what is gone already is no failure."""
    for name, kind, physical_id in reversed(resources):
        try:
            KINDS[kind].delete(clients, physical_id)
        except ClientError as error:
            if not _is_gone(error):
                raise _failed(name, error, "delete") from error


def _take_back(made: list[tuple[str, str, str]], clients: Clients) -> None:
    for one in reversed(made):
        # What cannot be taken back stays, as after a failed rollback.
        with contextlib.suppress(LaunchFailure):
            remove([one], clients)


def _failed(name: str, error: Exception, verb: str = "create") -> LaunchFailure:
    if isinstance(error, LaunchFailure):
        return error
    text = f"The following resource(s) failed to {verb}: [{name}]. {error}"
    return LaunchFailure("ResourceFailure", text)


def _is_gone(error: ClientError) -> bool:
    said = error.response["Error"]
    return "NotFound" in said["Code"] or "does not exist" in said["Message"]


def _parameter(clients: Clients, name: str) -> str:
    try:
        found = clients("ssm").get_parameters(Names=[name])
    except ClientError as error:
        raise LaunchFailure("ValidationError", str(error)) from error
    if not found["Parameters"]:
        raise LaunchFailure("ValidationError", f"Parameters: [{name}] cannot be found.")
    return str(found["Parameters"][0]["Value"])
