"""Tags of topics, queues, rules and functions."""

from __future__ import annotations

from collections.abc import Mapping

from moto.awslambda.models import lambda_backends
from moto.events.models import events_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from twin.authorization.keys.live_state import held, shelf
from twin.authorization.keys.tags.place import Holder, Place, Tags, mapped, tagged


def _topic(place: Place) -> Tags | None:
    topic = shelf(sns_backends, place.account, place.region, "topics").get(place.arn)
    return None if topic is None else mapped(topic._tags)


def _queue(place: Place) -> Tags | None:
    queue = shelf(sqs_backends, place.account, place.region, "queues").get(place.tail)
    return None if queue is None else mapped(queue.tags)


def _event(place: Place) -> Tags | None:
    backend = held(events_backends, place.account, place.region)
    tags = tagged(backend, place.arn)
    if backend is None or tags is not None:
        return tags
    bus, _, rule = place.name.rpartition("/")
    found = backend.event_buses.get(bus or "default")
    return {} if place.kind == "rule" and found is not None and rule in found.rules else None


def _function(place: Place) -> Tags | None:
    if place.kind != "function":
        return None
    arn = ":".join(place.arn.split(":")[:7])
    # moto finds a function by listing all versions; by name it is one look.
    backend = held(lambda_backends, place.account, place.region)
    versions = backend and backend._lambdas._functions.get(arn.rpartition(":")[2])
    latest = versions and versions.get("latest")
    return mapped(latest.tags) if latest else None


HOLDERS: Mapping[str, Holder] = {
    "events": _event,
    "lambda": _function,
    "sns": _topic,
    "sqs": _queue,
}
