"""Of what forecasts have left, the latest is shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from pipelines.errors import Misuse
from scripts.access import Access
from scripts.forecasts.results import Results
from tests.scripts.forecasts.test_forecast_page import document

BUCKET, REGION = "gatehouse-data-science-data-111111111111", "eu-west-1"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An empty data bucket."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        client = boto3.client("s3", region_name=REGION)
        client.create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        yield client


def results(model: str = "demand") -> Results:
    return Results(Access(boto3.session.Session(), None, "somebody"), REGION, BUCKET, model)


def put(s3: Any, moment: str, model: str = "demand", made_at: str = "") -> None:
    found = document() | ({"made_at": made_at} if made_at else {})
    key = f"forecasts/{model}/chart/{moment}/forecast.json"
    s3.put_object(Bucket=BUCKET, Key=key, Body=json.dumps(found).encode())


def test_the_latest_is_shown_and_that_of_another_model_is_not(s3: Any) -> None:
    put(s3, "20260304T001007Z")
    put(s3, "20260305T001007Z", made_at="2026-03-05T00:10:07Z")
    put(s3, "20270101T000000Z", model="demand-other")
    assert results().latest().made_at == "2026-03-05T00:10:07Z"


def test_a_model_that_has_never_forecast_says_so(s3: Any) -> None:
    with pytest.raises(Misuse, match="model demand: must have forecast once, got no forecast"):
        results().latest()
