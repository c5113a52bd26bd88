"""A run is given one version of one object by its digest, and an event starts one run."""

from __future__ import annotations

import hashlib
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.response import StreamingBody

from pipelines.errors import EnvironmentFault, Finding
from pipelines.triggers.asked import read_asked
from pipelines.triggers.handler import Clients, handle, start
from tests.pipelines.triggers.events import BUCKET, KEY, asked, built, created, planned


class _Objects:
    """A bucket that keeps versions: (key, version) to time and bytes, the last of a key newest."""

    def __init__(self, *held: tuple[str, str, int, bytes], removed: tuple[str, ...] = ()) -> None:
        self._held, self._removed = held, removed

    def get_object(self, *, Bucket: str, Key: str, VersionId: str) -> dict[str, Any]:
        for key, version, _, content in self._held:
            if (BUCKET, key, version) == (Bucket, Key, VersionId):
                return {"Body": StreamingBody(io.BytesIO(content), len(content))}
        raise ClientError({"Error": {"Code": "NoSuchVersion"}}, "GetObject")

    def get_paginator(self, operation: str) -> _Objects:
        assert operation == "list_object_versions"
        return self

    def paginate(self, *, Bucket: str, Prefix: str) -> Any:
        assert Bucket == BUCKET
        last = {key: version for key, version, _, _ in self._held if key not in self._removed}
        for key, version, second, _ in self._held:
            if key.startswith(Prefix):
                yield {
                    "Versions": [
                        {
                            "Key": key,
                            "VersionId": version,
                            "IsLatest": last.get(key) == version,
                            "LastModified": datetime(2026, 7, 15, 10, 0, second, tzinfo=UTC),
                        }
                    ]
                }
        yield {}


class _Runs:
    """Starts runs as SageMaker does: a token that is known gives the run that it started."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.runs: dict[str, str] = {}

    def start_pipeline_execution(self, **request: Any) -> dict[str, str]:
        self.asked.append(request)
        arn = self.runs.setdefault(request["ClientRequestToken"], f"arn:run/{len(self.runs)}")
        return {"PipelineExecutionArn": arn}


def _parameters(request: dict[str, Any]) -> dict[str, str]:
    return {one["Name"]: one["Value"] for one in request["PipelineParameters"]}


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_an_object_starts_a_run_on_exactly_that_version() -> None:
    # Another one lies there already when the function gets to it.
    s3 = _Objects((KEY, "v1", 1, b"meant"), (KEY, "v2", 2, b"later"))
    runs = _Runs()

    start(read_asked(asked("object", created(version="v1"))), Clients(s3, runs))

    (request,) = runs.asked
    assert _parameters(request) == {
        "InputDataSha256": _sha256(b"meant"),
        "InputDataUri": f"s3://{BUCKET}/{KEY}",
        "InputDataVersion": "v1",
    }
    assert request["PipelineName"] == "acme-churn"
    assert request["PipelineExecutionDescription"].endswith(f"{KEY}?versionId=v1")


@pytest.mark.parametrize(("trigger", "event"), [("push", built()), ("schedule", planned())])
def test_other_runs_are_given_the_newest_data_that_is_still_there(
    trigger: str, event: dict[str, Any]
) -> None:
    s3 = _Objects(
        ("raw/churn/20260701T000000Z/june.csv", "a", 1, b"june"),
        (KEY, "v1", 2, b"old"),
        (KEY, "v2", 4, b"newest"),
        ("raw/churn/gone.csv", "x", 5, b"removed"),
        ("raw/churn/arrivals/notes.txt", "n", 6, b"no data"),
        ("raw/churn-old/other.csv", "o", 7, b"of another"),
        removed=("raw/churn/gone.csv",),
    )
    runs = _Runs()

    start(read_asked(asked(trigger, event)), Clients(s3, runs))

    assert _parameters(runs.asked[0])["InputDataVersion"] == "v2"
    assert _parameters(runs.asked[0])["InputDataSha256"] == _sha256(b"newest")


def test_an_event_that_comes_twice_starts_one_run() -> None:
    s3, runs = _Objects((KEY, "v1", 1, b"rows")), _Runs()

    first, again = (
        start(read_asked(asked("object", created())), Clients(s3, runs)) for _ in range(2)
    )

    assert first == again
    assert len(runs.runs) == 1


def test_without_data_a_schedule_fails_loudly() -> None:
    runs = _Runs()

    with pytest.raises(Finding, match=r"s3://.*/raw/churn/: must hold a CSV to train on, got none"):
        start(read_asked(asked("schedule", planned())), Clients(_Objects(), runs))
    assert runs.asked == []


def test_a_version_that_is_gone_starts_nothing() -> None:
    runs = _Runs()

    with pytest.raises(EnvironmentFault, match="in version v1: must be readable"):
        start(read_asked(asked("object", created())), Clients(_Objects(), runs))
    assert runs.asked == []


def test_a_function_that_does_not_know_itself_fails_loudly() -> None:
    class _Context:
        invoked_function_arn = "function"

        def get_remaining_time_in_millis(self) -> int:
            return 1

    with pytest.raises(EnvironmentFault, match="must know its own ARN"):
        handle(asked("object", created()), _Context())
