"""CloudTrail's events: what a trail records of a call is told to EventBridge too.

AWS does so where a trail of the account logs management events in the region; calls that only
read are told to no rule, unless it asks for them.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape
from moto.cloudtrail.models import cloudtrail_backends
from moto.core.utils import get_service_model
from moto.events.models import events_backends

from twin.audit import READS, identity, shortened
from twin.call import Call, Response
from twin.engines import events
from twin.registry import Registry
from twin.twin import Twin

_DETAIL_TYPE = "AWS API Call via CloudTrail"
# Calls upon data: their number is why a trail records them only where it is asked to.
_DATA_SERVICES = frozenset(
    {"dynamodb", "sagemaker-runtime", "sagemaker-featurestore-runtime", "sagemaker-metrics"}
)
_DATA_CALLS = frozenset(
    {
        ("events", "PutEvents"),
        ("lambda", "Invoke"),
        ("logs", "PutLogEvents"),
        ("sns", "Publish"),
        ("sns", "PublishBatch"),
        ("sqs", "DeleteMessage"),
        ("sqs", "ReceiveMessage"),
        ("sqs", "SendMessage"),
    }
)
_LONGEST = 100_000


def register(registry: Registry) -> None:
    """Watch every call."""
    registry.watches(tell)


def tell(twin: Twin, call: Call, response: Response, error_code: str | None) -> None:
    """Tell EventBridge of a call, where somebody listens and a trail records it."""
    if not _is_managed(call) or not _is_heard(call) or not _is_recorded(call):
        return
    model = get_service_model(call.service)
    operation = model.operation_model(call.operation)
    signer = str(model.metadata.get("signingName") or model.metadata["endpointPrefix"])
    answered = response.json() if response.ok and _is_json(response) else None
    detail: dict[str, Any] = {
        "eventVersion": "1.11",
        "userIdentity": identity(call.caller),
        "eventTime": twin.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": f"{signer}.amazonaws.com",
        "eventName": call.operation,
        "awsRegion": call.region,
        "sourceIPAddress": call.caller.service or "127.0.0.1",
        "userAgent": call.user_agent,
        "requestParameters": _words(shortened(call.parameters), operation.input_shape),
        "responseElements": _words(shortened(answered), operation.output_shape),
        "requestID": call.request_id,
        "eventID": str(uuid.uuid4()),
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": call.account_id,
        "eventCategory": "Management",
    }
    if error_code is not None:
        detail["errorCode"] = error_code
    events.emit(twin, call.account_id, call.region, f"aws.{signer}", _DETAIL_TYPE, detail)


def _is_managed(call: Call) -> bool:
    if call.operation.startswith(READS) or call.service in _DATA_SERVICES:
        return False
    if call.service == "s3":
        return "Bucket" in call.operation or call.operation == "PutObjectLockConfiguration"
    return (call.service, call.operation) not in _DATA_CALLS


def _is_heard(call: Call) -> bool:
    """Tell cheaply whether any rule of the account asks for calls at all."""
    bus = events_backends[call.account_id][call.region].event_buses.get("default")
    return bus is not None and any(
        _DETAIL_TYPE in (rule.event_pattern.dump() or "") for rule in list(bus.rules.values())
    )


def _is_recorded(call: Call) -> bool:
    for region, backend in list(cloudtrail_backends[call.account_id].items()):
        for trail in list(backend.trails.values()):
            if trail.status.is_logging and (trail.is_multi_region or region == call.region):
                return True
    return False


def _is_json(response: Response) -> bool:
    kind = next((v for k, v in response.headers.items() if k.lower() == "content-type"), "")
    return "json" in kind and len(response.body) < _LONGEST


def _words(value: Any, shape: Shape | None) -> Any:
    """Write members as CloudTrail does, with a small first letter; keys of maps stay."""
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        return {
            name[:1].lower() + name[1:]: _words(member, shape.members.get(name))
            for name, member in value.items()
        } or None
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_words(member, shape.member) for member in value]
    if isinstance(shape, MapShape) and isinstance(value, Mapping):
        return {name: _words(member, shape.value) for name, member in value.items()}
    return value
