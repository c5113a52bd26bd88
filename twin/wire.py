"""AWS's wire protocols: from an HTTP request to an operation, and from an answer to HTTP.

The routers, parsers and serialisers are moto's, which follow the service models of botocore
(https://smithy.io/2.0/aws/protocols/).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.core.model import OperationModel, ServiceModel
from moto.core.parse import PROTOCOL_PARSERS, RequestParserError
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.serialize import SerializationContext, get_serializer_class
from moto.core.utils import get_service_model
from werkzeug.exceptions import HTTPException

from twin.call import Response
from twin.errors import ServiceError
from twin.warning_filters import filtered

# Where moto's server has an API of its own, which must not be reached through the twin.
_OWN_PATHS = ("/moto-api", "/latest/meta-data/", "/latest/api/", "/favicon.ico")

# The name under which a request is signed is not always botocore's name of the service.
_SERVICE_OF_SIGNING_NAME = {
    "access-analyzer": "accessanalyzer",
    "monitoring": "cloudwatch",
    "states": "stepfunctions",
    "email": "sesv2",
    "codestar-notifications": "codestar-notifications",
    "elasticloadbalancing": "elbv2",
    "elasticfilesystem": "efs",
    "tagging": "resourcegroupstaggingapi",
    "aps": "amp",
    "sso": "sso-admin",
}

_READY: dict[str, ServiceModel] = {}
_READING = threading.Lock()


@dataclass(frozen=True)
class Matched:
    """A request that was recognised as an operation, with its parsed parameters."""

    service: str
    operation: OperationModel
    protocol: str
    parameters: dict[str, Any]


def service_name(signing_name: str, path: str, target: str) -> str:
    """Return botocore's name of the service for which a request is signed under a name.

    Raises ServiceError AccessDenied for an address that AWS does not have.
    """
    name = signing_name.lower()
    if path.startswith(_OWN_PATHS):
        raise ServiceError("AccessDenied", f"{path} is no address of AWS", 403)
    if name == "sagemaker":
        return _sagemaker_family(path)
    if name == "s3" and path.startswith("/v20180820/"):
        return "s3control"
    if name == "dynamodb" and target.startswith("DynamoDBStreams"):
        return "dynamodbstreams"
    return _SERVICE_OF_SIGNING_NAME.get(name, name)


def _sagemaker_family(path: str) -> str:
    # One signing name for four services: they differ by path only.
    if path.endswith(("/invocations", "/async-invocations", "/invocations-response-stream")):
        return "sagemaker-runtime"
    if path.startswith("/FeatureGroup/") or path.startswith("/BatchGetRecord"):
        return "sagemaker-featurestore-runtime"
    if path.endswith("/BatchPutMetrics") or path.endswith("/BatchGetMetrics"):
        return "sagemaker-metrics"
    return "sagemaker"


def match(service: str, request: Request, body: bytes) -> Matched:
    """Find the operation of a request and parse its parameters.

    Raises ServiceError (UnknownOperationException) where the service has no such operation,
    SerializationException or MalformedXML where the body does not fit its input shape.
    """
    try:
        model = _service_model(service)
        operation, uri_parameters = _routed(service, request)
    except (HTTPException, NotImplementedError) as error:
        raise ServiceError("UnknownOperationException", f"{service}: {error}", 404) from error
    except Exception as error:
        # botocore raises UnknownServiceError for a name that it does not know.
        raise ServiceError("UnknownOperationException", f"{service}: {error}", 404) from error
    protocol = determine_request_protocol(model, "" if service == "s3" else request.content_type)
    try:
        _require_json(protocol, operation, body)
        parameters = PROTOCOL_PARSERS[protocol](operation, map_type=dict).parse(
            {
                "method": request.method,
                "values": request.values,
                "headers": request.headers,
                "body": body,
                "url_path": request.path,
                "url_params": uri_parameters,
            }
        )
    except (RequestParserError, ValueError, KeyError, TypeError, AttributeError) as error:
        code = "MalformedXML" if protocol == "rest-xml" else "SerializationException"
        raise ServiceError(code, f"{operation.name}: {error}", 400) from error
    return Matched(service, operation, protocol, _given(operation, parameters or {}))


def _given(operation: OperationModel, parameters: dict[str, Any]) -> dict[str, Any]:
    """Leave out lists of the query that nobody sent; moto 5.2.5 reads them as empty ones."""
    shape = operation.input_shape
    if shape is None:
        return parameters
    in_query = {
        name
        for name, member in shape.members.items()
        if member.type_name == "list" and member.serialization.get("location") == "querystring"
    }
    return {
        name: value for name, value in parameters.items() if value != [] or name not in in_query
    }


def _require_json(protocol: str, operation: OperationModel, body: bytes) -> None:
    """Raise ValueError for a body that is no JSON object; moto would take it for an empty one."""
    shape = operation.input_shape
    if not body or shape is None or "json" not in protocol:
        return
    if protocol == "rest-json" and shape.serialization.get("payload"):
        # The body is one member, perhaps of bytes.
        return
    if not isinstance(json.loads(body), dict):
        raise ValueError("the body must be a JSON object")


def answer(matched: Matched, result: Mapping[str, Any] | ServiceError, request_id: str) -> Response:
    """Write an answer or error in the protocol of the matched operation."""
    serializer = get_serializer_class(matched.service, matched.protocol)(
        operation_model=matched.operation, context=SerializationContext(request_id)
    )
    if isinstance(result, ServiceError):
        # Common errors (AccessDenied, Throttling) are in no service model.
        with filtered("ignore", r"Exception\(", UserWarning):
            written = serializer.serialize(result)
    else:
        written = serializer.serialize(result)
    body = written["body"]
    status = int(written["status_code"])
    if isinstance(result, ServiceError) and result.status is not None:
        status = result.status
    headers = {**written["headers"], "x-amzn-RequestId": request_id}
    return Response(status, headers, body.encode() if isinstance(body, str) else body)


def has_checksum(matched: Matched) -> bool:
    """Tell whether checksum headers of the operation speak of its request's body."""
    trait = matched.operation.http_checksum or {}
    return "requestAlgorithmMember" in trait or bool(trait.get("requestChecksumRequired"))


