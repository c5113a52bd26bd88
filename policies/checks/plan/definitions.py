"""Compiled SageMaker pipelines: what each job is started with, and under whom the pipeline runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policies.checks.plan.claims import Claim, Doubt, Outcome, every, together, undecided, violated
from policies.checks.plan.companions import companions
from policies.checks.plan.deploying import deploying_roles
from policies.checks.plan.reading import State, reading, readings
from policies.checks.plan.rules import linked, says
from policies.model import Definition, JobStep, Model, PlannedResource
from policies.verdict import Source

_HINT = "write the job with pipelines/definitions/jobs.py, and compile the definition anew"
# A transform runs where its model does, and has none of the other settings.
# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTransformJob.html
_WITHOUT_NETWORK = ("Transform",)
_NO_ISOLATION = ("AutoML", "Transform")
_MAKING = ("Model",)
# How the model names what is wrong with a definition.
_UNREAD = "definitions-read"


def pipeline_definitions_isolated(model: Model) -> Outcome:
    """SME-24: every job of a compiled pipeline is confined as the controls of jobs want it."""
    judged: list[Source] = []
    doubts: list[Doubt] = []
    for definition in model.definitions:
        for step in definition.steps:
            if step.runs_job or step.type in _MAKING:
                judged.append(_at(definition, step))
                doubts += _objections(model, definition, step)
    return Outcome(tuple(dict.fromkeys(judged)), (*doubts, *_unread(model)))


def _unread(model: Model) -> Iterator[Doubt]:
    """Give the pipelines of which no definition could be read, and models without one."""
    read = {(it.source.root, it.source.address) for it in model.definitions}
    for it in model.of_type("aws_sagemaker_pipeline"):
        if (it.root, it.address) not in read:
            must = "the definition must be known and readable"
            yield undecided(it, must, reading(it, "pipeline_definition").shown(), _HINT)
    for problem in model.problems:
        if problem.check == _UNREAD:
            yield undecided(problem.source, problem.must_hold, problem.got, _HINT)


def _at(definition: Definition, step: JobStep) -> Source:
    """Return where a step stands; its address tells the step beside the file or resource."""
    source = step.source
    return Source(source.root, f"{definition.name}: {step.name}", source.file, source.line)


def _objections(model: Model, definition: Definition, step: JobStep) -> Iterator[Doubt]:
    place = _at(definition, step)
    if step.type not in _WITHOUT_NETWORK:
        for what, found in (("Subnets", step.subnets), ("SecurityGroupIds", step.groups)):
            yield from _told(place, f"`VpcConfig.{what}` must name ours", found)
    if step.runs_job:
        for what, key in (("VolumeKmsKeyId", step.volume_key), ("KmsKeyId", step.output_key)):
            yield from _told(place, f"`{what}` must name a key of ours", (key,) if key else ())
    if step.type not in _NO_ISOLATION and step.isolated is not True:
        must = "`EnableNetworkIsolation` must be true"
        yield violated(place, must, _shown(step.isolated), _HINT)
    if step.runs_job and step.type not in _WITHOUT_NETWORK and step.encrypted_traffic is not True:
        must = "`EnableInterContainerTrafficEncryption` must be true"
        yield violated(place, must, _shown(step.encrypted_traffic), _HINT)
    if step.type not in _WITHOUT_NETWORK:
        yield from _runs_as(model, definition, step, place)


def _told(place: Source, must: str, found: tuple[str, ...]) -> Iterator[Doubt]:
    if not found:
        yield violated(place, must, "nothing", _HINT)
    elif any(each in ("", "?") for each in found):
        yield undecided(place, must, "what the account's contract does not tell", _HINT)


def _shown(value: bool | None) -> str:
    return "nothing" if value is None else f"`{value}`".lower()


def _runs_as(model: Model, definition: Definition, step: JobStep, place: Source) -> Iterator[Doubt]:
    """Say whether a job runs under a bounded role of its account that SageMaker takes on."""
    must = "the job must run under a role for jobs of its account"
    role = model.roles.get(step.role)
    if not step.role:
        yield violated(place, must, "none", _HINT)
    elif step.role == "?" or role is None:
        say = undecided if step.role == "?" else violated
        yield say(place, must, f"`{step.role}`, which no plan makes", _HINT)
    elif (
        role.account != definition.account
        or "sagemaker.amazonaws.com" not in role.services
        or role.boundary is None
        or step.role in deploying_roles(model)
    ):
        yield violated(place, must, f"`{step.role}`", _HINT)


_LINEAGE = (
    "commit",
    "data_sha256",
    "data_uri",
    "definition_sha256",
    "execution_arn",
    "image_digest",
)


def pipeline_records_lineage(model: Model) -> Outcome:
    """SME-29: whatever registers a version tells the data, the code and the run it comes from."""
    judged: list[Source] = []
    doubts: list[Doubt] = []
    for definition in model.definitions:
        for step in definition.steps:
            if step.type != "RegisterModel":
                continue
            place = _at(definition, step)
            judged.append(place)
            told = step.arguments.get("CustomerMetadataProperties")
            missing = [name for name in _LINEAGE if not _has(told, name)]
            if missing:
                must = f"a version must be registered with {', '.join(_LINEAGE)}"
                doubts.append(violated(place, must, f"none of {', '.join(missing)}", _HINT))
    return Outcome(tuple(judged), (*doubts, *_unread(model)))


def _has(told: Any, name: str) -> bool:
    return isinstance(told, Mapping) and bool(told.get(name))


def _apart(model: Model, it: PlannedResource) -> Iterator[Doubt]:
    hint = "give the pipeline a role of its own"
    must = "`role_arn` must be a role that deploys nothing"
    found = reading(it, "role_arn")
    if found.state is State.UNKNOWN and not linked(it, found):
        yield undecided(it, must, found.shown(), hint)
    elif ({f"{found.value}"} | set(linked(it, found))) & deploying_roles(model):
        yield violated(it, must, found.shown(), hint)


def _from_versioned_bucket(model: Model, it: PlannedResource) -> Iterator[Doubt]:
    path = "pipeline_definition_s3_location.bucket"
    hint = "keep definitions in a bucket of modules/secure-bucket"
    kind = "aws_s3_bucket_versioning"
    for found in readings(it, path):
        if found.state is State.ABSENT:
            continue
        buckets = [
            bucket
            for bucket in model.of_type("aws_s3_bucket")
            if bucket.values.get("bucket") == found.value or bucket.address in linked(it, found)
        ]
        settings = [s for b in buckets for s in companions(model, b, kind, "bucket", "bucket")]
        if not settings:
            yield violated(it, f"`{path}` must keep versions", found.shown(), hint)
        for each in settings:
            yield from says("versioning_configuration.status", "Enabled", hint=hint)(model, each)


def _names_pipeline_role(_model: Model, it: PlannedResource) -> bool:
    name = it.values.get("name")
    return not isinstance(name, str) or name.endswith("/roles/pipeline-arn")


def _contract_apart(model: Model, it: PlannedResource) -> Iterator[Doubt]:
    must = "the role of pipelines must be one that deploys nothing"
    found = reading(it, "value")
    if found.state is not State.KNOWN:
        yield undecided(it, must, found.shown(), "name the role by its ARN")
    elif found.value in deploying_roles(model):
        yield violated(it, must, found.shown(), "give pipelines a role of their own")


pipeline_roles_apart: Claim = together(
    every("aws_sagemaker_pipeline").must(_apart, _from_versioned_bucket),
    every("aws_ssm_parameter").where(_names_pipeline_role).must(_contract_apart),
)
