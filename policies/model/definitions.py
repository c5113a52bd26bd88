"""Definitions of SageMaker pipelines, parsed: what each job step says of network, keys and role.

They are compiled and committed; the model build binds them to its account by the account's SSM
parameters. A pipeline that Terraform makes carries its own.
https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from policies.model.delivery_facts import Definition, JobStep
from policies.model.facts import OwnedResource, Problem
from policies.model.planned import Instance
from policies.model.root import Root
from policies.model.values import mapping, rows, switch, text, texts
from policies.verdict import Source

READ = "definitions-read"
_CONTRACT = "contract:"
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

_PUBLISHED: Mapping[str, tuple[str, ...]] = {
    "images": ("aws_ecr_repository",),
    "keys": ("aws_kms_key",),
}

Bind = Callable[[str], tuple[str, ...] | None]
"""Gives the values of a token of the contract, or None where the account has none."""


@dataclass(frozen=True)
class Compiled:
    """A committed definition: its model, its file and what that holds; None if there is none."""

    model: str
    file: str
    content: str | None


class DefinitionReader:
    """Reads definitions and notes what cannot be read."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def compiled(self, given: Compiled, root: Root, bind: Bind, name: str) -> Definition | None:
        """Read a committed definition as the account of a root gets it."""
        source = Source(root.plan.root, given.file, given.file, 0)
        if given.content is None:
            self._refuse(source, "must be compiled for every model", "no such file")
            return None
        return self._definition(given.content, given.file, source, root.key, bind, name)

    def planned(self, instance: Instance, root: Root) -> Definition | None:
        """Read the definition of a pipeline that Terraform makes."""
        content = text(instance.values, "pipeline_definition")
        if not content:
            where = (
                "an object in S3"
                if rows(instance.values, "pipeline_definition_s3_location")
                else "not known"
            )
            self._refuse(instance.source, "pipeline_definition must be known in the plan", where)
            return None
        name = text(instance.values, "pipeline_name")
        return self._definition(content, "", instance.source, root.key, lambda _: None, name)

    def _definition(
        self, content: str, file: str, source: Source, account: str, bind: Bind, name: str
    ) -> Definition | None:
        try:
            loaded = json.loads(content)
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

        def one(paths: tuple[tuple[str, ...], ...]) -> str:
            found = next(
                (text(_at(part, p[:-1]), p[-1]) for p in paths if text(_at(part, p[:-1]), p[-1])),
                "",
            )
            bound = self._bound((found,) if found else (), source, path, bind)
            return bound[0] if len(bound) == 1 else ("?" if found else "")

        return JobStep(
            name=name,
            type=kind,
            path=path,
            runs_job=runs_job,
            role=one(_ROLES),
            image=one(_IMAGES),
            subnets=self._bound(texts(vpc, "Subnets"), source, path, bind),
            groups=self._bound(texts(vpc, "SecurityGroupIds"), source, path, bind),
            volume_key=one(_VOLUME_KEYS),
            output_key=one(_OUTPUT_KEYS),
            isolated=switch(network, "EnableNetworkIsolation"),
            encrypted_traffic=switch(network, "EnableInterContainerTrafficEncryption"),
            arguments=arguments,
            source=source,
        )

    def _bound(
        self, given: tuple[str, ...], source: Source, path: str, bind: Bind
    ) -> tuple[str, ...]:
        made: list[str] = []
        for each in given:
            if not each.startswith(_CONTRACT):
                made.append(each)
                continue
            values = bind(each.removeprefix(_CONTRACT))
            if values is None:
                self._refuse(source, f"{path} must name what the account publishes", each)
            made += values or (each,)
        return tuple(made)

    def _refuse(self, source: Source, must_hold: str, got: str) -> None:
        self.problems.append(Problem(READ, False, source, must_hold, got, "run: make compile"))


def contract_of(root: Root, parameter_root: str, owned: Mapping[str, OwnedResource]) -> Bind:
    """Give what an account publishes about itself, by path below its parameters' root.

    Where a value is known to AWS only, it stands for the resource that it is made from, by
    address; of several of a kind the one whose purpose the path names.
    """
    found: dict[str, tuple[str, ...]] = {}
    for each in root.of_type("aws_ssm_parameter"):
        name = text(each.values, "name")
        if name.startswith(f"{parameter_root}/"):
            path = name.removeprefix(f"{parameter_root}/")
            found[path] = _published(root, each, path, owned)
    return found.get


def _published(
    root: Root, parameter: Instance, path: str, owned: Mapping[str, OwnedResource]
) -> tuple[str, ...]:
    value = text(parameter.values, "value") or text(parameter.values, "insecure_value")
    if value:
        listed = text(parameter.values, "type") == "StringList"
        return tuple(value.split(",")) if listed else (value,)
    group, _, last = path.partition("/")
    if group == "network":
        kind = "aws_subnet" if "subnet" in last else "aws_security_group"
        return tuple(each.address for each in root.linked(parameter, "value", kind))
    types = _PUBLISHED.get(group, ())
    linked = [each.address for each in root.linked(parameter, "value", *types)]
    own = [a for a in linked if a in owned and last.startswith(f"{owned[a].purpose}-")]
    return tuple(own if len(own) == 1 else linked)


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
