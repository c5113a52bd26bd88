"""One question about condition keys, and how the answers to it are read from a request."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from twin.authorization.asked import Asked
from twin.call import Call, Caller
from twin.network.route import Route

if TYPE_CHECKING:
    from twin.twin import Twin

Values = tuple[str, ...]
Found = dict[str, Values]


@dataclass(frozen=True)
class Ask:
    """A call, one action on one resource that it asks for, and the way by which it came."""

    twin: Twin
    call: Call
    asked: Asked
    route: Route

    @property
    def caller(self) -> Caller:
        """Whose credentials signed the call."""
        return self.call.caller

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The call's parameters by the names of the operation's input shape."""
        return self.call.parameters

    @property
    def action(self) -> str:
        """The action without its service: ``GetObject``."""
        return self.asked.action.partition(":")[2]

    @property
    def name(self) -> str:
        """The last part of the resource's ARN: ``key-id`` of ``…:key/key-id``."""
        return self.asked.resource.rpartition("/")[2]

    @property
    def region(self) -> str:
        """The region of the resource where its ARN has one, else that of the request."""
        parts = self.asked.resource.split(":", 4)
        return parts[3] if len(parts) == 5 and parts[3] else self.call.region


Reader = Callable[[Ask], "Values | None"]
"""Reads the values of one key; None where the request does not carry it."""

Family = Callable[[Ask], "Mapping[str, Values]"]
"""Reads all keys of a template (``aws:RequestTag/``), by their whole names in lower case."""


def text(value: object) -> str:
    """Write a value as a policy would: ``true``, ``2026-11-23T10:00:00Z``, ``42``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
    return str(value)


def texts(values: Sequence[object]) -> Values | None:
    """Write several values, each once; None where there are none."""
    return tuple(dict.fromkeys(map(text, values))) or None


def one(value: object) -> Values | None:
    """Write the value of a single-valued key; None where it was not sent."""
    return None if value is None else (text(value),)


def flag(value: object) -> Values:
    """Write a Boolean that is always there."""
    return ("true",) if value else ("false",)


def walk(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    """Give what stands at a path of members; a list on the way is gone through."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from walk(item, path)
    elif not path:
        if value is not None:
            yield value
    elif isinstance(value, Mapping) and path[0] in value:
        yield from walk(value[path[0]], path[1:])


def anywhere(value: Any, member: str) -> Iterator[Any]:
    """Give what is called so at any depth."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from anywhere(item, member)
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if name == member:
                yield from inner if isinstance(inner, list | tuple) else (inner,)
            else:
                yield from anywhere(inner, member)


def sent(*paths: str) -> Reader:
    """Make a reader of what was sent at any of some paths (``VpcConfig.Subnets``)."""
    split = tuple(tuple(path.split(".")) for path in paths)

    def read(ask: Ask) -> Values | None:
        return texts([value for path in split for value in walk(ask.parameters, path)])

    return read


def by_action(readers: Mapping[str, Reader]) -> Reader:
    """Make a reader that depends on the action; others carry no such key."""

    def read(ask: Ask) -> Values | None:
        reader = readers.get(ask.action)
        return None if reader is None else reader(ask)

    return read


def header(name: str) -> Reader:
    """Make a reader of an HTTP header, whose name has no case."""
    wanted = name.lower()

    def read(ask: Ask) -> Values | None:
        for key, value in ask.call.headers.items():
            if key.lower() == wanted:
                return (value,)
        return None

    return read
