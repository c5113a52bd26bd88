"""Every role of every root is bounded, trusted narrowly, and no way to more than it is given."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.roots.escalation import DECISIONS, PRIMITIVES
from tests.roots.plans import CHECKOUT, Resource, RootPlan, as_list

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

_BOUNDARIES = CHECKOUT / "policies" / "guardrails" / "boundaries"

# The class of a role by its purpose; whatever else there is serves the records of the account.
_CLASSES = {
    "persona": (
        "auditor", "data-scientist", "lead", "ml-engineer", "platform-admin", "release-manager",
        "studio", "studio-*",
    ),
    "workload": (
        "branch-pipeline", "branch-processing", "branch-training", "branch-tuning", "consumer",
        "monitoring", "pipeline", "processing", "serving", "training", "trial", "tuning",
    ),
    "delivery": (
        "branch-model-build", "bundle", "deploy", "model-build", "promotion", "release", "test",
        "trial-function", "verify",
    ),
}  # fmt: skip
_SCIENTISTS = ("data-scientist", "studio", "studio-*")
# Services of which AWS does not document that they say for which resource they take a role.
_UNSOURCED = {
    "cloudtrail.amazonaws.com", "lambda.amazonaws.com", "servicecatalog.amazonaws.com",
}  # fmt: skip
# Whom a role may pass, by its purpose; nobody else passes any.
_PASSES = {
    "branch-model-build": {"branch-pipeline"},
    "branch-pipeline": {"branch-processing", "branch-training", "branch-tuning"},
    "model-build": {"pipeline", "trial"},
    "pipeline": {"processing", "training", "tuning"},
    "release": {"serving"},
    "trial-function": {"serving"},
}
# Whom a role may become, by its purpose; nobody else becomes anybody.
_BECOMES = {"promotion": {"deploy"}, "test": {"consumer"}, "verify": {"consumer"}}


def test_every_role_has_the_boundary_of_its_class(plan: RootPlan) -> None:
    roles = plan.of_type("aws_iam_role")
    assert roles
    wrong = {
        _purpose(role): role.values["permissions_boundary"]
        for role in roles
        if role.values["permissions_boundary"] != _boundary_of(role)
    }
    assert not wrong


def test_no_root_makes_or_changes_a_boundary(plan: RootPlan) -> None:
    assert not [found.address for found in plan.of_type("aws_iam_policy")]


def test_every_action_of_a_role_is_one_that_its_boundary_allows(plan: RootPlan) -> None:
    ineffective = {
        f"{_purpose(role)}: {action}"
        for role, statement in _statements(plan)
        for action in as_list(statement["Action"])
        if not _allowed(_class(role), action)
    }
    assert not ineffective


def test_no_role_holds_a_primitive_of_escalation(plan: RootPlan) -> None:
    held = {
        f"{_purpose(role)}: {action}"
        for role, statement in _statements(plan)
        for action in as_list(statement["Action"])
        if action.lower() in PRIMITIVES and not _works_as_itself(action, statement)
    }
    assert not held


def test_a_role_passes_only_the_roles_that_its_purpose_needs(plan: RootPlan) -> None:
    passed: dict[str, set[str]] = {}
    for role, statement in _statements(plan):
        if "iam:PassRole" not in as_list(statement["Action"]):
            continue
        assert as_list(statement["Action"]) == ["iam:PassRole"], statement["Sid"]
        assert statement["Condition"] == {
            "StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}
        }, statement["Sid"]
        passed.setdefault(_purpose(role), set()).update(_purposes_of(statement, role))
    assert passed == {
        purpose: wanted
        for purpose, wanted in _PASSES.items()
        if purpose in {_purpose(role) for role in plan.of_type("aws_iam_role")}
    }


def test_a_role_becomes_only_the_roles_that_its_purpose_needs(plan: RootPlan) -> None:
    taken: dict[str, set[str]] = {}
    for role, statement in _statements(plan):
        actions = as_list(statement["Action"])
        if any(action.startswith("sts:AssumeRole") for action in actions):
            assert not [arn for arn in as_list(statement["Resource"]) if "*" in arn]
            taken.setdefault(_purpose(role), set()).update(
                arn.rsplit("-", 1)[-1] for arn in as_list(statement["Resource"])
            )
    assert taken == {
        purpose: wanted
        for purpose, wanted in _BECOMES.items()
        if purpose in {_purpose(role) for role in plan.of_type("aws_iam_role")}
    }


def test_scientists_neither_approve_nor_deploy_nor_touch_the_promotion(
    data_science: RootPlan,
) -> None:
    scientists = {_purpose(role) for role, _ in _statements(data_science) if _scientist(role)}
    assert "data-scientist" in scientists
    decided = {
        f"{_purpose(role)}: {action}"
        for role, statement in _statements(data_science)
        if _scientist(role)
        for action in as_list(statement["Action"])
        if any(fnmatch.fnmatchcase(action, pattern) for pattern in DECISIONS)
    }
    assert not decided


def test_only_people_in_the_organisation_and_named_roles_become_a_role(plan: RootPlan) -> None:
    for role, statement in _trust(plan):
        where, conditions = f"{role.address} {statement['Sid']}", statement.get("Condition", {})
        if "AWS" not in statement["Principal"]:
            continue
        named = as_list(conditions["ArnEquals"]["aws:PrincipalArn"])
        assert named, where
        assert not [arn for arn in named if "*" in arn or ":role/" not in arn], where
        actions = set(as_list(statement["Action"]))
        assert actions <= {"sts:AssumeRole", "sts:SetSourceIdentity"}, where
        if "sts:SetSourceIdentity" in actions:
            assert as_list(conditions["StringEquals"]["sts:SourceIdentity"]), where


def test_a_service_takes_a_role_for_named_resources_of_this_account(plan: RootPlan) -> None:
    services = [
        (role, statement) for role, statement in _trust(plan) if "Service" in statement["Principal"]
    ]
    assert services
    for role, statement in services:
        where, conditions = f"{role.address} {statement['Sid']}", statement["Condition"]
        account = str(role.values["permissions_boundary"]).split(":")[4]
        assert conditions["StringEquals"]["aws:SourceAccount"] == account, where
        if set(as_list(statement["Principal"]["Service"])) <= _UNSOURCED:
            continue
        tests = {**conditions.get("ArnLike", {}), **conditions.get("ArnEquals", {})}
        sources = as_list(tests["aws:SourceArn"])
        assert sources, where
        for source in sources:
            _, _, service, region, owner, resource = source.split(":", 5)
            assert (owner, "*" in service + region) == (account, False), where
            assert resource != "*" or _purpose(role).startswith(("serving", "studio")), where


def test_a_job_is_refused_unless_every_condition_holds(data_science: RootPlan) -> None:
    starts = [
        statement
        for _, statement in _statements(data_science)
        for action in as_list(statement["Action"])
        if action.startswith("sagemaker:Create") and action.endswith("Job")
    ]
    # Three kinds of job, for the pipelines of models and those of branches.
    assert len(starts) == 6
    for statement in starts:
        conditions = statement["Condition"]
        for key in ("VpcSubnets", "VpcSecurityGroupIds", "InstanceTypes"):
            assert conditions["Null"][f"sagemaker:{key}"] == "false", statement["Sid"]
        for key in ("VolumeKmsKey", "OutputKmsKey"):
            assert conditions["ArnLike"][f"sagemaker:{key}"].endswith(":key/*"), statement["Sid"]
        for key in ("NetworkIsolation", "InterContainerTrafficEncryption"):
            assert conditions["Bool"][f"sagemaker:{key}"] == "true", statement["Sid"]
        listed = conditions["ForAllValues:StringEquals"]["sagemaker:InstanceTypes"]
        assert all("*" not in one for one in listed), statement["Sid"]
        assert conditions["NumericLessThanEquals"]["sagemaker:MaxRuntimeInSeconds"] == "86400"


def _purpose(role: Resource) -> str:
    boundary = str(role.values["permissions_boundary"]).rsplit("/", 1)[-1]
    prefix = boundary.split("-boundary-")[0]
    return str(role.values["name"]).removeprefix(f"{prefix}-")


def _class(role: Resource) -> str:
    purpose = _purpose(role)
    for name, patterns in _CLASSES.items():
        if any(fnmatch.fnmatchcase(purpose, pattern) for pattern in patterns):
            return name
    return "service"


def _boundary_of(role: Resource) -> str:
    account = f"{role.values['permissions_boundary']}:::::".split(":")[4]
    prefix = str(role.values["name"]).removesuffix(f"-{_purpose(role)}")
    return f"arn:aws:iam::{account}:policy/{prefix}-boundary-{_class(role)}"


def _works_as_itself(action: str, statement: dict[str, Any]) -> bool:
    """Tell whether stacks are made with no role but one's own, which is no escalation."""
    stack = action in ("cloudformation:CreateStack", "cloudformation:UpdateStack")
    conditions: dict[str, Any] = statement.get("Condition", {})
    return stack and conditions.get("Null") == {"cloudformation:RoleArn": "true"}


