"""EventBridge: carries events from services and callers to the targets of matching rules.

Rules and targets are held by moto; matching, transforming and delivering is done here, and rules
with a schedule fire by the twin's clock. Archives stay empty.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from moto.events.models import events_backends

from twin.call import Call, Forward, Response
from twin.engines import events_pattern, events_targets
from twin.engines.events_clock import ScheduledRules
from twin.engines.events_input import Rule
from twin.engines.events_targets import Delivery
from twin.errors import ServiceError
from twin.registry import Registry
from twin.twin import Twin

_log = logging.getLogger(__name__)
_ENABLED = ("ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")

_Parts = tuple[str, str, Mapping[str, Any], Sequence[str]]
"""Source, detail type, detail and resources of an event."""


def register(registry: Registry) -> None:
    """Put EventBridge's operations into the registry."""
    registry.answers("events", "PutEvents")(put_events)
    registry.answers("events", "TestEventPattern")(test_event_pattern)
    registry.wraps("events", "PutRule")(put_rule)
    registry.wraps("events", "PutRule")(ScheduledRules(_fire).put_rule)


def emit(
    twin: Twin,
    account_id: str,
    region: str,
    source: str,
    detail_type: str,
    detail: Mapping[str, Any],
    resources: Sequence[str] = (),
) -> str:
    """Send an event of a service to the default bus of an account and return its id.

    Delivery goes on in the background: an event never makes the operation fail that caused it.
    """
    event = _event(twin, account_id, region, (source, detail_type, detail, resources))
    _route(twin, (account_id, region, "default"), event)
    return str(event["id"])


def put_events(twin: Twin, call: Call) -> dict[str, Any]:
    """Accept events of a caller, each by itself.

    https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
    """
    entries = [_entry(twin, call, entry) for entry in call.parameters["Entries"]]
    failed = sum(1 for entry in entries if "ErrorCode" in entry)
    return {"FailedEntryCount": failed, "Entries": entries}


def test_event_pattern(_twin: Twin, call: Call) -> dict[str, Any]:
    """Answer whether an event matches a pattern."""
    pattern = events_pattern.parse(call.parameters["EventPattern"])
    try:
        event = events_pattern.read(call.parameters["Event"])
    except ValueError as error:
        raise ServiceError(
            "ValidationException", f"Parameter Event is not valid: {error}"
        ) from error
    needed = ("id", "account", "source", "time", "region", "resources", "detail-type")
    missing = [name for name in needed if not isinstance(event, dict) or name not in event]
    if missing:
        raise ServiceError(
            "ValidationException", f"Parameter Event is not valid: {', '.join(missing)} must be set"
        )
    return {"Result": events_pattern.matches(pattern, json.loads(call.parameters["Event"]))}


def put_rule(_twin: Twin, call: Call, forward: Forward) -> Response:
    """Refuse a rule whose pattern EventBridge would refuse."""
    pattern = call.parameters.get("EventPattern")
    if pattern:
        events_pattern.parse(pattern)
    return forward()


def _entry(twin: Twin, call: Call, entry: Mapping[str, Any]) -> dict[str, Any]:
    for name in ("Source", "DetailType", "Detail"):
        if not entry.get(name):
            return _refused(
                "InvalidArgument",
                f"Parameter {name} is not valid. Reason: {name} is a required argument.",
            )
    if entry["Source"].startswith("aws."):
        return _refused("NotAuthorizedForSourceException", "Not authorized for the source.")
    try:
        detail = json.loads(entry["Detail"], parse_constant=events_pattern.no_constant)
    except ValueError:
        detail = None
    if not isinstance(detail, dict):
        return _refused("MalformedDetail", "Detail is malformed.")
    parts = (entry["Source"], entry["DetailType"], detail, entry.get("Resources") or ())
    event = _event(twin, call.account_id, call.region, parts, entry.get("Time"))
    bus = str(entry.get("EventBusName") or "default").rsplit("/", 1)[-1]
    _route(twin, (call.account_id, call.region, bus), event)
    return {"EventId": event["id"]}


def _refused(code: str, message: str) -> dict[str, Any]:
    return {"ErrorCode": code, "ErrorMessage": message}


def _event(
    twin: Twin,
    account_id: str,
    region: str,
    parts: _Parts,
    time: Any = None,
) -> dict[str, Any]:
    source, detail_type, detail, resources = parts
    when = time if hasattr(time, "strftime") else twin.now()
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": source,
        "account": account_id,
        "time": when.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": region,
        "resources": list(resources),
        "detail": dict(detail),
    }


def _route(twin: Twin, place: tuple[str, str, str], event: dict[str, Any]) -> None:
    """Find the matching rules now and deliver to their targets in the background."""
    matching = [rule for rule in _rules(place) if rule.state in _ENABLED and _matches(rule, event)]
    _deliver(twin, place, matching, event)


def _fire(twin: Twin, place: tuple[str, str, str], rule: Any, planned: datetime) -> None:
    """Deliver the event of a schedule to the targets of its own rule, and to no other.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
    """
    parts: _Parts = ("aws.events", "Scheduled Event", {}, (rule.arn,))
    _deliver(twin, place, [rule], _event(twin, *place[:2], parts, planned))


def _deliver(
    twin: Twin, place: tuple[str, str, str], rules: Iterable[Any], event: dict[str, Any]
) -> None:
    received = twin.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    text = json.dumps(event, default=str)
    deliveries = [
        Delivery(
            Rule(rule.name, rule.arn), place[0], place[1], dict(target), json.loads(text), received
        )
        for rule in rules
        for target in list(rule.targets)
    ]
    for delivery in deliveries:
        name = f"event {delivery.rule.name} to {delivery.target['Arn']}"
        twin.background(name, partial(events_targets.deliver, twin, delivery))


def _rules(place: tuple[str, str, str]) -> list[Any]:
    account_id, region, bus_name = place
    bus = events_backends[account_id][region].event_buses.get(bus_name)
    return list(bus.rules.values()) if bus is not None else []


def _matches(rule: Any, event: Mapping[str, Any]) -> bool:
    pattern = rule.event_pattern.dump()
    if not pattern:
        return False
    try:
        return events_pattern.matches(events_pattern.parse(pattern), event)
    except ServiceError as error:
        _log.warning("rule %s is left out: %s", rule.arn, error)
        return False
