"""An endpoint as the tests of a release need it: the real container around a table of answers."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, cast

from botocore.exceptions import ClientError
from fastapi import FastAPI

from pipelines.errors import InvalidInput
from pipelines.models.description import describe
from pipelines.models.kinds import Kind
from pipelines.serving.app import build_app
from pipelines.serving.model import Prediction, Signature, TrainedModel
from pipelines.serving.preprocessing import Features
from tests.pipelines.promotion.world import HOLDOUT, MODEL, PREDICTIONS
from tests.pipelines.serving.asgi_client import AsgiClient


class Container:
    """Hands invocations to the web application, as SageMaker does to a container."""

    def __init__(self, app: FastAPI) -> None:
        self._client = AsgiClient(app)

    def invoke_endpoint(self, **request: Any) -> dict[str, Any]:
        headers = {"content-type": request["ContentType"], "accept": request["Accept"]}
        answer = self._client.post("/invocations", request["Body"], headers)
        if answer.status_code != 200:
            raise refused(answer.status_code, answer.text)
        kind = answer.headers.get("content-type", "")
        return {"ContentType": kind, "Body": io.BytesIO(answer.content)}


def refused(status: int, message: str) -> ClientError:
    """What SageMaker says of a request that a container refuses."""
    response = {
        "Error": {"Code": "ModelError", "Message": "Received an error from primary"},
        "OriginalStatusCode": status,
        "OriginalMessage": message,
    }
    return ClientError(cast(Any, response), "InvokeEndpoint")


class FakeRuntime:
    """Invokes a container whose model answers from a table; its refusals may become another."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.answers = dict(
            zip(HOLDOUT.split(b"\n")[1:3], PREDICTIONS.split(b"\n")[1:3], strict=True)
        )
        self.refusal: int | None = None
        numeric = tuple(HOLDOUT.partition(b"\n")[0].decode().split(",")[:-1])
        self.signature = Signature(
            MODEL, Kind.BINARY, numeric, (), "diagnosis", describe(MODEL).classes
        )
        self._container = Container(build_app(cast(TrainedModel, self)))

    def invoke_endpoint(self, **request: Any) -> dict[str, Any]:
        self.requests.append(request)
        try:
            return self._container.invoke_endpoint(**request)
        except ClientError as error:
            if self.refusal is None:
                raise
            raise refused(self.refusal, "an error") from error

    def predict(self, rows: Sequence[Features]) -> list[Prediction]:
        """Look rows up, as a model predicts them."""
        return [self._predict(row) for row in rows]

    def _predict(self, row: Features) -> Prediction:
        start = ",".join(str(cell) for cell in row).encode() + b","
        found = [answer for key, answer in self.answers.items() if key.startswith(start)]
        if not found:
            raise InvalidInput("request", "must be a row of the table", got=start.decode())
        value, *probabilities = found[0].decode().split(",")
        return Prediction(value, tuple(float(one) for one in probabilities))
