"""Builds: where they stand, under which role and key, and what they are given."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies.checks.plan.claims import Claim, Doubt, every, together, undecided, violated
from policies.checks.plan.reading import State, reading, readings
from policies.checks.plan.rules import is_set, linked, matches, says, under_own_key
from policies.model import Model, PlannedResource

_HINT = "use modules/build-project"
# Images of AWS have no digest to name; ours do.
# https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-available.html
_IMAGE = (
    r"aws/codebuild/[a-z0-9_-]+:[0-9]+\.[0-9]+"
    r"|\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/[a-z0-9/_.-]+@sha256:[0-9a-f]{64}"
)
_SECRET = re.compile(r"SECRET|TOKEN|PASSWORD|PASSWD|CREDENTIAL|ACCESS_KEY|API_KEY", re.I)


def _no_plain_secrets(_model: Model, it: PlannedResource) -> Iterator[Doubt]:
    names = readings(it, "environment.environment_variable.name")
    kinds = readings(it, "environment.environment_variable.type")
    must = "a secret must come from Secrets Manager"
    for name, kind in zip(names, kinds, strict=True):
        if name.state is State.UNKNOWN:
            yield undecided(it, must, f"{name.shown()} as a variable's name", _HINT)
        elif _SECRET.search(f"{name.value or ''}") and kind.value != "SECRETS_MANAGER":
            yield violated(it, must, f"{name.shown()} in plain text", _HINT)


def _role_of_its_own(model: Model, it: PlannedResource) -> Iterator[Doubt]:
    must = "`service_role` must be of this build alone"
    own = _role(it)
    if not own:
        yield undecided(it, must, reading(it, "service_role").shown(), _HINT)
        return
    for other in model.of_type("aws_codebuild_project"):
        same = (other.root, other.address) == (it.root, it.address)
        if other.root == it.root and not same and set(own) & set(_role(other)):
            yield violated(it, must, f"that of {other.address} too", _HINT)


def _role(it: PlannedResource) -> tuple[str, ...]:
    found = reading(it, "service_role")
    return (f"{found.value}",) if found.state is State.KNOWN else linked(it, found)


def _filtered(_model: Model, it: PlannedResource) -> Iterator[Doubt]:
    found = reading(it, "filter_group")
    if found.state is State.ABSENT:
        yield violated(it, "`filter_group` must say what starts a build", "nothing", _HINT)
    elif found.state is State.UNKNOWN:
        yield undecided(it, "`filter_group` must say what starts a build", found.shown(), _HINT)


builds_confined: Claim = together(
    every("aws_codebuild_project").must(
        is_set("vpc_config.vpc_id", _HINT),
        is_set("vpc_config.subnets", _HINT),
        is_set("vpc_config.security_group_ids", _HINT),
        says("environment.privileged_mode", False, hint="set `privileged_mode = false`"),
        matches("environment.image", _IMAGE, "an image of AWS, or one of ours by digest", _HINT),
        under_own_key("encryption_key", "name the key for artefacts", of_anybody_here=True),
        says("logs_config.cloudwatch_logs.status", "ENABLED", hint=_HINT),
        says("project_visibility", "PRIVATE", hint='set `project_visibility = "PRIVATE"`'),
        _no_plain_secrets,
        _role_of_its_own,
    ),
    every("aws_codebuild_webhook").must(_filtered),
)