def _service_model(service: str) -> ServiceModel:
    """Read a service's model whole, by one thread.

    moto 5.2.5 overrides what botocore caches under the same name: in the moment between the two a
    second thread would be given botocore's own operation, which moto's routers cannot use.
    """
    if service not in _READY:
        with _READING:
            model = get_service_model(service)
            for name in model.operation_names:
                model.operation_model(name)
            _READY[service] = model
    return _READY[service]


def _routed(service: str, request: Request) -> tuple[OperationModel, dict[str, Any]]:
    """Find the operation; some SDKs (Go's for CloudTrail) shorten the prefix of the target."""
    model = _service_model(service)
    prefix, _, name = request.headers.get("X-Amz-Target", "").rpartition(".")
    long = str(model.metadata.get("targetPrefix", ""))
    if prefix and prefix != long and long.endswith(f".{prefix}") and name in model.operation_names:
        return model.operation_model(name), {}
    router = get_service_router(service)
    # moto makes the router of a protocol at its first request, by way of syntax trees, which two
    # threads of Python 3.11 cannot make at a time: https://github.com/python/cpython/issues/106905
    protocol = determine_request_protocol(model, request.content_type)
    if protocol not in router._routers:
        with _READING:
            router._get_router(protocol)
    operation, parameters = router.match(request)
    return operation, parameters


def unmatched_error(
    error: ServiceError, request_id: str, service: str | None, target: str | None
) -> Response:
    """Write an error for a request of which not even the operation is known.

    A request with a target is of a JSON protocol; any other is answered in XML, where S3's has
    no envelope.
    """
    status = error.status or 400
    if not target:
        told = f"<Code>{error.code}</Code><Message>{_escape(error.message)}</Message>"
        if service == "s3":
            text = f"<Error>{told}<RequestId>{request_id}</RequestId></Error>"
        else:
            text = (
                f"<ErrorResponse><Error>{told}</Error>"
                f"<RequestId>{request_id}</RequestId></ErrorResponse>"
            )
        document = f'<?xml version="1.0"?>{text}'.encode()
        return Response(status, {"Content-Type": "text/xml"}, document)
    headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-ErrorType": error.code}
    body = json.dumps({"__type": error.code, "message": error.message}).encode()
    return Response(status, headers, body)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
