"""What a rule asks for: training of one model, because of one event.

A rule sends a closed document, in which Terraform has written everything but the event itself:
which model, which pipeline and where the model's data lie is never told by who caused the event.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pipelines.errors import InvalidInput

_MEMBERS = frozenset({"bucket", "event", "model", "pipeline", "prefix", "trigger"})
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_NAMED_DIGITS = 8
_VERSION = re.compile(r"[^\s]{1,1024}")


class Trigger(StrEnum):
    """What starts training without a person."""

    OBJECT = "object"
    PUSH = "push"
    SCHEDULE = "schedule"


@dataclass(frozen=True)
class ObjectVersion:
    """One version of one object, which never changes."""

    bucket: str
    key: str
    version: str

    @property
    def uri(self) -> str:
        """The object's address, which does not tell the version."""
        return f"s3://{self.bucket}/{self.key}"


@dataclass(frozen=True)
class Asked:
    """Training of a model that an event asks for; `cause` names the event, whoever delivers it."""

    trigger: Trigger
    model: str
    pipeline: str
    bucket: str
    prefix: str
    cause: str
    at: datetime
    data: ObjectVersion | None

    @property
    def token(self) -> str:
        """The same for every delivery of an event, and for no other: 64 hexadecimal digits."""
        told = json.dumps([self.trigger, self.model, self.pipeline, self.cause])
        return hashlib.sha256(told.encode()).hexdigest()

    @property
    def execution_name(self) -> str:
        """How the run is called: what started it, when it happened, and a mark of the event."""
        return f"{self.trigger}-{self.at:%Y%m%dT%H%M%SZ}-{self.token[:_NAMED_DIGITS]}"


def read_asked(document: Mapping[str, Any]) -> Asked:
    """Read what a rule sends; raises InvalidInput for anything else."""
    if not isinstance(document, Mapping) or document.keys() != _MEMBERS:
        found = ", ".join(sorted(document)) if isinstance(document, Mapping) else repr(document)
        raise InvalidInput("event", f"must have {', '.join(sorted(_MEMBERS))}", got=found)
    texts = {name: _text(document, name) for name in sorted(_MEMBERS - {"event"})}
    event = document["event"]
    if texts["trigger"] not in set(Trigger):
        raise InvalidInput("event trigger", f"must be of {list(Trigger)}", got=texts["trigger"])
    trigger = Trigger(texts.pop("trigger"))
    data = _data(event, texts["bucket"], texts["prefix"]) if trigger is Trigger.OBJECT else None
    return Asked(
        trigger=trigger, cause=_cause(trigger, event, data), at=_moment(event), data=data, **texts
    )


def _data(event: Any, bucket: str, prefix: str) -> ObjectVersion:
    """Read which version an object's event tells of; it must be one of the model's own data."""
    told = _at(event, "detail", "object")
    found = (
        ObjectVersion(
            str(_at(event, "detail", "bucket", "name")),
            str(told.get("key")),
            str(told["version-id"]),
        )
        if isinstance(told, Mapping) and told.get("version-id")
        else None
    )
    if found is None or not _VERSION.fullmatch(found.version):
        raise InvalidInput(
            f"s3://{bucket}/{prefix}",
            "must keep versions: the event of a new object must tell which one it is",
            got=repr(told),
        )
    if found.bucket != bucket or not found.key.startswith(prefix):
        raise InvalidInput("event object", f"must lie under s3://{bucket}/{prefix}", got=found.uri)
    if not found.key.endswith(".csv"):
        raise InvalidInput("event object", "must be a .csv", got=found.uri)
    return found


def _cause(trigger: Trigger, event: Any, data: ObjectVersion | None) -> str:
    """Name what happened, the same way however often an event is delivered."""
    if data is not None:
        return f"{data.uri}?versionId={data.version}"
    if trigger is Trigger.PUSH:
        return str(_at(event, "detail", "build-id"))
    resources = _at(event, "resources")
    if not isinstance(resources, list) or len(resources) != 1:
        raise InvalidInput("event resources", "must name one rule", got=repr(resources))
    return f"{resources[0]} at {_at(event, 'time')}"


def _moment(event: Any) -> datetime:
    told = _at(event, "time")
    try:
        return datetime.strptime(str(told), _TIME)
    except ValueError as error:
        raise InvalidInput(
            "event time", "must be like 2026-07-15T10:30:00Z", got=repr(told)
        ) from error


def _text(document: Mapping[str, Any], name: str) -> str:
    found = document[name]
    if not isinstance(found, str) or not found:
        raise InvalidInput(f"event {name}", "must be a text", got=repr(found))
    return found


def _at(value: Any, *names: str) -> Any:
    for name in names:
        if not isinstance(value, Mapping) or name not in value:
            raise InvalidInput("event", f"must have {'.'.join(names)}", got="an event without it")
        value = value[name]
    return value
