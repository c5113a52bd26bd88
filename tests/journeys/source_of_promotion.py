"""The source that a promotion carries, changed under it in the bucket of its artefacts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from json import dumps
from typing import Any

from tests.journeys.stage import MODEL, Stage

HOME = "data-science"


def swap_in_source(stage: Stage, execution: str, name: str, made: Callable[[bytes], bytes]) -> None:
    """Put another file into the source of a promotion, with the role that put the source there."""
    wanted = _place_of_source(stage, execution)
    with _promotion_taken_over(stage):
        client = stage.client("s3", HOME, "promotion", vpc=HOME)
        before = client.get_object(**wanted)["Body"].read()
        client.put_object(**wanted, Body=_with(before, name, made))


def _place_of_source(stage: Stage, execution: str) -> dict[str, str]:
    """Tell where the source of a promotion lies."""
    told = stage.client("codepipeline", HOME).list_action_executions(
        pipelineName=stage.naming.promotion_pipeline(MODEL),
        filter={"pipelineExecutionId": execution},
    )["actionExecutionDetails"]
    [place] = [
        artifact["s3location"]
        for action in told
        if action["stageName"] == "Source"
        for artifact in action["output"]["outputArtifacts"]
    ]
    return {"Bucket": place["bucket"], "Key": place["key"]}


def _with(archive: bytes, name: str, made: Callable[[bytes], bytes]) -> bytes:
    """Give an archive in which one file is another; everything else stays as it was."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(buffer, "w") as new:
        assert name in old.namelist()
        for one in old.infolist():
            content = old.read(one)
            new.writestr(one, made(content) if one.filename == name else content)
    return buffer.getvalue()


@contextmanager
def _promotion_taken_over(stage: Stage) -> Iterator[None]:
    """Let whoever rules the account take the role of the promotion, by a wrong change of trust."""
    iam: Any = stage.client("iam", HOME, "apply")
    role = stage.naming.role_name(HOME, "promotion")
    trust = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    identifier = stage.naming.organization.account(HOME).id
    allowed = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"AWS": f"arn:aws:iam::{identifier}:root"},
    }
    changed = {**trust, "Statement": [*trust["Statement"], allowed]}
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=dumps(changed))
    try:
        yield
    finally:
        iam.update_assume_role_policy(RoleName=role, PolicyDocument=dumps(trust))