def _scientist(role: Resource) -> bool:
    return any(fnmatch.fnmatchcase(_purpose(role), pattern) for pattern in _SCIENTISTS)


def _statements(plan: RootPlan) -> Iterator[tuple[Resource, dict[str, Any]]]:
    """Give every statement that allows a role something, with the role."""
    roles = {role.values["name"]: role for role in plan.of_type("aws_iam_role")}
    for policy in plan.of_type("aws_iam_role_policy"):
        role = roles[policy.values["role"]]
        for statement in json.loads(policy.values["policy"])["Statement"]:
            if statement["Effect"] == "Allow":
                yield role, statement


def _trust(plan: RootPlan) -> Iterator[tuple[Resource, dict[str, Any]]]:
    for role in plan.of_type("aws_iam_role"):
        for statement in json.loads(role.values["assume_role_policy"])["Statement"]:
            yield role, statement


def _purposes_of(statement: dict[str, Any], role: Resource) -> set[str]:
    prefix = str(role.values["name"]).removesuffix(_purpose(role))
    names = {str(arn).rsplit("/", 1)[-1] for arn in as_list(statement["Resource"])}
    assert all(name.startswith(prefix) and "*" not in name for name in names), names
    return {name.removeprefix(prefix) for name in names}


def _allowed(name: str, action: str) -> bool:
    document = json.loads(Path(_BOUNDARIES / f"{name}.json").read_text("utf-8"))
    return any(
        fnmatch.fnmatchcase(action.lower(), pattern.lower())
        for statement in document["Statement"]
        if statement["Effect"] == "Allow"
        for pattern in as_list(statement["Action"])
    )
