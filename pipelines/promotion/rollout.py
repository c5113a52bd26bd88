"""Brings a release behind its endpoint with terraform/release, and takes back what failed."""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.attestations.refusal import Refused
from pipelines.canonical import sha256_of
from pipelines.clock import Clock
from pipelines.errors import Finding, InvalidInput
from pipelines.models.variant import Rollout, Strategy
from pipelines.promotion.adopt import adopt, settle
from pipelines.promotion.alarm_states import AlarmClient, AlarmState, alarms_that_rang
from pipelines.promotion.aws import Aws
from pipelines.promotion.planned import EndpointGoes, UnfitPlan, check_plan
from pipelines.promotion.putting_back import PuttingClient, put_back
from pipelines.promotion.released_source import LEFT_BEHIND, TERRAFORM
from pipelines.promotion.rollout_failure import Before, RolloutFailed, live_configuration
from pipelines.promotion.shadow import watch, with_shadow
from pipelines.promotion.state import backend, break_stale_lock
from pipelines.promotion.target import Target
from pipelines.promotion.terraform import PLAN_FILE, Terraform, clean_environment
from pipelines.promotion.terraform_messages import Change
from pipelines.promotion.variables import VARIABLES_FILE

_CONFIGURATION = "aws_sagemaker_endpoint_configuration."
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Surroundings:
    """What a deployment finds outside itself."""

    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    clock: Clock = field(default_factory=Clock)
    program: str = "terraform"


@dataclass(frozen=True)
class Applied:
    """What Terraform was to change, and what it says that it made."""

    plan_sha256: str
    changes: tuple[Change, ...]
    outputs: Mapping[str, Any]

    def document(self) -> dict[str, Any]:
        """Return what a report tells about the plan."""
        changes = [change.document() for change in self.changes]
        return {"sha256": self.plan_sha256, "changes": changes}


def _nothing() -> None:
    """Ask for nothing before a plan is applied."""


@dataclass(frozen=True)
class _Endpoint:
    """One endpoint, with everything that changes it and looks at it."""

    name: str
    terraform: Terraform
    sagemaker: PuttingClient
    cloudwatch: AlarmClient
    clock: Clock
    since: datetime

    def apply(
        self, variables: Mapping[str, Any], before_apply: Callable[[], None] = _nothing
    ) -> tuple[str, tuple[Change, ...]]:
        """Plan these variables and apply exactly that plan; tell its digest and its changes."""
        text = json.dumps(variables, indent=2, sort_keys=True) + "\n"
        (self.terraform.folder / VARIABLES_FILE).write_text(text)
        return _plan_and_apply(self, before_apply)

    def fitting_plan(self) -> tuple[Change, ...] | None:
        """Plan; put an endpoint back first that the provider would make anew.

        Raises UnfitPlan for a plan that does more than to let the endpoint run a release.
        """
        changes = self.terraform.plan()
        try:
            check_plan(changes or ())
        except EndpointGoes as unfit:
            before = self.before()
            if before is None:
                raise
            _log.warning("%s", str(unfit).partition("\n")[0])
            alarms = before.alarm_names
            put_back(self.sagemaker, self.name, before.configuration, alarms, self.clock)
            changes = self.terraform.plan()
            check_plan(changes or ())
        return changes

    def before(self) -> Before | None:
        """Read what was applied last; None where nothing was."""
        return Before.of(self.terraform.outputs())


def roll_out(
    folder: Path,
    variables: Mapping[str, Any],
    rollout: Rollout,
    target: Target,
    aws: Aws,
    around: Surroundings,
    before_apply: Callable[[], None] = _nothing,
) -> Applied:
    """Plan the variables of a release in a laid-out folder and apply exactly that plan.

    `before_apply` may still refuse once the plan is made. Terraform applies no plan that is older
    than a change of the state, so nothing that is deployed can come in between unseen.
    Raises RolloutFailed where the endpoint does not run it afterwards. What ran before goes on
    then, and what was made for the release is taken away again.
    """
    terraform = Terraform(folder, clean_environment(around.environment), around.program)
    terraform.init(backend(target, variables["model"]))
    region, name = target.account.region, str(variables["endpoint_name"])
    break_stale_lock(
        aws.client("s3", region), terraform, target, variables["model"], around.clock.now()
    )
    sagemaker, cloudwatch = aws.client("sagemaker", region), aws.client("cloudwatch", region)
    settle(sagemaker, name, around.clock)
    clock = around.clock
    endpoint = _Endpoint(name, terraform, sagemaker, cloudwatch, clock, clock.now())
    before = endpoint.before()
    try:
        if before is not None and rollout.strategy is Strategy.SHADOW:
            _try_beside(endpoint, before, variables, rollout)
        digest, changes = endpoint.apply(variables, before_apply)
    except (Refused, RolloutFailed, UnfitPlan):
        raise
    except Finding as failure:
        raise _failed(endpoint, before, failure) from failure
    return Applied(digest, changes, terraform.outputs())


