"""Promotion: its order, its gate, in whose name it acts, and what it hands from step to step."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from policies.checks.plan.claims import Claim, Doubt, Outcome, every, undecided, violated
from policies.checks.plan.companions import companions
from policies.checks.plan.reading import State, readings
from policies.checks.plan.rules import says, under_own_key
from policies.checks.plan.statements import allowing, foreigners, required, services
from policies.iam import Policy
from policies.iam.arn import parse_arn
from policies.model import DeliveryPipeline, Model, PlannedResource, Stage, StageAction

_HINT = "use modules/promotion-pipeline"
_OWN = "production"
# The builds that bring nothing new: they go back to what a target keeps and has verified.
_GOING_BACK = ("rollback", "verify-rollback")
Objections = Callable[[Model, DeliveryPipeline], Iterator[Doubt]]


_DECIDING = ("category", "provider", "role_arn", "configuration")


def _every_pipeline(*objections: Objections) -> Claim:
    def judge(model: Model) -> Outcome:
        return Outcome(
            tuple(pipeline.source for pipeline in model.pipelines),
            (
                *(d for it in model.of_type("aws_codepipeline") for d in _not_known(it)),
                *(
                    doubt
                    for pipeline in model.pipelines
                    for objection in objections
                    for doubt in objection(model, pipeline)
                ),
            ),
        )

    return judge


def _not_known(it: PlannedResource) -> Iterator[Doubt]:
    """Give what a plan leaves open of a pipeline; an action without a role acts at home."""
    for part in _DECIDING:
        for found in readings(it, f"stage.action.{part}"):
            if found.state is State.UNKNOWN:
                must = f"`{part}` of each action must be known"
                yield undecided(it, must, f"{found.shown()} at `{found.path}`", _HINT)


def _kind(model: Model, pipeline: DeliveryPipeline, action: StageAction) -> str:
    """Return the kind of the account that an action works in; "?" where that is not known."""
    if not action.role:
        account = pipeline.account
    else:
        arn = parse_arn(action.role)
        account = arn.account if arn else ""
    try:
        return model.account(account).kind
    except KeyError:
        return "?"


def _kinds(model: Model, pipeline: DeliveryPipeline, stage: Stage) -> set[str]:
    return {_kind(model, pipeline, action) for action in stage.actions}


def _is_gate(stage: Stage) -> bool:
    """Tell whether a stage is a decision by a person, and nothing beside it."""
    return bool(stage.actions) and all(
        (action.category, action.provider) == ("Approval", "Manual") for action in stage.actions
    )


def _only_goes_back(pipeline: DeliveryPipeline) -> bool:
    """Tell whether a pipeline does nothing but take targets back to what they keep.

    By what its builds are told, not by its name: each runs as one of the two builds that judge what
    is kept in the target itself, and there is nothing beside them but the source.
    """
    acting = [a for stage in pipeline.stages for a in stage.actions if a.category != "Source"]
    return bool(acting) and all(
        action.provider == "CodeBuild"
        and bool(action.role)
        and (_environment(action) or {}).get("BUILD") in _GOING_BACK
        for action in acting
    )


def _in_order(model: Model, pipeline: DeliveryPipeline) -> Iterator[Doubt]:
    if _only_goes_back(pipeline):
        return
    kinds = [_kinds(model, pipeline, stage) for stage in pipeline.stages]
    if any("?" in each for each in kinds) or not pipeline.stages:
        must = "each action must name the account that it works in"
        yield undecided(pipeline.source, must, "an action whose role is not known", _HINT)
        return
    producing = [index for index, each in enumerate(kinds) if _OWN in each]
    if not producing:
        return
    before = pipeline.stages[: producing[0]]
    gates = [index for index, stage in enumerate(before) if _is_gate(stage)]
    if not gates:
        must = "a stage of approval alone must come before anything of production"
        yield violated(
            pipeline.source, must, f"none before {_named(pipeline, producing[0])}", _HINT
        )
        return
    must = "staging must be tested before the approval"
    if not any(
        action.category == "Test" and _kind(model, pipeline, action) == "staging"
        for stage in before[: gates[-1]]
        for action in stage.actions
    ):
        yield violated(pipeline.source, must, "no test of staging before it", _HINT)
    if any(kinds[index] - {"data-science", _OWN} for index in producing):
        must = "nothing may run beside production"
        yield violated(pipeline.source, must, "an action of another account beside it", _HINT)


def _named(pipeline: DeliveryPipeline, index: int) -> str:
    return f"stage `{pipeline.stages[index].name}`"


promotion_order: Claim = _every_pipeline(_in_order)

artifact_stores_own_key: Claim = every("aws_codepipeline").must(
    under_own_key("artifact_store.encryption_key.id", "give the store the key for artefacts")
)


def _gates_tell_in_secret(model: Model, pipeline: DeliveryPipeline) -> Iterator[Doubt]:
    must = "an approval must be told by an encrypted topic of the account"
    topics = {
        it.values.get("name"): it
        for it in model.of_type("aws_sns_topic")
        if it.root == pipeline.source.root
    }
    for stage in pipeline.stages:
        for action in stage.actions:
            if action.category != "Approval":
                continue
            told = f"{action.configuration.get('NotificationArn') or ''}"
            topic = topics.get(told.rpartition(":")[2])
            if topic is None:
                got = f"`{told}`" if told else "nobody told"
                yield violated(pipeline.source, must, f"{got} in `{action.name}`", _HINT)
            else:
                yield from under_own_key("kms_master_key_id", _HINT)(model, topic)


approval_topic_encrypted: Claim = _every_pipeline(_gates_tell_in_secret)


def _in_target_role(model: Model, pipeline: DeliveryPipeline) -> Iterator[Doubt]:
    here = {build.name for build in model.builds if build.source.root == pipeline.source.root}
    for stage in pipeline.stages:
        for action in stage.actions:
            if action.role:
                yield from _trusts_pipeline_only(model, pipeline, action)
            elif action.provider == "CodeBuild" and action.project not in here:
                must = f"`{action.name}` must name a role of the account that it works in"
                yield violated(pipeline.source, must, "none", _HINT)


def _trusts_pipeline_only(
    model: Model, pipeline: DeliveryPipeline, action: StageAction
) -> Iterator[Doubt]:
    role = model.roles.get(action.role)
    must = f"`{action.name}` must run under a role that trusts the pipeline's role only"
    if role is None:
        yield undecided(pipeline.source, must, f"`{action.role}`, which no plan makes", _HINT)
    elif role.undecided:
        yield undecided(role.source, must, "a trust that is not known", _HINT)
    elif not _only_for(role.trust, pipeline.role, model):
        yield violated(role.source, must, "a trust in more", _HINT)


def _only_for(trust: Policy, pipeline_role: str, model: Model) -> bool:
    return all(
        required(statement, "aws:PrincipalArn") == (pipeline_role,)
        and not services(statement)
        and not foreigners(model, statement)
        for statement in allowing(trust)
    )


pipeline_actions_in_target_role: Claim = _every_pipeline(_in_target_role)


def _takes_exact_version(_model: Model, pipeline: DeliveryPipeline) -> Iterator[Doubt]:
    """Say whether every build of a promotion gets the very version that it was started with."""
    if not _promotes(pipeline):
        return
    for action in _builds(pipeline):
        given = _environment(action)
        must = f"`{action.name}` must be given the version that was approved"
        if given is None:
            yield undecided(pipeline.source, must, "settings that are not JSON", _HINT)
        elif not any(
            value == f"#{{variables.{name}}}"
            for value in given.values()
            for name in pipeline.variables
        ):
            yield violated(pipeline.source, must, f"`{sorted(given)}`", _HINT)


def _promotes(pipeline: DeliveryPipeline) -> bool:
    return any(action.role for stage in pipeline.stages for action in stage.actions)


def _builds(pipeline: DeliveryPipeline) -> list[StageAction]:
    return [a for stage in pipeline.stages for a in stage.actions if a.provider == "CodeBuild"]


def _environment(action: StageAction) -> dict[str, str] | None:
    try:
        given = json.loads(action.configuration.get("EnvironmentVariables") or "[]")
        return {f"{it['name']}": f"{it['value']}" for it in given}
    except (ValueError, TypeError, KeyError):
        return None


promotion_by_digest: Claim = _every_pipeline(_takes_exact_version)


def _hands_release_on(_model: Model, pipeline: DeliveryPipeline) -> Iterator[Doubt]:
    """Say whether what the first build states and signs reaches each action in another account."""
    if not _promotes(pipeline) or _only_goes_back(pipeline):
        return
    first = next((action for action in _builds(pipeline) if not action.role), None)
    stated = set(first.outputs) if first else set()
    for action in _builds(pipeline):
        if action.role and not stated & set(action.inputs):
            must = f"`{action.name}` must be given the release that the first build states"
            yield violated(pipeline.source, must, f"`{list(action.inputs)}`", _HINT)


images_verified_before_promotion: Claim = _every_pipeline(_hands_release_on)


def _versioned_source(model: Model, pipeline: DeliveryPipeline) -> Iterator[Doubt]:
    hint = "start the pipeline by an event of a versioned bucket, or by CodeConnections"
    for stage in pipeline.stages:
        for action in stage.actions:
            if action.category != "Source":
                continue
            settings = action.configuration
            if action.provider not in ("S3", "CodeStarSourceConnection", "CodeCommit"):
                must = f"`{action.name}` must take a versioned source"
                yield violated(pipeline.source, must, f"`{action.provider}`", hint)
            polls = settings.get("PollForSourceChanges")
            if action.provider in ("S3", "CodeCommit") and f"{polls}".lower() != "false":
                must = f"`{action.name}` must not poll"
                yield violated(pipeline.source, must, f"`{polls}`", hint)
            if action.provider == "S3":
                yield from _bucket_versioned(model, pipeline, settings.get("S3Bucket"), hint)


def _bucket_versioned(
    model: Model, pipeline: DeliveryPipeline, name: object, hint: str
) -> Iterator[Doubt]:
    kind = "aws_s3_bucket_versioning"
    buckets: list[PlannedResource] = [
        it for it in model.of_type("aws_s3_bucket") if it.values.get("bucket") == name and name
    ]
    must = "the source must be a bucket of the plans that keeps versions"
    settings = [it for b in buckets for it in companions(model, b, kind, "bucket", "bucket")]
    if not settings:
        yield violated(pipeline.source, must, f"`{name}`", hint)
    for it in settings:
        yield from says("versioning_configuration.status", "Enabled", hint=hint)(model, it)


pipeline_sources_versioned: Claim = _every_pipeline(_versioned_source)
