"""Images: how long they are kept, who gets them, and where else they go."""

from __future__ import annotations

from collections.abc import Iterator

from policies.checks.plan.claims import Claim, Doubt, every, undecided, violated
from policies.checks.plan.companions import has_companion
from policies.checks.plan.reading import State, reading
from policies.checks.plan.statements import (
    allowing,
    every_policy,
    foreigners,
    name,
    named_accounts,
    required,
)
from policies.iam import Policy, Statement
from policies.model import Model, PlannedResource, PolicyLayer

_HINT = "use modules/image-repository"
_PULLING = {
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:DescribeImages",
    "ecr:GetDownloadUrlForLayer",
    "ecr:ListImages",
}
_PUSHING = {
    "ecr:CompleteLayerUpload",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
}


def _says_something(_model: Model, it: PlannedResource) -> Iterator[Doubt]:
    found = reading(it, "policy")
    if found.state is State.UNKNOWN:
        yield undecided(it, "the rules must be known", found.shown(), _HINT)
    elif found.state is State.ABSENT or '"rules"' not in f"{found.value}":
        yield violated(it, "must have rules", found.shown(), _HINT)


repositories_have_lifecycles: Claim = every("aws_ecr_repository").must(
    has_companion(
        "aws_ecr_lifecycle_policy", "repository", _says_something, name="name", hint=_HINT
    )
)


def _too_wide(model: Model, policy: Policy) -> Iterator[str]:
    """Object to strangers, to whole accounts, to pushing from elsewhere and to anything else."""
    for statement in allowing(policy):
        strangers = foreigners(model, statement)
        if strangers:
            yield f"{', '.join(strangers)} in {name(statement)}"
        if named_accounts(statement) and not required(statement, "aws:PrincipalArn"):
            yield f"all of account {', '.join(named_accounts(statement))} in {name(statement)}"
        if required(statement, "aws:PrincipalOrgID") != (model.organization_id,):
            yield f"no aws:PrincipalOrgID in {name(statement)}"
        yield from _wrong_actions(statement)


def _wrong_actions(statement: Statement) -> Iterator[str]:
    actions = {pattern.text for pattern in statement.actions}
    others = actions - _PULLING - _PUSHING
    if statement.excludes_actions or others:
        yield f"`{sorted(others) or 'NotAction'}` in {name(statement)}"
    elif actions & _PUSHING and len(named_accounts(statement)) > 1:
        yield f"pushing from several accounts in {name(statement)}"


repository_policies_narrow: Claim = every_policy(
    PolicyLayer.RESOURCE,
    "aws_ecr_repository_policy",
    "aws_ecr_registry_policy",
    must="the policy must let named roles of the organisation pull, and own builds push",
    hint=_HINT,
    unless=_too_wide,
)

registries_not_replicated: Claim = every(
    "aws_ecr_replication_configuration",
    "aws_ecr_pull_through_cache_rule",
    "aws_ecr_repository_creation_template",
).must_not_exist(
    "images must be neither replicated nor pulled through",
    "a promotion copies an image by its digest; nothing else brings or takes one",
)
