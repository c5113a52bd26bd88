"""A large organisation still fits: no policy grows beyond what AWS takes."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.roots import variants
from tests.roots.plans import RootPlan, plan_root

pytestmark = [pytest.mark.terraform, pytest.mark.long]

_TARGETS, _MODELS = 20, 50
# Characters that AWS takes, by the resource and attribute that hold them.
_LIMITS = {
    ("aws_cloudwatch_event_bus_policy", "policy"): 10240,
    ("aws_cloudwatch_log_resource_policy", "policy_document"): 5120,
    ("aws_codeartifact_domain_permissions_policy", "policy_document"): 7168,
    ("aws_codeartifact_repository_permissions_policy", "policy_document"): 7168,
    ("aws_ecr_repository_policy", "policy"): 10240,
    ("aws_iam_policy", "policy"): 6144,
    ("aws_iam_role", "assume_role_policy"): 2048,
    ("aws_iam_role_policy", "policy"): 10240,
    ("aws_kms_key", "policy"): 32768,
    ("aws_s3_bucket_policy", "policy"): 20480,
    ("aws_sagemaker_model_package_group_policy", "resource_policy"): 20480,
    ("aws_sns_topic_policy", "policy"): 30720,
    ("aws_sqs_queue", "policy"): 30720,
    ("aws_sqs_queue_policy", "policy"): 30720,
    ("aws_vpc_endpoint", "policy"): 20480,
}
_LONGEST_EVENT_PATTERN = 2048
_LONGEST_PARAMETER = 4096
_MOST_ACTIONS_OF_A_STAGE = 100


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> RootPlan:
    organization = variants.organization_with(variants.enlarged(_TARGETS, _MODELS))
    folder = tmp_path_factory.mktemp("large") / "checkout"
    return plan_root(folder, "data-science", "data-science", organization)


@pytest.fixture(scope="module")
def large_target(tmp_path_factory: pytest.TempPathFactory) -> RootPlan:
    organization = variants.organization_with(variants.enlarged(_TARGETS, _MODELS))
    folder = tmp_path_factory.mktemp("large") / "checkout"
    return plan_root(folder, "production", "production-00", organization)


@pytest.fixture(params=["large", "large_target"])
def plan(request: pytest.FixtureRequest) -> RootPlan:
    found: RootPlan = request.getfixturevalue(request.param)
    return found


def test_every_target_and_model_is_there(large: RootPlan) -> None:
    assert len(large.of_type("aws_sagemaker_model_package_group")) == _MODELS
    pipelines = large.of_type("aws_codepipeline")
    promotions = [one for one in pipelines if ".this[" in one.address]
    rollbacks = [one for one in pipelines if ".rollback[" in one.address]
    assert len(promotions) == len(rollbacks) == _MODELS
    assert len(pipelines) == 2 * _MODELS
    for pipeline in promotions:
        deployed = [
            action["name"]
            for stage in pipeline.values["stage"]
            for action in stage["action"]
            if action["name"].endswith("-Deploy")
        ]
        assert len(deployed) == _TARGETS
    for pipeline in pipelines:
        for stage in pipeline.values["stage"]:
            assert len(stage["action"]) <= _MOST_ACTIONS_OF_A_STAGE


def test_no_policy_of_a_large_organisation_is_too_long(plan: RootPlan) -> None:
    for resource, attribute, text in variants.documents(plan):
        assert (resource.type, attribute) in _LIMITS, f"{resource.type}.{attribute} has no limit"
        assert len(text) <= _LIMITS[resource.type, attribute], (resource.address, len(text))


def test_no_role_of_a_large_organisation_has_too_much_in_line(plan: RootPlan) -> None:
    # IAM counts all inline policies of a role together.
    inline = Counter[str]()
    for resource, attribute, text in variants.documents(plan):
        if resource.type == "aws_iam_role_policy":
            inline[str(resource.values.get("role") or resource.address)] += len(text)
        assert attribute
    assert not {role: size for role, size in inline.items() if size > 10240}


def test_every_policy_of_a_large_organisation_is_known(plan: RootPlan) -> None:
    assert not [found.address for found, document in plan.policies() if document is None]
    unknown = [
        f"{resource.address}.{attribute}"
        for resource in plan.resources.values()
        for kind, attribute in _LIMITS
        if resource.type == kind and resource.unknown.get(attribute) is True
    ]
    assert not unknown


def test_nothing_else_of_a_large_organisation_is_too_long(plan: RootPlan) -> None:
    for rule in plan.of_type("aws_cloudwatch_event_rule"):
        assert len(rule.values.get("event_pattern") or "") <= _LONGEST_EVENT_PATTERN, rule.address
    for parameter in plan.of_type("aws_ssm_parameter"):
        assert len(parameter.values.get("value") or "") <= _LONGEST_PARAMETER, parameter.address
