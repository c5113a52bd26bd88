"""Reads operations by the service authorization reference: their actions, kinds and ARNs.

Holds where an operation has the name of its action and its parameters name what it is about, which
is most of AWS. A service's table says the rest. What a request makes under a name that AWS gives,
and a list of everything, is asked for on an ARN with ``*`` in that place, as AWS's own refusals
show it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from moto.core.utils import get_service_model

from policies.iam.reference import ResourceKind, load_reference
from twin.authorization.actions import template
from twin.authorization.actions.service import Entry, Pair, Resolver, Service
from twin.authorization.asked import UnknownAction
from twin.call import Call

if TYPE_CHECKING:
    from twin.twin import Twin

_READING = ("Describe", "List", "Get", "Search", "BatchGet", "Scan", "Lookup", "Query", "Head")
_LISTING = ("Describe", "List", "Search", "Scan")
_MAKING = (
    "Allocate",
    "Associate",
    "Authorize",
    "Copy",
    "Create",
    "Enable",
    "Import",
    "Purchase",
    "Put",
    "Register",
    "Request",
    "Run",
    "Start",
)
_WHOLE = ("ResourceArn", "resourceArn", "ResourceARN", "resourceARN", "Arn", "arn")
_TAGS = ("Tags", "tags", "TagsList", "tagList", "TagList", "TagSpecifications")
_TAGGING = ("AddTags", "TagResource", "CreateTags")


@dataclass(frozen=True)
class _Kind:
    """One kind of resource of an action, and how a call names it."""

    required: bool
    find: Resolver
    blank: str


def derive(service: str, operation: str, table: Service) -> Entry:
    """Return how an operation is read.

    Raises UnknownAction where the reference does not know its action, or where no parameter names
    a kind of resource that the action requires.
    """
    action = f"{table.prefix}:{table.actions.get(operation, operation)}"
    facts = load_reference().action(action)
    if facts is None:
        raise UnknownAction(service, operation, f"no action {action} in the reference")
    kinds = _kinds_of(service, operation, facts.name, table)
    reading = operation.startswith(_READING)
    concerned = bool(load_reference().kinds(facts.name)) and table.about.get(operation) != ()

    def read(twin: Twin, call: Call) -> list[Pair]:
        made: list[Pair] = []
        for kind in kinds:
            arns = kind.find(twin, call)
            if not arns and kind.required:
                if not reading and not _is_new(kind.blank, operation, table):
                    raise UnknownAction(service, operation, "nothing that names its resource")
                arns = (template.fill(kind.blank, call, _Blank()),)
            made += [(facts.name, arn) for arn in arns]
        if not made and concerned and not reading:
            raise UnknownAction(service, operation, "nothing that names its resource")
        return made or [(facts.name, template.ANY)]

    return _with_tags(read, service, operation, facts.name, facts.dependents, table)


class _Blank(dict[str, str]):
    """Gives ``*`` for every place."""

    def __missing__(self, _place: str) -> str:
        return template.ANY


def _kinds_of(service: str, operation: str, action: str, table: Service) -> list[_Kind]:
    published = load_reference().kinds(action)
    chosen = table.about.get(operation)
    if chosen is not None:
        by_name = {kind.name: kind for kind in published}
        published = tuple(ResourceKind(n, by_name[n].template, True) for n in chosen)
    whole = _whole_arn(service, operation, table)
    if whole is not None and len(published) > 1:
        templates = tuple(kind.template for kind in published)
        return [_Kind(True, _any_of(whole, templates), published[0].template)]
    kinds = []
    for kind in published:
        find = table.kinds.get(kind.name) or _resolver(service, operation, kind, table, whole)
        if find is not None:
            kinds.append(_Kind(kind.required, find, kind.template))
        elif kind.required and operation.startswith(_LISTING):
            kinds.append(_Kind(True, lambda _twin, _call: (), kind.template))
        elif kind.required:
            raise UnknownAction(service, operation, f"no parameter that names its {kind.name}")
    return kinds


def _resolver(
    service: str, operation: str, kind: ResourceKind, table: Service, whole: str | None
) -> Resolver | None:
    members = _members(service, operation)
    paths: dict[str, tuple[str, ...]] = {}
    for place in template.places(kind.template):
        own = table.places.get(f"{kind.name}/{place}")
        same = [m for m in members if m.lower() in (place.lower(), f"{place.lower()}s")]
        listed = own if own is not None else (*same, *table.places.get(place, ()))
        paths[place] = tuple(dict.fromkeys(path for path in listed if _head(path) in members))
    if not paths:
        return lambda _twin, call: (template.fill(kind.template, call, {}),)
    if not any(paths.values()) and whole is not None:
        return _any_of(whole, (kind.template,))
    if not any(paths.values()) and not kind.required:
        return None
    unnamed = [place for place, where in paths.items() if not where]
    if unnamed and not _all_new(unnamed, operation, table):
        return None
    return lambda _twin, call: template.named_by(kind.template, call, paths)


def _is_new(blank: str, operation: str, table: Service) -> bool:
    return _all_new(template.places(blank), operation, table)


def _all_new(names: Iterable[str], operation: str, table: Service) -> bool:
    """Tell whether AWS gives all these names when the operation makes something."""
    if not operation.startswith(_MAKING):
        return False
    return template.ANY in table.new or all(name in table.new for name in names)


def _any_of(member: str, templates: tuple[str, ...]) -> Resolver:
    def find(_twin: Twin, call: Call) -> tuple[str, ...]:
        given = template.values(call.parameters, member)
        return tuple(template.checked(arn, templates, call) for arn in given)

    return find


def _with_tags(
    read: Entry,
    service: str,
    operation: str,
    action: str,
    dependents: tuple[str, ...],
    table: Service,
) -> Entry:
    told = next((d for d in dependents if d.partition(":")[2] in _TAGGING), None)
    tagging, _, kind = (table.tagged.get(operation) or told or "").partition(" ")
    blank = next((k.template for k in load_reference().kinds(tagging) if k.name == kind), None)
    member = next((m for m in _TAGS if m in _members(service, operation)), None)
    if not tagging or member is None:
        return read

    def tagged(twin: Twin, call: Call) -> list[Pair]:
        made = list(read(twin, call))
        given = call.parameters.get(member)
        if member == "TagSpecifications":
            return made + [(tagging, _specified(call, each)) for each in given or []]
        if given:
            # What is made comes first among the kinds of an action that makes something.
            arn = made[0][1] if blank is None else template.fill(blank, call, _Blank())
            made.append((tagging, arn))
        return made

    return tagged


def _specified(call: Call, specification: Mapping[str, Any]) -> str:
    """Return the ARN of what EC2 is to make with tags.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
    """
    kind = specification.get("ResourceType")
    if not kind:
        raise UnknownAction(call.service, call.operation, "tags of no type of resource")
    account = "" if kind in ("image", "snapshot") else call.account_id
    place = f"{template.partition_of(call.region)}:ec2:{call.region}:{account}"
    return f"arn:{place}:{kind}/{template.ANY}"


def _head(path: str) -> str:
    return path.partition(".")[0].removesuffix("[]")


def _whole_arn(service: str, operation: str, table: Service) -> str | None:
    members = _members(service, operation)
    return next((name for name in (*table.arns, *_WHOLE) if name in members), None)


@cache
def _members(service: str, operation: str) -> tuple[str, ...]:
    shape: Any = get_service_model(service).operation_model(operation).input_shape
    return tuple(shape.members) if shape is not None else ()
