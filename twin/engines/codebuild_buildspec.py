"""Reads build specifications, version 0.2.

https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

PHASES = ("install", "pre_build", "build", "post_build")
_SHELLS = ("sh", "bash", "/bin/sh", "/bin/bash")
_ON_FAILURE = ("ABORT", "CONTINUE")
# What has no effect on what a build does is read over; everything else is refused.
_WITHOUT_EFFECT = ("cache", "reports", "proxy")


class BuildspecError(Exception):
    """A build specification that CodeBuild would refuse; the message says why."""


@dataclass(frozen=True)
class Phase:
    """The commands of one phase."""

    commands: tuple[str, ...] = ()
    finally_commands: tuple[str, ...] = ()
    on_failure: str | None = None


@dataclass(frozen=True)
class Artifact:
    """Which files make an artifact."""

    files: tuple[str, ...]
    base_directory: str = ""
    name: str | None = None
    discard_paths: bool = False
    exclude_paths: tuple[str, ...] = ()


@dataclass(frozen=True)
class Buildspec:
    """What a build shall do."""

    shell: str = "sh"
    variables: Mapping[str, str] = field(default_factory=dict)
    parameter_store: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    exported: tuple[str, ...] = ()
    phases: Mapping[str, Phase] = field(default_factory=dict)
    artifact: Artifact | None = None
    secondary_artifacts: Mapping[str, Artifact] = field(default_factory=dict)


def is_inline(text: str) -> bool:
    """Tell whether the buildspec of a project is the text itself, not a path within the source."""
    return "\n" in text.strip() or text.lstrip().startswith(("{", "version"))


def parse(text: str) -> Buildspec:
    """Read a build specification; raises BuildspecError."""
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BuildspecError(f"Expected valid YAML: {error}") from error
    if not isinstance(document, dict):
        raise BuildspecError("Expected a mapping at the top of the buildspec")
    if str(document.get("version")) != "0.2":
        raise BuildspecError(f"Expected version 0.2, got {document.get('version')}")
    known = {"version", "run-as", "env", "phases", "artifacts", *_WITHOUT_EFFECT}
    unknown = sorted(str(key) for key in document if key not in known)
    if unknown:
        raise BuildspecError(f"Unknown or unsupported property: {', '.join(unknown)}")
    environment = _mapping(document.get("env"), "env")
    artifacts = _mapping(document.get("artifacts"), "artifacts")
    secondary = _mapping(artifacts.get("secondary-artifacts"), "artifacts/secondary-artifacts")
    return Buildspec(
        shell=_shell(environment),
        variables=_texts(environment.get("variables"), "env/variables"),
        parameter_store=_texts(environment.get("parameter-store"), "env/parameter-store"),
        secrets=_texts(environment.get("secrets-manager"), "env/secrets-manager"),
        exported=_list(environment.get("exported-variables"), "env/exported-variables"),
        phases=_phases(_mapping(document.get("phases"), "phases")),
        artifact=_artifact(artifacts, "artifacts") if artifacts.get("files") else None,
        secondary_artifacts={
            str(name): _artifact(_mapping(given, str(name)), f"secondary-artifacts/{name}")
            for name, given in secondary.items()
        },
    )


def _shell(environment: Mapping[str, Any]) -> str:
    shell = environment.get("shell", "sh")
    if shell not in _SHELLS:
        raise BuildspecError(f"env/shell must be sh or bash, got {shell}")
    return str(shell)


def _phases(given: Mapping[str, Any]) -> dict[str, Phase]:
    unknown = sorted(set(given) - set(PHASES))
    if unknown:
        raise BuildspecError(f"Invalid phase: {', '.join(map(str, unknown))}")
    return {name: _phase(name, _mapping(phase, f"phases/{name}")) for name, phase in given.items()}


def _phase(name: str, given: Mapping[str, Any]) -> Phase:
    on_failure = given.get("on-failure")
    if on_failure is not None and on_failure not in _ON_FAILURE:
        raise BuildspecError(
            f"phases/{name}/on-failure must be ABORT or CONTINUE, got {on_failure}"
        )
    return Phase(
        _list(given.get("commands"), f"phases/{name}/commands"),
        _list(given.get("finally"), f"phases/{name}/finally"),
        on_failure,
    )


def _artifact(given: Mapping[str, Any], address: str) -> Artifact:
    name = given.get("name")
    files = _list(given.get("files"), f"{address}/files")
    if not files:
        raise BuildspecError(f"{address}/files must name at least one file")
    return Artifact(
        files,
        str(given.get("base-directory") or ""),
        None if name is None else str(name),
        given.get("discard-paths") in (True, "yes"),
        _list(given.get("exclude-paths"), f"{address}/exclude-paths"),
    )


def _mapping(value: Any, address: str) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BuildspecError(f"{address} must be a mapping, got {value!r}")
    return value


def _texts(value: Any, address: str) -> dict[str, str]:
    return {str(key): _text(item) for key, item in _mapping(value, address).items()}


def _list(value: Any, address: str) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list) or any(isinstance(item, (dict, list)) for item in value):
        raise BuildspecError(f"{address} must be a list of texts, got {value!r}")
    return tuple(_text(item) for item in value)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
