"""The guardrails of the organisation are applied, looked at and lifted on the twin."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest

from policies.guardrails import rendering
from policies.guardrails.organization_tokens import organization_tokens
from tests.journeys.stage import ROOT, Stage

FOLDER = ROOT / "policies" / "guardrails"
_TYPES = {
    "ai-services-opt-out": "AISERVICES_OPT_OUT_POLICY",
    "resource-control": "RESOURCE_CONTROL_POLICY",
    "service-control": "SERVICE_CONTROL_POLICY",
    "tag": "TAG_POLICY",
}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A twin with nothing laid out."""
    made = Stage(tmp_path_factory.mktemp("guardrails"))
    made.open(guarded=False)
    try:
        yield made
    finally:
        made.close()


@pytest.mark.journey
@pytest.mark.long
def test_guardrails_are_attached_hold_still_and_are_lifted(stage: Stage) -> None:
    stage.gatehouse("plan", "--account", "organization")
    stage.gatehouse("apply", "--account", "organization")
    assert _attached(stage) == _wanted(stage)
    assert stage.planned_changes("organization") == []
    stage.gatehouse("drift", "--account", "organization")
    stage.gatehouse("destroy", "--account", "organization", "--yes")
    assert _attached(stage) == {kind: {} for kind in stage.naming.organization.units}


@pytest.mark.journey
@pytest.mark.long
def test_guardrails_are_refused_from_any_account_they_bind(stage: Stage) -> None:
    member = Stage(stage.folder)
    member.environment = stage.variables_of("staging")
    refused = member.gatehouse("plan", "--account", "organization", code=2)
    assert "must be worked on from the management account, 999999999999" in refused.err


def _attached(stage: Stage) -> dict[str, dict[str, str]]:
    """Give what is attached to each unit beside what AWS attaches by itself, with its content."""
    environment = stage.environment
    client = boto3.client(
        "organizations",
        region_name=stage.region,
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )
    found: dict[str, dict[str, str]] = {}
    for kind, unit in stage.naming.organization.units.items():
        found[kind] = {
            policy["Name"]: client.describe_policy(PolicyId=policy["Id"])["Policy"]["Content"]
            for policy_type in _TYPES.values()
            for policy in client.list_policies_for_target(TargetId=unit, Filter=policy_type)[
                "Policies"
            ]
            if not policy["AwsManaged"]
        }
    return found


def _wanted(stage: Stage) -> dict[str, dict[str, str]]:
    organization = stage.naming.organization
    tokens = organization_tokens(organization)
    return {
        kind: {
            f"{organization.prefix}-{group.name}": rendering.render_group(FOLDER, group, tokens)
            for group in rendering.read_groups(FOLDER)
            if kind in group.units
        }
        for kind in organization.units
    }
