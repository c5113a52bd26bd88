"""Refuses pipelines that could not run, as CodePipeline does.

https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twin.errors import ServiceError


def check(declaration: Mapping[str, Any]) -> None:
    """Refuse what CodePipeline refuses: ServiceError InvalidStructureException and relatives."""
    stages = declaration["stages"]
    names = [stage["name"] for stage in stages]
    if len(set(names)) != len(names):
        raise _structure(f"Stage names must be unique, got {', '.join(names)}")
    _check_store(declaration)
    for number, stage in enumerate(stages):
        _check_stage(stage, first=number == 0)
    _check_artifacts(declaration)
    _check_namespaces(declaration)


def _check_store(declaration: Mapping[str, Any]) -> None:
    is_second = declaration.get("pipelineType") == "V2"
    if bool(declaration.get("artifactStore")) == bool(declaration.get("artifactStores")):
        raise _structure("Pipeline should have artifactStore or artifactStores, and not both")
    if declaration.get("executionMode", "SUPERSEDED") != "SUPERSEDED" and not is_second:
        raise _structure(f"Execution mode {declaration['executionMode']} needs pipeline type V2")
    if declaration.get("variables") and not is_second:
        raise _structure("Pipeline variables need pipeline type V2")


def _check_stage(stage: Mapping[str, Any], *, first: bool) -> None:
    actions = stage["actions"]
    if not actions:
        raise _structure(f"Stage {stage['name']} must have at least one action")
    names = [action["name"] for action in actions]
    if len(set(names)) != len(names):
        raise _structure(f"Action names of stage {stage['name']} must be unique")
    for action in actions:
        if (action["actionTypeId"]["category"] == "Source") != first:
            where = "only contain" if first else "not contain"
            raise _structure(f"Stage {stage['name']} must {where} source actions")
    for name in ("beforeEntry", "onSuccess"):
        if stage.get(name):
            raise _structure(f"Stage {stage['name']}: conditions ({name}) are not modelled")
    on_failure = stage.get("onFailure") or {}
    if on_failure.get("conditions") or on_failure.get("result", "FAIL") != "FAIL":
        raise _structure(f"Stage {stage['name']}: onFailure is modelled with result FAIL only")


def _check_artifacts(declaration: Mapping[str, Any]) -> None:
    made: set[str] = set()
    for stage in declaration["stages"]:
        for action in sorted(stage["actions"], key=lambda item: int(item.get("runOrder") or 1)):
            for artifact in action.get("inputArtifacts") or []:
                if artifact["name"] not in made:
                    raise _action(
                        f"Input Artifact Bundle {artifact['name']} in action {action['name']} is "
                        "not declared as Output Artifact Bundle in any of the preceding actions"
                    )
            for artifact in action.get("outputArtifacts") or []:
                if artifact["name"] in made:
                    raise _action(
                        f"Output Artifact Bundle name must be unique within the pipeline. "
                        f"{artifact['name']} has been used more than once"
                    )
                made.add(artifact["name"])


def _check_namespaces(declaration: Mapping[str, Any]) -> None:
    used: set[str] = set()
    for stage in declaration["stages"]:
        for action in stage["actions"]:
            namespace = action.get("namespace")
            if namespace in ("codepipeline", "variables"):
                raise _action(f"Namespace {namespace} is reserved")
            if namespace and namespace in used:
                raise _action(f"Namespace {namespace} must be unique within the pipeline")
            used.add(namespace or "")


def _structure(message: str) -> ServiceError:
    return ServiceError("InvalidStructureException", message)


def _action(message: str) -> ServiceError:
    return ServiceError("InvalidActionDeclarationException", message)
