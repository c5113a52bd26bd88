"""What sets an account up: a place for state, boundaries, and who may plan and apply."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.roots.plans import CHECKOUT, Resource, RootPlan, as_list, plan_of_the_platform, plan_root

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

ACCOUNT = "arn:aws:iam::222222222222"
BUCKET = "gatehouse-staging-tfstate-222222222222"
_LIMIT = 6144


@pytest.fixture(scope="module")
def setup() -> RootPlan:
    return plan_of_the_platform("bootstrap/staging")


def test_every_policy_of_the_set_up_is_known_and_fits(setup: RootPlan) -> None:
    found = list(setup.policies())
    assert len(found) > 20
    for resource, document in found:
        assert document is not None, resource.address
        if resource.type == "aws_iam_policy":
            assert len(json.dumps(document, separators=(",", ":"))) <= _LIMIT, resource.address


def test_state_is_encrypted_versioned_private_and_logged(setup: RootPlan) -> None:
    buckets = {found.values["bucket"]: found for found in setup.of_type("aws_s3_bucket")}
    assert set(buckets) == {BUCKET, "gatehouse-staging-tfstate-logs-222222222222"}
    state = _named(setup, "module.state_bucket.")
    encryption = state["aws_s3_bucket_server_side_encryption_configuration"].values["rule"][0]
    default = encryption["apply_server_side_encryption_by_default"][0]
    assert default["sse_algorithm"] == "aws:kms"
    versions = state["aws_s3_bucket_versioning"].values["versioning_configuration"][0]
    assert versions["status"] == "Enabled"
    assert state["aws_s3_bucket"].values["force_destroy"] is False
    assert (
        state["aws_s3_bucket_logging"]
        .values["target_bucket"]
        .endswith("-tfstate-logs-222222222222")
    )
    (block,) = (state["aws_s3_bucket_public_access_block"].values,)
    assert all(block[name] for name in ("block_public_acls", "block_public_policy"))


def test_only_the_roles_of_terraform_reach_state_from_outside_the_network(setup: RootPlan) -> None:
    statements = dict(setup.statements())
    guard = statements["module.state_bucket.aws_s3_bucket_policy.this DenyOutsideEndpoints"]
    exempt = guard["Condition"]["ArnNotEquals"]["aws:PrincipalArn"]
    assert set(exempt) == {f"{ACCOUNT}:role/gatehouse-staging-{n}" for n in _ROLES}


def test_the_key_of_the_state_is_changed_by_one_and_used_by_others(setup: RootPlan) -> None:
    statements = dict(setup.statements())
    key = "module.state_key.aws_kms_key.this"
    admin = statements[f"{key} AllowAdministration"]["Condition"]["ArnEquals"]["aws:PrincipalArn"]
    users = statements[f"{key} AllowUseByTerraform"]["Condition"]["ArnEquals"]["aws:PrincipalArn"]
    assert as_list(admin) == [f"{ACCOUNT}:role/OrganizationAccountAccessRole"]
    assert set(users) == {f"{ACCOUNT}:role/gatehouse-staging-{name}" for name in _ROLES}


def test_the_roles_trust_one_subject_each_and_platform_admins_and_nobody_else(
    setup: RootPlan,
) -> None:
    subjects = {
        "apply": "repo:example/gatehouse:environment:staging",
        "plan": "repo:example/gatehouse:pull_request",
    }
    for purpose in _ROLES:
        statements = {found["Sid"]: found for found in _trust(setup, purpose)}
        forge = statements.pop("AllowForge", None)
        assert bool(forge) == (purpose in subjects)
        if forge:
            issuer = "token.actions.githubusercontent.com"
            assert forge["Principal"] == {"Federated": f"{ACCOUNT}:oidc-provider/{issuer}"}
            assert forge["Condition"] == {
                "StringEquals": {
                    f"{issuer}:aud": "sts.amazonaws.com",
                    f"{issuer}:sub": subjects[purpose],
                }
            }
        (people,) = statements.values()
        assert people["Condition"] == {
            "ArnEquals": {"aws:PrincipalArn": f"{ACCOUNT}:role/OrganizationAccountAccessRole"},
            "StringEquals": {
                "aws:PrincipalOrgID": "o-a1b2c3d4e5",
                "sts:SourceIdentity": "petra",
            },
        }


def test_every_boundary_that_a_role_may_carry_is_made_here(setup: RootPlan) -> None:
    made = {found.values["name"] for found in setup.of_type("aws_iam_policy")}
    creates = next(_statements(setup, "apply", "iam:CreateRole"))
    named = as_list(creates["Condition"]["ArnEquals"]["iam:PermissionsBoundary"])
    assert len(named) == 4
    assert {arn.rpartition("/")[2] for arn in named} <= made


def test_a_role_that_plans_cannot_apply(setup: RootPlan) -> None:
    """It writes nothing but its lock, and takes no other role."""
    for statement in _of_role(setup, "plan"):
        for action in as_list(statement["Action"]):
            verb = action.partition(":")[2]
            reads = verb.startswith(("BatchGet", "Describe", "Get", "List"))
            assert reads or statement["Sid"] in ("HoldLock", "UseStateKey"), action
            assert not action.startswith("sts:")


def test_nobody_who_lays_out_reads_data_or_secrets(setup: RootPlan) -> None:
    for purpose in _ROLES:
        for statement in _of_role(setup, purpose):
            if any(action.endswith(":GetObject") for action in as_list(statement["Action"])):
                assert all(BUCKET in arn for arn in as_list(statement["Resource"]))
            assert not any("secretsmanager" in action for action in as_list(statement["Action"]))


def test_each_service_is_passed_named_roles_only(setup: RootPlan) -> None:
    passed = {
        statement["Condition"]["StringEquals"]["iam:PassedToService"]: as_list(
            statement["Resource"]
        )
        for statement in _statements(setup, "apply", "iam:PassRole")
    }
    # The recorder is given the role that is its service's own.
    own = f"{ACCOUNT}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
    assert passed.pop("config.amazonaws.com") == [own]
    assert set(passed) <= {f"{name}.amazonaws.com" for name in _PASSED}
    for arns in passed.values():
        assert all(arn.startswith(f"{ACCOUNT}:role/gatehouse-staging-") for arn in arns)


def test_accounts_that_share_an_aws_account_share_the_forges_provider(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    organization = yaml.safe_load((CHECKOUT / "accounts/organization.yaml").read_text("utf-8"))
    organization["organization"]["single_account"] = True
    for account in organization["accounts"].values():
        account["id"] = "111111111111"
    text = yaml.safe_dump(organization)
    folder = tmp_path_factory.mktemp("single") / "c"
    other = plan_root(folder, "terraform/bootstrap", "staging", text)
    assert not other.of_type("aws_iam_openid_connect_provider")
    assert {found["Principal"]["Federated"] for found in _trust(other, "plan")[:1]} == {
        "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"
    }


_ROLES = ("apply", "plan", "state")
_PASSED = (
    "cloudtrail",
    "codebuild",
    "codepipeline",
    "events",
    "lambda",
    "sagemaker",
    "vpc-flow-logs",
)
_ACCESS = 'module.deployment_access.aws_iam_policy.access["'


def _named(plan: RootPlan, start: str) -> dict[str, Resource]:
    return {r.type: r for address, r in plan.resources.items() if address.startswith(start)}


def _trust(plan: RootPlan, purpose: str) -> list[dict[str, Any]]:
    role = plan.resources[f'module.deployment_access.aws_iam_role.this["{purpose}"]']
    statements: list[dict[str, Any]] = json.loads(role.values["assume_role_policy"])["Statement"]
    return statements


def _of_role(plan: RootPlan, purpose: str) -> Iterator[dict[str, Any]]:
    start = f'module.deployment_access.aws_iam_role_policy_attachment.this["{purpose}/'
    for address in plan.resources:
        if address.startswith(start):
            policy = plan.resources[f"{_ACCESS}{address.removeprefix(start)}"]
            yield from json.loads(policy.values["policy"])["Statement"]


def _statements(plan: RootPlan, purpose: str, action: str) -> Iterator[dict[str, Any]]:
    return (found for found in _of_role(plan, purpose) if action in as_list(found["Action"]))
