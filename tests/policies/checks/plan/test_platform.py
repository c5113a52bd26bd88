"""The platform's own plans: no violation but those waived, nothing undecided or unjudged."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from pipelines.organization import load_organization
from policies.checks.plan import judge
from policies.model import read_plans
from policies.registry import read_controls
from policies.verdict import Judgement
from policies.waivers import read_waivers
from tests.platform_plans import platform_plans
from tests.policies.checks.plan.planning import CHECKOUT

_WAIVERS = CHECKOUT / "policies" / "waivers.yaml"

# What the platform has none of: these hold because there is nothing to judge.
_HAS_NONE = {
    "feature-store-in-account",
    "management-account-empty",
    "mlflow-stores-encrypted",
    "network-firewall-drops",
    "no-iam-users",
    "no-notebook-instances",
    "notebook-lifecycles-own",
    "one-domain-per-account",
    "registries-not-replicated",
    "replication-declared",
    "repository-secrets-encrypted",
    "secret-policies-narrow",
}


@pytest.fixture(scope="module")
def told() -> Mapping[str, Judgement]:
    """Judge the plans of all roots."""
    plans = {
        path.stem.replace("__", "/"): json.loads(path.read_text("utf-8"))
        for path in platform_plans().glob("*.json")
    }
    model = read_plans(plans, load_organization(CHECKOUT), CHECKOUT)
    return {it.verifier.removeprefix("check:"): it for it in judge(model)}


@pytest.mark.slow
@pytest.mark.terraform
def test_the_platform_violates_nothing_but_what_is_waived(told: Mapping[str, Judgement]) -> None:
    """By control and address; what is not decided is never waived."""
    waivers = read_waivers(_WAIVERS, {it.id for it in read_controls()})
    open_ = [
        finding.sentence
        for judgement in told.values()
        for finding in judgement.findings
        if not any(waiver.covers(finding) for waiver in waivers)
    ]
    assert not open_


@pytest.mark.slow
@pytest.mark.terraform
def test_every_check_judges_something_of_the_platform(told: Mapping[str, Judgement]) -> None:
    """Or there is none of it: a check that has gone blind would hold too."""
    assert {name for name, it in told.items() if not it.judged} == _HAS_NONE
