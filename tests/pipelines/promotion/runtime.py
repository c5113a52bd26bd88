"""An endpoint as the tests of a release need it: it answers from a table."""

from __future__ import annotations

import io
from typing import Any

from botocore.exceptions import ClientError

from tests.pipelines.promotion.world import HOLDOUT, PREDICTIONS


class FakeRuntime:
    """Invokes an endpoint that answers from a table; bad input is refused with 400."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.answers = dict(
            zip(HOLDOUT.split(b"\n")[1:3], PREDICTIONS.split(b"\n")[1:3], strict=True)
        )
        self.refusal = 400

    def invoke_endpoint(self, **request: Any) -> dict[str, Any]:
        self.requests.append(request)
        lines = request["Body"].strip().split(b"\n")
        rows = [
            self.answers.get(line + b",0") or self.answers.get(line + b",1") for line in lines[1:]
        ]
        if request["ContentType"] == "application/json" and b"1.5" in request["Body"]:
            rows = [self.answers[b"1.5,0"]]
        elif lines[0] != b"mean_radius" or not rows or None in rows or "x-un" in str(request):
            response = {
                "Error": {"Code": "ModelError", "Message": "Received client error"},
                "OriginalStatusCode": self.refusal,
                "OriginalMessage": "request: no",
            }
            raise ClientError(response, "InvokeEndpoint")
        accept = request["Accept"]
        header = PREDICTIONS.split(b"\n")[:1] if "header" in accept else []
        body = b"\n".join([*header, *(row for row in rows if row)]) + b"\n"
        if accept == "application/json":
            body = b'{"predictions": [{"prediction": "0"}]}'
        return {"ContentType": accept, "Body": io.BytesIO(body)}
