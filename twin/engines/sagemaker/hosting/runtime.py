"""InvokeEndpoint: carries a request to a container and its answer back.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from moto.core.utils import get_service_model

from twin.call import Call, Response
from twin.engines.cloudwatch.metrics import Metrics
from twin.engines.sagemaker.constraints import check
from twin.engines.sagemaker.hosting.connections import Answer
from twin.engines.sagemaker.hosting.fleet import Chosen, Fleet
from twin.engines.sagemaker.hosting.measures import Invocation
from twin.engines.sagemaker.hosting.server import LOG_GROUP, Server
from twin.engines.sagemaker.hosting.shadow import Copy, Shadows
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

    def __init__(self, fleet: Fleet, metrics: Metrics) -> None:
        self._fleet, self._metrics = fleet, metrics
        self._shadows = Shadows()

    def register(self, registry: Registry) -> None:
        """Put the operation into the registry."""
        registry.answers("sagemaker-runtime", "InvokeEndpoint")(self.invoke)

    def invoke(self, twin: Twin, call: Call) -> Response:
        """Send a request to one of the endpoint's servers, and a copy to its shadow."""
        started = time.perf_counter()
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
        copy = Copy(body, _headers(given), given)
        with self._fleet.chosen(place.arn("endpoint", name), variant) as chosen:
            if chosen is None:
                raise self._nobody(place, name, variant)
            if chosen.shadow is not None:
                known = (twin, place, name, chosen.config_name, chosen.shadow.name)
                measure = partial(self._measure_shadow, *known)
                self._shadows.send(twin, chosen.shadow, copy, measure)
            before = time.perf_counter()
            answer = _asked(chosen.server, copy)
            now = time.perf_counter()
            self._measure(twin, place, name, chosen, answer.status, now - before, now - started)
            return _answered(place, name, chosen.server, copy, answer)

    def _measure(
        self,
        twin: Twin,
        place: Place,
        name: str,
        chosen: Chosen,
        status: int,
        model: float,
        whole: float,
    ) -> None:
        known = (place, name, chosen.server.name, chosen.config_name)
        self._metrics.put(twin, Invocation(*known, status, model, whole).data())

    def _measure_shadow(
        self,
        twin: Twin,
        place: Place,
        name: str,
        config_name: str,
        variant: str,
        status: int,
        seconds: float,
    ) -> None:
        found = Invocation(place, name, variant, config_name, status, seconds, seconds)
        self._metrics.put(twin, found.data())

    def _nobody(self, place: Place, name: str, variant: str | None) -> ServiceError:
        if variant is not None and self._fleet.group(place.arn("endpoint", name)) is not None:
            message = f"Variant {variant} of endpoint {name} not found."
        else:
            message = f"Endpoint {name} of account {place.account_id} not found."
        return ServiceError("ValidationError", message, 400)


def _headers(given: Mapping[str, Any]) -> dict[str, str]:
    return {
        header: str(given[member]) for member, header in _PASSED_ON.items() if given.get(member)
    }


def _asked(server: Server, copy: Copy) -> Answer:
    """Return what the container answers; the status is 0 where it does not."""
    try:
        return server.invoke(copy.body, copy.headers)
    except (OSError, http.client.HTTPException) as error:
        server.revive()
        return Answer(0, "", str(error).encode())


def _answered(place: Place, name: str, server: Server, copy: Copy, answer: Answer) -> Response:
    if not 0 < answer.status < 300:
        return _model_error(place, name, server, answer)
    if server.capture is not None:
        sent = (str(copy.given.get("ContentType") or ""), copy.body)
        server.capture.offer(sent, (answer.content_type, answer.body), copy.given)
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
