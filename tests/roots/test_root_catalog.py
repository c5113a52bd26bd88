"""What the role that makes experiments can do, and what nobody who launches can, over the plan."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policies.iam import Decision, Layers, Policy, Principal, Request, decide, parse_policy
from tests.policies.guardrails.guardrails import naming
from tests.roots.persona_requests import identity_policies, rendered_boundary
from tests.roots.plans import RootPlan, as_list

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

_ROOT = "data-science"
_END = "eu-west-1:111111111111"
_SM = f"arn:aws:sagemaker:{_END}"
_CP = f"arn:aws:codepipeline:{_END}"
_IAM = "arn:aws:iam::111111111111"
_OURS = "gatehouse-data-science"
_CF = f"arn:aws:cloudformation:{_END}"
_STACK = "SC-111111111111-pp-1/1"
_TEMPLATE = "s3:ExistingObjectTag/servicecatalog:provisioning"
_MAKES = (
    ("sagemaker:CreateModelPackageGroup", f"{_SM}:model-package-group/", "gatehouse-x-idea"),
    ("sagemaker:DeleteModelPackageGroup", f"{_SM}:model-package-group/", "gatehouse-x-idea"),
    ("logs:CreateLogGroup", f"arn:aws:logs:{_END}:log-group:", f"/{_OURS}/x/idea"),
    ("logs:DeleteLogGroup", f"arn:aws:logs:{_END}:log-group:", f"/{_OURS}/x/idea"),
    ("ssm:PutParameter", f"arn:aws:ssm:{_END}:parameter", "/gatehouse/data-science/x/idea"),
    ("ssm:DeleteParameter", f"arn:aws:ssm:{_END}:parameter", "/gatehouse/data-science/x/idea"),
    ("cloudformation:CreateStack", f"{_CF}:stack/", _STACK),
)  # fmt: skip
_PROMOTED = {
    "gatehouse-x-idea": "gatehouse-breast-cancer",
    f"/{_OURS}/x/idea": "/aws/sagemaker/TrainingJobs",
    "/gatehouse/data-science/x/idea": "/gatehouse/data-science/registry/breast-cancer/group-name",
    _STACK: "other/1",
}
_NEVER = (
    ("iam:CreateRole", f"{_IAM}:role/{_OURS}-x"),
    ("iam:PutRolePolicy", f"{_IAM}:role/{_OURS}-lead"),
    ("iam:CreatePolicyVersion", f"{_IAM}:policy/{_OURS}-boundary-persona"),
    ("iam:PassRole", f"{_IAM}:role/{_OURS}-training"),
    ("sts:AssumeRole", "arn:aws:iam::222222222222:role/gatehouse-staging-deploy"),
    ("codepipeline:UpdatePipeline", f"{_CP}:gatehouse-breast-cancer-promotion"),
    ("sagemaker:CreateModelPackage", f"{_SM}:model-package/gatehouse-x-idea/1"),
    ("sagemaker:UpdateModelPackage", f"{_SM}:model-package/gatehouse-breast-cancer/1"),
    ("sagemaker:CreateEndpoint", f"{_SM}:endpoint/gatehouse-x-idea"),
    ("sagemaker:CreateTrainingJob", f"{_SM}:training-job/gatehouse-x-idea"),
    ("s3:CreateBucket", f"arn:aws:s3:::{_OURS}-x-111111111111"),
    ("s3:PutBucketPolicy", f"arn:aws:s3:::{_OURS}-models-111111111111"),
    ("s3:GetObject", f"arn:aws:s3:::{_OURS}-data-111111111111/raw/table.csv"),
    ("servicecatalog:UpdateConstraint", f"arn:aws:catalog:{_END}:product/prod-1"),
)  # fmt: skip
# Other roles of its class do these, so its own policy refuses them, and not the boundary.
_NOT_ITS_OWN = (
    ("codepipeline:StartPipelineExecution", f"{_CP}:gatehouse-breast-cancer-promotion"),
    ("s3:PutObject", f"arn:aws:s3:::{_OURS}-catalog-111111111111/experiment/1.yaml"),
    ("kms:Decrypt", f"arn:aws:kms:{_END}:key/1"),
    ("sagemaker:DeleteEndpoint", f"{_SM}:endpoint/gatehouse-breast-cancer"),
)  # fmt: skip


@pytest.mark.parametrize(("action", "place", "name"), _MAKES)
def test_a_launch_makes_experiments_and_nothing_that_is_promoted(
    data_science: RootPlan, action: str, place: str, name: str
) -> None:
    assert _asked(data_science, "experiment-launch", action, place + name).allowed
    promoted = place + _PROMOTED[name]
    refused = _asked(data_science, "experiment-launch", action, promoted)
    assert not refused.allowed
    # Its boundary refuses by itself, whatever a later policy says.
    assert not _asked(data_science, "experiment-launch", action, promoted, own=False).allowed


@pytest.mark.parametrize(("action", "resource"), _NEVER)
def test_a_launch_gives_nothing_away(data_science: RootPlan, action: str, resource: str) -> None:
    for own in (True, False):
        asked = _asked(data_science, "experiment-launch", action, resource, own=own)
        assert not asked.allowed, asked.reason


@pytest.mark.parametrize(("action", "resource"), _NOT_ITS_OWN)
def test_a_launch_does_nothing_of_others(
    data_science: RootPlan, action: str, resource: str
) -> None:
    assert not _asked(data_science, "experiment-launch", action, resource).allowed


def test_a_launch_reads_templates_that_service_catalog_tagged_and_no_other(
    data_science: RootPlan,
) -> None:
    template = "arn:aws:s3:::sc-1-eu-west-1/template"
    for said, wanted in (({_TEMPLATE: "true"}, True), ({_TEMPLATE: "false"}, False), ({}, False)):
        asked = _asked(data_science, "experiment-launch", "s3:GetObject", template, said)
        assert asked.allowed is wanted


@pytest.mark.parametrize("persona", ["data-scientist", "lead"])
def test_who_launches_can_make_nothing_of_it_alone(data_science: RootPlan, persona: str) -> None:
    launch = f"{_IAM}:role/{_OURS}-experiment-launch"
    tried = [(action, place + name) for action, place, name in _MAKES]
    tried += [("iam:PassRole", launch), ("sts:AssumeRole", launch), ("iam:PutRolePolicy", launch)]
    tried += [
        (f"servicecatalog:{action}", f"arn:aws:catalog:{_END}:product/prod-1")
        for action in ("CreateConstraint", "DeleteConstraint", "CreateProduct", "UpdateProduct")
    ]
    for action, resource in tried:
        assert not _asked(data_science, persona, action, resource).allowed, action


@pytest.mark.parametrize("persona", ["data-scientist", "lead"])
def test_who_launches_ends_what_is_their_own(data_science: RootPlan, persona: str) -> None:
    product, level = f"arn:aws:catalog:{_END}:product/prod-1", "servicecatalog:userLevel"
    assert _asked(data_science, persona, "servicecatalog:ProvisionProduct", product).allowed
    for said, wanted in (({level: "self"}, True), ({level: "other"}, False), ({}, False)):
        for action in ("TerminateProvisionedProduct", "DescribeRecord"):
            asked = _asked(data_science, persona, f"servicecatalog:{action}", product, said)
            assert asked.allowed is wanted, (action, said)


def test_only_service_catalog_takes_the_role_and_only_for_this_account(
    data_science: RootPlan,
) -> None:
    (role,) = (
        found
        for found in data_science.of_type("aws_iam_role")
        if str(found.values["name"]).endswith("-experiment-launch")
    )
    (statement,) = json.loads(role.values["assume_role_policy"])["Statement"]
    assert statement["Principal"] == {"Service": "servicecatalog.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "111111111111"}}


def test_every_product_has_a_launch_role_and_makes_no_other_types(data_science: RootPlan) -> None:
    products = data_science.of_type("aws_servicecatalog_product")
    launches = [
        json.loads(found.values["parameters"])
        for found in data_science.of_type("aws_servicecatalog_constraint")
        if found.values["type"] == "LAUNCH"
    ]
    assert len(products) == len(launches) == 1
    assert launches == [{"LocalRoleName": "gatehouse-data-science-experiment-launch"}]
    shown = {
        found.values["principal_arn"].rpartition("/")[2]
        for found in data_science.of_type("aws_servicecatalog_principal_portfolio_association")
    }
    assert shown == {f"gatehouse-data-science-{name}" for name in ("data-scientist", "lead")}


def test_an_approved_experiment_starts_no_promotion(data_science: RootPlan) -> None:
    started = {
        group
        for rule in data_science.of_type("aws_cloudwatch_event_rule")
        for group in as_list(
            json.loads(rule.values["event_pattern"] or "{}")
            .get("detail", {})
            .get("ModelPackageGroupName", [])
        )
    }
    assert started == {"gatehouse-breast-cancer"}


def _asked(
    plan: RootPlan,
    purpose: str,
    action: str,
    resource: str,
    said: dict[str, Any] | None = None,
    *,
    own: bool = True,
) -> Decision:
    """Decide over policy and boundary, or as if the policy allowed everything."""
    names = naming()
    account = names.organization.account(_ROOT)
    role = names.role_arn(_ROOT, purpose)
    context = {
        "aws:PrincipalOrgID": names.organization.id,
        "aws:PrincipalTag/persona": purpose,
        "aws:RequestedRegion": account.region,
        "aws:ResourceOrgID": names.organization.id,
        "aws:SourceIdentity": "sofia",
    } | (said or {})
    request = Request.of(
        Principal.role(role, "sofia"), action, resource, context, resource_account=account.id
    )
    kind = "service" if purpose == "experiment-launch" else "persona"
    identity: tuple[Policy, ...] = identity_policies(plan, role) if own else (_ANYTHING,)
    return decide(request, Layers(identity=identity, boundary=rendered_boundary(account, kind)))


_ANYTHING = parse_policy(
    "own",
    {
        "Version": "2012-10-17",
        "Statement": [{"Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*"}],
    },
)
