"""Definitions of SageMaker pipelines, parsed: what each job step says of network, keys and role.

They are compiled and committed; the model build binds them to its account by the account's SSM
parameters. A pipeline that Terraform makes carries its own, or is made from a template.
https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from policies.model.contract import Bind
from policies.model.delivery_facts import Definition, JobStep
from policies.model.facts import Problem, RoleFacts
from policies.model.planned import Instance
from policies.model.root import Root
from policies.model.templates import Template, made_from, template_of
from policies.model.terraform_files import TerraformFiles
from policies.model.values import mapping, rows, switch, text, texts
from policies.verdict import Source

READ = "definitions-read"
_CONTRACT = "contract:"
_PLANNED = "pipeline_definition"
_JOBS = {
    *("AutoML", "ClarifyCheck", "NotebookJob", "Processing", "QualityCheck"),
    *("Training", "Transform", "Tuning"),
}
_OTHERS = {
    *("Callback", "Condition", "EMR", "EMRServerless", "EndpointConfig", "Endpoint", "Fail"),
    *("Lambda", "Model", "RegisterModel"),
}
_BRANCHES = ("IfSteps", "ElseSteps")
_PARALLEL = ("TrainingJobDefinition", "TrainingJobDefinitions")
_ROLES = (("RoleArn",), ("ExecutionRoleArn",))
_IMAGES = (
    ("AppSpecification", "ImageUri"),
    ("AlgorithmSpecification", "TrainingImage"),
    ("PrimaryContainer", "Image"),
)
_NETWORKS = (("NetworkConfig",), ("AutoMLJobConfig", "SecurityConfig"), ("SecurityConfig",), ())
_VOLUME_KEYS = (
    ("ProcessingResources", "ClusterConfig", "VolumeKmsKeyId"),
    ("ResourceConfig", "VolumeKmsKeyId"),
    ("HyperParameterTuningResourceConfig", "VolumeKmsKeyId"),
    ("TransformResources", "VolumeKmsKeyId"),
    ("AutoMLJobConfig", "SecurityConfig", "VolumeKmsKeyId"),
    ("SecurityConfig", "VolumeKmsKeyId"),
)
_OUTPUT_KEYS = (
    ("ProcessingOutputConfig", "KmsKeyId"),
    ("OutputDataConfig", "KmsKeyId"),
    ("TransformOutput", "KmsKeyId"),
)


@dataclass(frozen=True)
class Compiled:
    """A committed definition: its model, its file and what that holds; None if there is none."""

    model: str
    file: str
    content: str | None


class DefinitionReader:
    """Reads definitions and notes what cannot be read."""

    def __init__(self, files: TerraformFiles, roles: Mapping[str, RoleFacts]) -> None:
        self.problems: list[Problem] = []
        self._files = files
        self._roles = {(it.source.root, it.source.address): arn for arn, it in roles.items()}

    def compiled(self, given: Compiled, root: Root, bind: Bind, name: str) -> Definition | None:
        """Read a committed definition as the account of a root gets it."""
        source = Source(root.plan.root, given.file, given.file, 0)
        if given.content is None:
            self._refuse(source, "must be compiled for every model", "no such file")
            return None
        return self._definition(given.content, given.file, source, root.key, bind, name)

    def planned(self, instance: Instance, root: Root) -> Definition | None:
        """Read the definition of a pipeline that Terraform makes, or the template of it."""
        content, name = text(instance.values, _PLANNED), text(instance.values, "pipeline_name")
        if content:
            return self._definition(content, "", instance.source, root.key, _nothing, name)
        got: Template | str = "an object in S3"
        if not rows(instance.values, f"{_PLANNED}_s3_location"):
            got = template_of(instance, _PLANNED, self._files, lambda it: f'"{_CONTRACT}{it}"')
        if isinstance(got, str):
            self._refuse(instance.source, f"{_PLANNED} must be known in the plan", got)
            return None
        bind = self._written(instance, root, got.expressions)
        source = replace(instance.source, file=got.file, line=0)
        return self._definition(got.content, got.file, source, root.key, bind, name)

    def _written(self, instance: Instance, root: Root, expressions: Mapping[str, str]) -> Bind:
        def bind(name: str, types: tuple[str, ...]) -> tuple[str, ...] | None:
            if name not in expressions:
                return None
            found = made_from(root, instance, expressions[name], types)
            return tuple(self._roles.get((root.plan.root, it), it) for it in found)

        return bind

    def _definition(
        self, content: str, file: str, source: Source, account: str, bind: Bind, name: str
    ) -> Definition | None:
        try:
            loaded = json.loads(content, object_pairs_hook=_once)
        except (ValueError, RecursionError) as error:
            self._refuse(source, "must be JSON", str(error)[:120])
            return None
        if not isinstance(loaded, dict) or not isinstance(loaded.get("Steps"), list):
            self._refuse(source, "must be an object with Steps", type(loaded).__name__)
            return None
        lines = _lines(content) if file else {}
        steps = tuple(self._steps(loaded["Steps"], "Steps", source, lines, bind))
        parameters = tuple(text(each, "Name") for each in rows(loaded, "Parameters"))
        return Definition(name, account, parameters, steps, source)

    def _steps(
        self, given: list[Any], path: str, source: Source, lines: Mapping[str, int], bind: Bind
    ) -> Iterator[JobStep]:
        for index, step in enumerate(given):
            where = f"{path}[{index}]"
            if not isinstance(step, Mapping):
                self._refuse(source, f"{where} must be a step", type(step).__name__)
                continue
            name, kind = text(step, "Name"), text(step, "Type")
            arguments = mapping(step, "Arguments")
            line = lines.get(name, source.line)
            here = Source(source.root, source.address, source.file, line)
            if kind not in _JOBS | _OTHERS:
                self._refuse(here, f"{where} must be of a type that is known", kind or "none")
            yield from self._step(step, name, kind, arguments, where, here, bind)
            for branch in _BRANCHES:
                inner = arguments.get(branch)
                if isinstance(inner, list):
                    inside = f"{where}.Arguments.{branch}"
                    yield from self._steps(inner, inside, source, lines, bind)

    def _step(
        self,
        step: Mapping[str, Any],
        name: str,
        kind: str,
        arguments: Mapping[str, Any],
        path: str,
        source: Source,
        bind: Bind,
    ) -> Iterator[JobStep]:
        known = kind in _OTHERS
        if not isinstance(step.get("Arguments"), Mapping) and not known:
            self._refuse(source, f"{path} must have Arguments", "none")
        parts = [part for name_ in _PARALLEL for part in rows(arguments, name_)]
        for index, part in enumerate(parts or [arguments]):
            where = f"{path}.{index}" if len(parts) > 1 else path
            yield self._job(name, kind, not known, {**part}, where, source, bind, arguments)

    def _job(
        self,
        name: str,
        kind: str,
        runs_job: bool,
        part: Mapping[str, Any],
        path: str,
        source: Source,
        bind: Bind,
        arguments: Mapping[str, Any],
    ) -> JobStep:
        network = next((_at(part, p) for p in _NETWORKS if _speaks(_at(part, p))), {})
        vpc = mapping(network, "VpcConfig")

        def several(given: tuple[str, ...], *types: str) -> tuple[str, ...]:
            return self._bound(given, source, path, bind, types)

        def one(paths: tuple[tuple[str, ...], ...], *types: str) -> str:
            found = next(filter(None, (text(_at(part, p[:-1]), p[-1]) for p in paths)), "")
            bound = several((found,) if found else (), *types)
            return bound[0] if len(bound) == 1 else ("?" if found else "")

        return JobStep(
            name=name,
            type=kind,
            path=path,
            runs_job=runs_job,
            role=one(_ROLES, "aws_iam_role"),
            image=one(_IMAGES, "aws_ecr_repository"),
            subnets=several(_listed(vpc, "Subnets"), "aws_subnet"),
            groups=several(_listed(vpc, "SecurityGroupIds"), "aws_security_group"),
            volume_key=one(_VOLUME_KEYS, "aws_kms_key"),
            output_key=one(_OUTPUT_KEYS, "aws_kms_key"),
            isolated=switch(network, "EnableNetworkIsolation"),
            encrypted_traffic=switch(network, "EnableInterContainerTrafficEncryption"),
            arguments=arguments,
            source=source,
        )

    def _bound(
        self,
        given: tuple[str, ...],
        source: Source,
        path: str,
        bind: Bind,
        types: tuple[str, ...],
    ) -> tuple[str, ...]:
        made: list[str] = []
        for each in given:
            if not each.startswith(_CONTRACT):
                made.append(each)
                continue
            values = bind(each.removeprefix(_CONTRACT), types)
            if values is None:
                self._refuse(source, f"{path} must name what the account publishes", each)
            made += values or ("?",)
        return tuple(made)

    def _refuse(self, source: Source, must_hold: str, got: str) -> None:
        self.problems.append(Problem(READ, False, source, must_hold, got, "run: make compile"))


def _nothing(_name: str, _types: tuple[str, ...]) -> None:
    """Bind nothing: a definition that a plan knows has no names to put in."""


def _once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object; of two members of a name nobody could tell which one counts."""
    made = dict(members)
    if len(made) != len(members):
        raise ValueError("a name stands twice in an object")
    return made


def _listed(part: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Give the texts of a list, or the one token that stands for all of it."""
    whole = text(part, name)
    return (whole,) if whole.startswith(_CONTRACT) else texts(part, name)


def _at(part: Mapping[str, Any], path: tuple[str, ...]) -> Mapping[str, Any]:
    for step in path:
        part = mapping(part, step)
    return part


def _speaks(network: Mapping[str, Any]) -> bool:
    said = ("VpcConfig", "EnableNetworkIsolation", "EnableInterContainerTrafficEncryption")
    return any(name in network for name in said)


def _lines(content: str) -> dict[str, int]:
    """Give the line on which each name stands first as the name of a step."""
    found: dict[str, int] = {}
    for number, line in enumerate(content.splitlines(), start=1):
        stripped = line.strip().rstrip(",")
        if stripped.startswith('"Name": "'):
            found.setdefault(stripped[9:-1], number)
    return found