def _try_beside(
    endpoint: _Endpoint, before: Before, variables: Mapping[str, Any], rollout: Rollout
) -> None:
    """Let the new model get a copy of the requests for a while; refuse one that an alarm names."""
    beside = with_shadow(before.variables, variables, rollout)
    if beside is None:
        _log.info("the same model runs already: there is nothing to try beside it")
        return
    endpoint.apply(beside)
    names = tuple(endpoint.terraform.outputs().get("shadow_alarm_names") or ())
    try:
        watch(endpoint.cloudwatch, names, rollout.wait_seconds, endpoint.clock)
    except Finding as failure:
        rang = _rang(endpoint, names)
        _take_back(endpoint, before)
        live = live_configuration(endpoint.sagemaker, endpoint.name)
        raise RolloutFailed(
            endpoint.name,
            "must have a shadow by which no alarm rings",
            failure,
            intended=None,
            live=live,
            alarms=rang,
            runs_as_before=live == before.configuration,
        ) from failure


def _failed(endpoint: _Endpoint, before: Before | None, failure: Finding) -> Finding:
    """Look what runs, tell the alarms that rang, and take away what was made for nothing."""
    intended = _intended(endpoint.terraform)
    if intended is None:
        # Nothing was planned, and so nothing was touched.
        return failure
    live = live_configuration(endpoint.sagemaker, endpoint.name)
    rang = _rang(endpoint, before.alarm_names if before else ())
    again = before is not None and live == before.configuration
    if before is not None and again:
        _take_back(endpoint, before)
    return RolloutFailed(
        endpoint.name,
        f"must run the configuration {intended}",
        failure,
        intended=intended,
        live=live,
        alarms=rang,
        runs_as_before=again,
    )


def _take_back(endpoint: _Endpoint, before: Before) -> None:
    """Apply what was applied before, and so take away what was made for nothing."""
    _log.warning("endpoint %s: back to the configuration %s", endpoint.name, before.configuration)
    try:
        endpoint.apply(before.variables)
    except Finding as error:
        # The failure itself matters more; the next deployment takes the leftovers away.
        _log.error("what was made for the release is left over: %s", error)


def _rang(endpoint: _Endpoint, names: tuple[str, ...]) -> tuple[AlarmState, ...]:
    try:
        return alarms_that_rang(endpoint.cloudwatch, names, endpoint.since)
    except Finding as error:
        _log.error("the alarms could not be read: %s", error)
        return ()


def _intended(terraform: Terraform) -> str | None:
    """Read from the plan which configuration the endpoint was to run."""
    if not (terraform.folder / PLAN_FILE).exists():
        return None
    names = terraform.planned_names()
    return next((name for at, name in sorted(names.items()) if _CONFIGURATION in at), None)


def _plan_and_apply(
    endpoint: _Endpoint, before_apply: Callable[[], None]
) -> tuple[str, tuple[Change, ...]]:
    terraform = endpoint.terraform
    changes = endpoint.fitting_plan()
    if changes is None:
        _log.info("nothing to change")
        return _digest(terraform), ()
    before_apply()
    try:
        terraform.apply()
    except Finding:
        # Only a failure is worth the time to look for what a killed deployment has left.
        retried = terraform.plan()
        if retried is None or not adopt(endpoint.sagemaker, terraform, retried):
            raise
        changes = terraform.plan()
        if changes is not None:
            check_plan(changes)
            terraform.apply()
    return _digest(terraform), changes or ()


def _digest(terraform: Terraform) -> str:
    return sha256_of((terraform.folder / PLAN_FILE).read_bytes())


def lay_out(root: Path, scratch: Path) -> Path:
    """Copy root and module of the source into a private folder; return the root's folder.

    Exactly what has a digest in the release's statement is copied, and nothing beside it.
    """
    place = scratch / "source"
    for folder in TERRAFORM:
        if not (root / folder).is_dir():
            raise InvalidInput(folder, "must be part of the source", got="no such folder")
        leave = shutil.ignore_patterns(*LEFT_BEHIND)
        shutil.copytree(root / folder, place / folder, ignore=leave)
    return place / TERRAFORM[0]
