"""A reset ends what runs in SageMaker, forgets it, and leaves a twin that works."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.twin.engines.accounts import REGION, TOOLS, Lab, until
from tests.twin.engines.studio import Studio
from tests.twin.engines.tiny_image import push
from twin.engines.sagemaker.place import Place
from twin.engines.sagemaker.session import RoleSession


def test_a_session_is_taken_anew_before_it_expires(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    role = lab.role("sagemaker")
    place = Place(TOOLS, REGION)
    session = RoleSession(lab.twin, place, role, place.arn("endpoint", "e"))
    first, client = session.credentials, session.client("s3")
    assert session.credentials == first and session.client("s3") is client
    later = datetime.now(UTC) + timedelta(minutes=55)
    monkeypatch.setattr(lab.twin, "now", lambda: later)
    assert session.credentials != first
    assert session.client("s3") is not client


def test_a_reset_ends_jobs_and_executions(lab: Lab) -> None:
    studio = Studio(lab, push(lab), lab.role("sagemaker"), lab.bucket())
    request = studio.processing("sleep", "until-the-reset")
    step = {key: value for key, value in request.items() if key != "ProcessingJobName"}
    pipeline = studio.pipeline([{"Name": "Sleep", "Type": "Processing", "Arguments": step}])
    arn = studio.start(pipeline)
    until(lambda: _runs("until-the-reset"), "the job's process")
    lab.twin.reset()
    assert not _runs("until-the-reset")
    lab._clients.clear()
    with pytest.raises(ClientError, match="does not exist"):
        studio.sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
    assert studio.sagemaker.list_processing_jobs()["ProcessingJobSummaries"] == []
    anew = Studio(lab, push(lab), lab.role("sagemaker"), lab.bucket())
    assert anew.process("look")["ProcessingJobStatus"] == "Completed"


def _runs(word: str) -> bool:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if word in path.read_bytes().decode(errors="replace"):
                return True
        except OSError:
            continue
    return False
