"""What somebody finds who got code of their own into a build: the keys of its role."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tests.journeys.stage import Stage, until

_BUILDSPEC = {
    "version": 0.2,
    "phases": {"build": {"commands": ["env | grep ^AWS_ | sed 's/^/stolen:/'"]}},
}
_STOLEN = {
    "AccessKeyId": "AWS_ACCESS_KEY_ID",
    "SecretAccessKey": "AWS_SECRET_ACCESS_KEY",
    "SessionToken": "AWS_SESSION_TOKEN",
}


def keys_in_build(stage: Stage, account: str, purpose: str) -> Mapping[str, str]:
    """Give the keys with which a build acts, as code inside it would read and print them.

    How the code got there does not matter here: the management account lifts the guardrail for a
    moment in which an administrator of the account starts the build with other instructions, which
    leave everything but its log as it was.
    """
    builds = stage.client("codebuild", account)
    with _builds_by_hand(stage, account):
        started = builds.start_build(
            projectName=stage.naming.project_name(account, purpose),
            sourceTypeOverride="NO_SOURCE",
            artifactsOverride={"type": "NO_ARTIFACTS"},
            buildspecOverride=json.dumps(_BUILDSPEC),
        )["build"]["id"]

    def ended() -> dict[str, Any] | None:
        found: dict[str, Any] = builds.batch_get_builds(ids=[started])["builds"][0]
        return None if found["buildStatus"] == "IN_PROGRESS" else found

    log = until(ended, f"build {started}", 60)["logs"]
    events = stage.client("logs", account).get_log_events(
        logGroupName=log["groupName"], logStreamName=log["streamName"], startFromHead=True
    )["events"]
    lines = [str(event["message"]).rstrip() for event in events]
    stolen = dict(
        line.removeprefix("stolen:").split("=", 1) for line in lines if line.startswith("stolen:")
    )
    return {key: stolen[variable] for key, variable in _STOLEN.items()}


@contextmanager
def _builds_by_hand(stage: Stage, account: str) -> Iterator[None]:
    """Take the guardrail on builds from the unit of an account, and put it back."""
    organizations = stage.management_client("organizations")
    organization = stage.naming.organization
    unit = organization.units[organization.account(account).kind]
    attached = organizations.list_policies_for_target(
        TargetId=unit, Filter="SERVICE_CONTROL_POLICY"
    )["Policies"]
    [guardrail] = (each["Id"] for each in attached if each["Name"].endswith("-protection"))
    organizations.detach_policy(PolicyId=guardrail, TargetId=unit)
    try:
        yield
    finally:
        organizations.attach_policy(PolicyId=guardrail, TargetId=unit)
