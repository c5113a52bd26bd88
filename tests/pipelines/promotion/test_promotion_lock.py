"""The lock of a deployment that was killed does not stop the next one for ever."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from pipelines.errors import Finding
from pipelines.promotion import deploy
from tests.pipelines.promotion.places import NOW, RELEASES
from tests.pipelines.promotion.stage import Stage
from tests.pipelines.promotion.world import MODEL

LOCK = f"{MODEL}/terraform.tfstate.tflock"


def run(stage: Stage) -> None:
    """Deploy the release of the stage."""
    deploy.run(stage.settings, stage, stage.surroundings())


def commands(stage: Stage) -> list[str]:
    """Name the commands that Terraform was given, in order."""
    return [call[0] for call in stage.calls()]


def lock(stage: Stage, minutes: float, content: bytes | None = None) -> None:
    """Leave a lock of Terraform that is some minutes old."""
    created = (NOW - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S.123456789Z")
    document = {"ID": "lock-1", "Who": "root@build", "Created": created}
    body = json.dumps(document).encode() if content is None else content
    stage.s3.put_object(Bucket=RELEASES, Key=LOCK, Body=body)


def test_the_lock_of_a_killed_deployment_is_taken_away(stage: Stage) -> None:
    lock(stage, 48)
    run(stage)
    assert ["force-unlock", "-force", "-no-color", "lock-1"] in stage.calls()


def test_the_lock_of_a_deployment_that_may_be_running_is_respected(stage: Stage) -> None:
    lock(stage, 46)
    with pytest.raises(Finding, match=r"got a lock of root@build .*\n\nhint: .* after 03:05 UTC"):
        run(stage)
    assert commands(stage) == ["init"]


@pytest.mark.parametrize("content", [b"", b"[]", b'{"ID": "x", "Created": "yesterday"}'])
def test_a_lock_that_is_none_is_told(stage: Stage, content: bytes) -> None:
    lock(stage, 0, content)
    with pytest.raises(Finding, match="must be a lock of Terraform"):
        run(stage)
