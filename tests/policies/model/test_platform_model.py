"""The platform's own plans are understood as a whole, at once."""

from __future__ import annotations

import time
from functools import cache
from typing import Any

import pytest

from pipelines.canonical import canonical_json
from policies.iam import Principal, Request, decide
from policies.model import Model, PolicyLayer, PrincipalKind, read_plans, required_roots
from policies.model.export import exported
from tests.platform_plans import platform_plan
from tests.policies.model.planned import CHECKOUT, ORGANIZATION

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

_HOME = "111111111111"
_PREFIX = f"arn:aws:iam::{_HOME}:role/gatehouse-data-science"


@cache
def _plans() -> dict[str, dict[str, Any]]:
    return {name: platform_plan(name) for name in required_roots(ORGANIZATION)}


@cache
def _model() -> Model:
    return read_plans(_plans(), ORGANIZATION, CHECKOUT)


def test_nothing_of_the_platform_is_left_open() -> None:
    assert [
        f"{each.source.address}: {each.must_hold}, got {each.got}" for each in _model().problems
    ] == []
    assert len(_model().policies) > 250


def test_every_fact_has_its_line() -> None:
    assert [each.address for each in _model().resources if not each.source.line] == []


def test_every_role_has_a_boundary_and_all_but_the_domains_own_may_do_something() -> None:
    roles = _model().roles.values()
    assert len(roles) > 50
    assert [each.name for each in roles if each.boundary is None] == []
    assert [each.purpose for each in roles if not each.identity] == ["studio"]


def test_every_store_has_its_policy_and_every_key_its_alias() -> None:
    kinds = ("bucket", "function", "key", "model-package-group", "queue", "repository", "topic")
    stores = list(_model().owned_of(*kinds))
    assert {each.kind for each in stores} == set(kinds)
    # Called by a pipeline's own role, in its own account: no service and nobody else is let in.
    alone = {"module.trial_function.module.function.aws_lambda_function.this"}
    assert {each.address for each in stores if each.policy is None} == alone
    keys = [each for each in stores if each.kind == "key"]
    assert [each.address for each in keys if len(each.aliases) != 1] == []


def test_guardrails_bind_every_account_of_a_unit() -> None:
    for name in ORGANIZATION.accounts:
        account = _model().account(name)
        assert [len(level) for level in account.service_control] == [1, 5, 1]
        assert [len(level) for level in account.resource_control] == [1, 3, 1]


def test_every_job_of_every_model_is_isolated_with_keys_and_network_of_the_account() -> None:
    jobs = [j for each in _model().definitions for j in each.steps if j.runs_job]
    assert len(jobs) >= 3 * len(ORGANIZATION.models)
    owned = {each.address for each in _model().owned_of("key") if each.account == "data-science"}
    for job in jobs:
        assert (job.isolated, job.encrypted_traffic, len(job.subnets)) == (True, True, 2)
        assert {job.volume_key, job.output_key} <= owned
        assert job.role in _model().roles


def test_the_promotion_is_understood_down_to_each_action() -> None:
    pipeline, rollback = sorted(_model().pipelines, key=lambda each: len(each.stages), reverse=True)
    assert [each.name for each in rollback.stages][-2:] == ["Rollback", "Verify"]
    assert [each.name for each in pipeline.stages][-3:] == ["Approve", "Production", "Verify"]
    projects = {each.name for each in _model().builds}
    actions = [each for stage in pipeline.stages for each in stage.actions]
    assert {each.project for each in actions if each.project} <= projects
    assert pipeline.role in _model().roles
    started = {t.arn for each in _model().rules for t in each.targets}
    assert {pipeline.address, rollback.address} <= started


def test_a_bucket_is_encrypted_with_the_one_key_that_its_settings_name() -> None:
    path = "rule.0.apply_server_side_encryption_by_default.0.kms_master_key_id"
    found = {
        each.address.partition(".aws")[0]: each.links[path]
        for each in _model().of_type("aws_s3_bucket_server_side_encryption_configuration")
        if each.root == "data-science" and path in each.links
    }
    assert found['module.bucket["source"]'] == ('module.key["artifacts"].aws_kms_key.this',)
    assert {len(keys) for keys in found.values()} == {1}


def test_people_have_the_roles_of_their_persona() -> None:
    people = [e for e in _model().principals.values() if e.kind is PrincipalKind.PERSON]
    assert {each.name for each in people} == set(ORGANIZATION.people)
    assert [each.name for each in people if not each.roles] == []


def test_layers_decide_a_request_as_aws_would() -> None:
    model = _model()
    scientist = model.roles[f"{_PREFIX}-data-scientist"]
    (data,) = (
        e for e in model.owned_of("bucket") if (e.account, e.purpose) == ("data-science", "data")
    )
    principal = Principal.role(scientist.arn, "sofia")
    context: dict[str, str | bool] = {
        "aws:PrincipalOrgID": model.organization_id,
        "aws:SecureTransport": True,
        "aws:VpceAccount": _HOME,
        "aws:ResourceAccount": _HOME,
        "aws:ResourceOrgID": model.organization_id,
        "s3:TlsVersion": "1.3",
        "aws:SourceIdentity": "sofia",
        "aws:RequestedRegion": "eu-west-1",
    }
    asked = Request.of(
        principal, "s3:GetObject", f"{data.arn}/raw/a.csv", context, resource_account=_HOME
    )
    layers = model.layers(scientist, data)
    assert decide(asked, layers).allowed, decide(asked, layers).reason
    (state,) = (
        e for e in model.owned_of("bucket") if (e.account, e.purpose) == ("production", "tfstate")
    )
    other = Request.of(
        principal, "s3:GetObject", f"{state.arn}/a", context, resource_account="333333333333"
    )
    assert not decide(other, model.layers(scientist, state)).allowed


def test_every_layer_has_policies() -> None:
    found = {each.layer for each in _model().policies}
    assert found >= set(PolicyLayer) - {PolicyLayer.UNATTACHED}


def test_the_model_is_the_same_for_the_same_plans() -> None:
    turned = {name: _plans()[name] for name in sorted(_plans(), reverse=True)}
    again = read_plans(turned, ORGANIZATION, CHECKOUT)
    assert canonical_json(exported(again)) == canonical_json(exported(_model()))


def test_reading_all_plans_takes_less_than_two_seconds() -> None:
    _plans()
    took = []
    for _ in range(3):
        begun = time.process_time()
        read_plans(_plans(), ORGANIZATION, CHECKOUT)
        took.append(time.process_time() - begun)
    assert min(took) < 2
