"""AWS's wire protocols: from an HTTP request to an operation, and from an answer to HTTP.

The routers, parsers and serialisers are moto's, which follow the service models of botocore
(https://smithy.io/2.0/aws/protocols/).
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

from moto.core.model import OperationModel
from moto.core.parse import PROTOCOL_PARSERS, RequestParserError
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.serialize import SerializationContext, get_serializer_class
from moto.core.utils import get_service_model
from werkzeug.exceptions import HTTPException

from twin.call import Response
from twin.errors import ServiceError

_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/(\d{8})/([^/,\s]+)/([^/,\s]+)/aws4_request")

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


@dataclass(frozen=True)
class Signature:
    """What the signature of a request says of itself (Signature Version 4)."""

    access_key_id: str
    region: str
    signing_name: str


@dataclass(frozen=True)
class Matched:
    """A request that was recognised as an operation, with its parsed parameters."""

    service: str
    operation: OperationModel
    protocol: str
    parameters: dict[str, Any]


def signature_of(headers: Mapping[str, str], query: Mapping[str, str]) -> Signature | None:
    """Read the credential scope from the Authorization header or a presigned query."""
    header = headers.get("Authorization", "")
    text = header if header else f"Credential={unquote(query.get('X-Amz-Credential', ''))}"
    found = _CREDENTIAL.search(text)
    if found is not None:
        return Signature(found.group(1), found.group(3), found.group(4))
    if "AWSAccessKeyId" in query:
        # Links to S3 that are signed in the older way carry no scope.
        return Signature(query["AWSAccessKeyId"], "us-east-1", "s3")
    return None


def token_of(headers: Mapping[str, str], query: Mapping[str, str]) -> str | None:
    """Read the session token that came with a signature."""
    name = "x-amz-security-token"
    return headers.get(name) or {k.lower(): v for k, v in query.items()}.get(name)


def refuse_expired(query: Mapping[str, str], now: datetime) -> None:
    """Raise AccessDenied for a presigned link whose time is over."""
    end = datetime.max.replace(tzinfo=UTC)
    if "X-Amz-Expires" in query and "X-Amz-Date" in query:
        signed = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        end = signed + timedelta(seconds=int(query["X-Amz-Expires"]))
    elif "AWSAccessKeyId" in query and "Expires" in query:
        end = datetime.fromtimestamp(int(query["Expires"]), UTC)
    if now > end:
        raise ServiceError("AccessDenied", "Request has expired", 403)


def service_name(signature: Signature, path: str, target: str) -> str:
    """Return botocore's name of the service that a signed request addresses."""
    name = signature.signing_name.lower()
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
    SerializationException where the body does not fit its input shape.
    """
    try:
        model = get_service_model(service)
        operation, uri_parameters = _routed(service, request)
    except (HTTPException, NotImplementedError) as error:
        raise ServiceError("UnknownOperationException", f"{service}: {error}", 404) from error
    except Exception as error:
        # botocore raises UnknownServiceError for a name that it does not know.
        raise ServiceError("UnknownOperationException", f"{service}: {error}", 404) from error
    protocol = determine_request_protocol(model, "" if service == "s3" else request.content_type)
    try:
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
        raise ServiceError("SerializationException", f"{operation.name}: {error}", 400) from error
    return Matched(service, operation, protocol, parameters or {})


def answer(matched: Matched, result: Mapping[str, Any] | ServiceError, request_id: str) -> Response:
    """Write an answer or error in the protocol of the matched operation."""
    serializer = get_serializer_class(matched.service, matched.protocol)(
        operation_model=matched.operation, context=SerializationContext(request_id)
    )
    with warnings.catch_warnings():
        # Common errors (AccessDenied, Throttling) are in no service model.
        warnings.simplefilter("ignore")
        written = serializer.serialize(result)
    body = written["body"]
    status = int(written["status_code"])
    if isinstance(result, ServiceError) and result.status is not None:
        status = result.status
    headers = {**written["headers"], "x-amzn-RequestId": request_id}
    return Response(status, headers, body.encode() if isinstance(body, str) else body)


def _routed(service: str, request: Request) -> tuple[OperationModel, dict[str, Any]]:
    """Find the operation; some SDKs (Go's for CloudTrail) shorten the prefix of the target."""
    model = get_service_model(service)
    prefix, _, name = request.headers.get("X-Amz-Target", "").rpartition(".")
    long = str(model.metadata.get("targetPrefix", ""))
    if prefix and prefix != long and long.endswith(f".{prefix}") and name in model.operation_names:
        return model.operation_model(name), {}
    operation, parameters = get_service_router(service).match(request)
    return operation, parameters


def unmatched_error(error: ServiceError, request_id: str, *, xml: bool) -> Response:
    """Write an error for a request of which not even the operation is known."""
    status = error.status or 400
    if xml:
        text = (
            f'<?xml version="1.0"?><ErrorResponse><Error><Code>{error.code}</Code>'
            f"<Message>{_escape(error.message)}</Message></Error>"
            f"<RequestId>{request_id}</RequestId></ErrorResponse>"
        )
        return Response(status, {"Content-Type": "text/xml"}, text.encode())
    headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-ErrorType": error.code}
    body = json.dumps({"__type": error.code, "message": error.message}).encode()
    return Response(status, headers, body)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
