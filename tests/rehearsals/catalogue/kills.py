"""Every step is killed once; tried again it goes on, and the promotion arrives."""

from __future__ import annotations

from tests.journeys.stage import until
from tests.rehearsals.killing import Trail, age_lock, kill_build
from tests.rehearsals.rehearsal import (
    BUNDLE,
    PRODUCTION,
    RELEASED,
    STAGING,
    TEST,
    VERIFY,
    Rehearsals,
    Seen,
)
from tests.rehearsals.rehearsing import HOME, Rehearsing

KILLS = Rehearsals("kills")
_KILLED = "exit status 137"
# Terraform asks for two minutes to make what is there already, before that is taken over.
_ARRIVES_WITHIN = 420
_LOCKED = "must not be locked by another deployment"


def _killed(at: Rehearsing, stage: str, where: tuple[str, str], moment: tuple[str, ...]) -> Seen:
    """Kill the build of a stage once its role has made a request."""
    account, project = where
    trail = Trail(at)
    execution = at.on_its_way(stage)
    until(lambda: trail.has(account, *moment) or None, f"{stage}: {moment}", _ARRIVES_WITHIN)
    kill_build(at, account, project)
    seen = at.ended(execution)
    at.leave(execution, stage)
    return seen


def _locked(at: Rehearsing, stage: str, account: str) -> Seen:
    """Try a killed deployment again at once: its lock is respected until it is old."""
    seen = at.send_into(stage)
    age_lock(at, account)
    return seen


@KILLS.ends(BUNDLE, says=_KILLED)
def a_bundle_that_is_killed_can_be_tried_again(at: Rehearsing) -> Seen:
    """The bundle is killed while it reads the package."""
    return _killed(at, "Bundle", (HOME, "bundle"), ("bundle", "DescribeModelPackage"))


@KILLS.ends(STAGING, says=_KILLED)
def a_deployment_in_staging_that_is_killed_can_be_tried_again(at: Rehearsing) -> Seen:
    """Terraform is killed in staging while it holds the lock of the state."""
    return _killed(at, "Staging", ("staging", "deploy"), ("release", "PutObject", ".tflock"))


@KILLS.ends(STAGING, says=_LOCKED)
def a_lock_that_was_left_in_staging_is_respected_while_it_is_young(at: Rehearsing) -> Seen:
    """The killed deployment is tried again at once."""
    return _locked(at, "Staging", "staging")


@KILLS.ends(TEST, says=_KILLED)
def a_test_that_is_killed_can_be_tried_again(at: Rehearsing) -> Seen:
    """The test is killed while it asks the endpoint."""
    return _killed(at, "Test", ("staging", "test"), ("consumer", "InvokeEndpoint"))


@KILLS.ends(PRODUCTION, says=_KILLED)
def a_deployment_in_production_that_is_killed_changes_nothing(at: Rehearsing) -> Seen:
    """Terraform is killed in production after it has made the model, and before it serves."""
    # Without an answer it asks for the configuration again and again, until it is killed.
    with at.fault("drop", "sagemaker", "CreateEndpointConfig", "production"):
        moment = ("release", "CreateModel")
        return _killed(at, "Production", ("production", "deploy"), moment)


@KILLS.ends(PRODUCTION, says=_LOCKED)
def a_lock_that_was_left_in_production_is_respected_while_it_is_young(at: Rehearsing) -> Seen:
    """The killed deployment is tried again at once."""
    return _locked(at, "Production", "production")


@KILLS.ends(VERIFY, says=_KILLED)
def a_verification_that_is_killed_can_be_tried_again(at: Rehearsing) -> Seen:
    """The verification is killed while it looks at what is live."""
    return _killed(at, "Verify", ("production", "verify"), ("verify", "DescribeEndpoint"))


@KILLS.ends(RELEASED)
def a_promotion_whose_every_step_was_killed_arrives(at: Rehearsing) -> Seen:
    """The last killed step is tried again, and nothing else happens."""
    seen = at.send_into("Verify")
    at.check_nothing_left()
    return seen
