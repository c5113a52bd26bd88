"""The web application around one trained model."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from pipelines.errors import InvalidInput
from pipelines.serving import payload
from pipelines.serving.media import CSV, JSON, MediaType, negotiate, parse
from pipelines.serving.model import TrainedModel

# What InvokeEndpoint lets through.
MAXIMUM_BYTES = 25 * 1024 * 1024


def build_app(model: TrainedModel) -> FastAPI:
    """Build the application; nothing is read or opened here."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @app.get("/ping")
    async def ping() -> Response:
        return Response(status_code=200)

    @app.post("/invocations")
    async def invocations(request: Request) -> Response:
        given = parse(request.headers.get("content-type", CSV))
        wanted = negotiate(request.headers.get("accept", "*/*"), given)
        if given is None or given.name not in (CSV, JSON):
            return _refusal(415, f"Content-Type: must be {CSV} or {JSON}")
        if wanted is None:
            return _refusal(406, f"Accept: must allow {CSV} or {JSON}")
        body = await _body(request)
        if body is None:
            return _refusal(413, f"request: must be at most {MAXIMUM_BYTES} bytes")
        try:
            text = await run_in_threadpool(answer, model, body, given, wanted)
        except InvalidInput as error:
            return _refusal(400, str(error))
        return Response(text, media_type=wanted.name)

    return app


def answer(model: TrainedModel, body: bytes, given: MediaType, wanted: MediaType) -> str:
    """Turn the bytes of a request into the text of its answer."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(
            "request", "must be UTF-8 text", got=f"byte {error.object[error.start]:#04x}"
        ) from error
    read = payload.rows_from_json if given.name == JSON else payload.rows_from_csv
    predictions = model.predict(read(text, model.signature))
    if wanted.name == JSON:
        return payload.predictions_json(model.signature, predictions)
    return payload.predictions_csv(model.signature, predictions, header=wanted.header)


async def _body(request: Request) -> bytes | None:
    """Read the body, but never more of it than is allowed."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAXIMUM_BYTES:
            return None
    return bytes(body)


def _refusal(status: int, sentence: str) -> Response:
    return Response(sentence + "\n", status_code=status, media_type="text/plain")
