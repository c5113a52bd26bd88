"""InvokeEndpoint: carries a request to a container and its answer back.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
"""

from __future__ import annotations

import http.client
import json
from typing import Any

from moto.core.utils import get_service_model

from twin.call import Call, Response
from twin.engines.sagemaker.constraints import check
from twin.engines.sagemaker.hosting.fleet import Fleet
from twin.engines.sagemaker.hosting.server import LOG_GROUP, Answer, Server
from twin.engines.sagemaker.place import Place
from twin.errors import ServiceError
from twin.registry import Registry
from twin.twin import Twin

_LARGEST_BODY = 25 * 1024 * 1024
_PASSED_ON = {
    "Accept": "Accept",
    "ContentType": "Content-Type",
    "CustomAttributes": "X-Amzn-SageMaker-Custom-Attributes",
    "InferenceId": "X-Amzn-SageMaker-Inference-Id",
}


class Runtime:
    """Answers invocations."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    def register(self, registry: Registry) -> None:
        """Put the operation into the registry."""
        registry.answers("sagemaker-runtime", "InvokeEndpoint")(self.invoke)

    def invoke(self, _twin: Twin, call: Call) -> Response:
        """Send a request to one of the endpoint's servers."""
        # An empty body is a body, but arrives as none.
        given, place = {"Body": b"", **call.parameters}, Place.of(call)
        shape = get_service_model(call.service).operation_model(call.operation).input_shape
        check(given, shape)
        name, variant = str(given["EndpointName"]), given.get("TargetVariant")
        body = bytes(given.get("Body") or b"")
        if len(body) > _LARGEST_BODY:
            raise ServiceError(
                "ValidationError", f"Body must have {_LARGEST_BODY} bytes or less.", 413
            )
        with self._fleet.chosen(place.arn("endpoint", name), variant) as server:
            if server is None:
                raise self._nobody(place, name, variant)
            return _answered(place, name, server, given, body)

    def _nobody(self, place: Place, name: str, variant: str | None) -> ServiceError:
        if variant is not None and self._fleet.group(place.arn("endpoint", name)) is not None:
            message = f"Variant {variant} of endpoint {name} not found."
        else:
            message = f"Endpoint {name} of account {place.account_id} not found."
        return ServiceError("ValidationError", message, 400)


def _answered(
    place: Place, name: str, server: Server, given: dict[str, Any], body: bytes
) -> Response:
    headers = {
        header: str(given[member]) for member, header in _PASSED_ON.items() if given.get(member)
    }
    try:
        answer = server.invoke(body, headers)
    except (OSError, http.client.HTTPException) as error:
        server.revive()
        return _model_error(place, name, server, Answer(0, "", str(error).encode()))
    if answer.status >= 300:
        return _model_error(place, name, server, answer)
    if server.capture is not None:
        sent = (str(given.get("ContentType") or ""), body)
        server.capture.offer(sent, (answer.content_type, answer.body), given)
    written = {
        "Content-Type": answer.content_type,
        "x-Amzn-Invoked-Production-Variant": server.name,
    }
    if answer.custom_attributes is not None:
        written["X-Amzn-SageMaker-Custom-Attributes"] = answer.custom_attributes
    return Response(200, written, answer.body)


def _model_error(place: Place, name: str, server: Server, answer: Answer) -> Response:
    """Answer that the container refused or failed, with what it said."""
    original = answer.body.decode("utf-8", "replace")
    side = "client" if 400 <= answer.status < 500 else "server"
    group = f"{LOG_GROUP}/{name}"
    console = f"https://{place.region}.console.aws.amazon.com/cloudwatch/home?region={place.region}"
    document = {
        "Message": f"Received {side} error ({answer.status}) from primary with message "
        f'"{original}". See {console}#logEventViewer:group={group} in account '
        f"{place.account_id} for more information.",
        "OriginalStatusCode": answer.status,
        "OriginalMessage": original,
        "LogStreamArn": f"arn:aws:logs:{place.region}:{place.account_id}:log-group:{group}",
    }
    headers = {"Content-Type": "application/json", "x-amzn-ErrorType": "ModelError"}
    return Response(424, headers, json.dumps(document).encode())
