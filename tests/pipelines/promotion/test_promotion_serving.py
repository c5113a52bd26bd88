"""The real inference container, around a trained model, passes every question of the test."""

from __future__ import annotations

import asyncio
import io
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError
from fastapi import FastAPI

from pipelines.models.description import ModelDescription, describe
from pipelines.models.sample import write_sample
from pipelines.promotion.consumer import Consumer
from pipelines.promotion.limits import read_limits
from pipelines.promotion.rows import Table, compare, parse_csv
from pipelines.promotion.test import HeldOut, Result, examine
from pipelines.serving.app import build_app
from pipelines.serving.model import read_folder
from pipelines.steps.evaluate import evaluate
from pipelines.steps.prepare import ANY, prepare
from pipelines.steps.train import train

MODEL = "breast-cancer"


class Container:
    """Hands invocations to the web application, as SageMaker does to a container."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def invoke_endpoint(self, **request: Any) -> dict[str, Any]:
        headers = {"content-type": request["ContentType"], "accept": request["Accept"]}
        status, kind, body = asyncio.run(self._call(headers, request["Body"]))
        if status != 200:
            told = {"Error": {"Code": "ModelError"}, "OriginalStatusCode": status}
            raise ClientError(told, "InvokeEndpoint")
        return {"ContentType": kind, "Body": io.BytesIO(body)}

    async def _call(self, headers: dict[str, str], body: bytes) -> tuple[int, str, bytes]:
        sent: list[Any] = []
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/invocations",
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self._app(scope, receive, send)
        kind = dict(sent[0]["headers"]).get(b"content-type", b"").decode()
        return sent[0]["status"], kind, b"".join(part.get("body", b"") for part in sent[1:])


@pytest.fixture(scope="module")
def description() -> ModelDescription:
    """The model that is demonstrated."""
    return describe(MODEL)


@pytest.fixture(scope="module")
def trained(
    tmp_path_factory: pytest.TempPathFactory, description: ModelDescription
) -> tuple[Consumer, HeldOut]:
    """A consumer of the model, and what its training recorded."""
    folder = tmp_path_factory.mktemp("trained")
    raw = write_sample(MODEL, folder / "raw.csv")
    prepare(description, raw, folder, ANY)
    parts = {name: folder / name / f"{name}.csv" for name in ("train", "validation", "holdout")}
    train(description, parts["train"], parts["validation"], folder / "model")
    evaluate(description, folder / "model", parts["holdout"], folder / "out")
    rows = parse_csv("holdout", (folder / "out" / "holdout.csv").read_bytes())
    predictions = parse_csv("predictions", (folder / "out" / "predictions.csv").read_bytes())
    app = build_app(read_folder(folder / "model"))
    return Consumer(Container(app), "endpoint"), HeldOut(
        rows.without(description.target), predictions
    )


@pytest.fixture(scope="module")
def result(trained: tuple[Consumer, HeldOut], description: ModelDescription) -> Result:
    """What the test of a release finds."""
    return examine(*trained, description, read_limits(), time.perf_counter)


def test_the_endpoint_predicts_what_the_training_recorded(result: Result) -> None:
    assert result.comparison.identical
    assert result.comparison.rows > 100


def test_every_question_is_answered_as_it_must_be(result: Result) -> None:
    assert [check for check in result.checks if not check.passed] == []
    assert len(result.checks) >= 16


def test_nothing_is_found_wanting(result: Result) -> None:
    assert result.failures() == []


def test_one_changed_number_of_a_row_is_noticed(trained: tuple[Consumer, HeldOut]) -> None:
    consumer, held_out = trained
    first = held_out.rows.rows[0]
    other = Table(held_out.rows.header, (held_out.rows.rows[-1], *held_out.rows.rows[1:]))
    assert first != held_out.rows.rows[-1]
    comparison = compare(held_out.predictions, consumer.predictions(other), 1e-6)
    assert comparison.differing_rows == 1
