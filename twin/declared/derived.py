"""Derives create, describe, update, delete and list of a declared type from the service model."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from botocore.model import Shape
from botocore.validate import ParamValidator
from moto.core.utils import get_service_model

from twin.call import Call
from twin.declared.listing import page
from twin.declared.resource_type import ResourceType
from twin.errors import ServiceError
from twin.registry import Answer, Registry
from twin.table import Record, Table
from twin.twin import Twin

_VERBS = ("create", "describe", "update", "delete", "list")


def declare(registry: Registry, resource: ResourceType) -> None:
    """Register all operations of a type that the service model knows."""
    known = set(get_service_model(resource.service).operation_names)
    for verb in _VERBS:
        operation = _operation(resource, verb)
        if operation in known:
            registry.answers(resource.service, operation)(_ANSWERS[verb](resource))


def find(twin: Twin, call: Call, resource: ResourceType, values: Mapping[str, Any]) -> Record:
    """Return the record that the values name; raises the service's error where it is missing."""
    name = resource.name_of(values)
    record = _table(twin, call, resource).get(name)
    if record is None:
        raise _missing(resource, call, values)
    return record


def _operation(resource: ResourceType, verb: str) -> str:
    plural = resource.noun.removesuffix("y") + "ies" if resource.noun.endswith("y") else None
    regular = f"List{plural or resource.noun + 's'}" if verb == "list" else ""
    return resource.operations.get(verb, regular or f"{verb.capitalize()}{resource.noun}")


def _table(twin: Twin, call: Call, resource: ResourceType) -> Table:
    return twin.table(resource.kind, call.account_id, call.region)


def _missing(resource: ResourceType, call: Call, values: Mapping[str, Any]) -> ServiceError:
    return resource.missing.error(_words(resource, call, values))


def _words(resource: ResourceType, call: Call, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **values,
        "arn": resource.arn_of(values, call.account_id, call.region),
        "name": resource.name_of(values),
        "noun": resource.noun,
        "account": call.account_id,
    }


def _sent(resource: ResourceType, call: Call) -> Record:
    """Return what the caller sent for the resource, after the service model's own rules."""
    model = get_service_model(resource.service).operation_model(call.operation)
    require(call.parameters, model.input_shape)
    sent = call.parameters if resource.member is None else _nested(resource, call)
    return {resource.renamed.get(key, key): value for key, value in sent.items()}


def require(parameters: Mapping[str, Any], shape: Shape | None) -> None:
    """Raise ValidationException where parameters do not fit an input shape."""
    report = ParamValidator().validate(dict(parameters), shape)
    if report.has_errors():
        raise ServiceError("ValidationException", report.generate_report().strip(), 400)


def _nested(resource: ResourceType, call: Call) -> Mapping[str, Any]:
    nested = call.parameters.get(str(resource.member))
    return nested if isinstance(nested, Mapping) else call.parameters


def _creating(resource: ResourceType) -> Answer:
    def create(twin: Twin, call: Call) -> Mapping[str, Any]:
        now = twin.now()
        record = _sent(resource, call)
        if resource.service == "sagemaker":
            # They are held beside the resource, under its ARN (tags.py).
            record.pop("Tags", None)
        record |= dict.fromkeys(resource.times, now)
        record |= resource.computed(twin, call, record)
        record[resource.arn_member] = resource.arn_of(record, call.account_id, call.region)
        resource.refuses(twin, call, record)
        if not _table(twin, call, resource).add(resource.name_of(record), record):
            raise resource.exists.error(_words(resource, call, record))
        return _answered(resource, record)

    return create


def _describing(resource: ResourceType) -> Answer:
    def describe(twin: Twin, call: Call) -> Mapping[str, Any]:
        return _answered(resource, find(twin, call, resource, call.parameters))

    return describe


def _updating(resource: ResourceType) -> Answer:
    def update(twin: Twin, call: Call) -> Mapping[str, Any]:
        sent = _sent(resource, call)
        resource.refuses(twin, call, find(twin, call, resource, sent) | sent)

        changed = {key: value for key, value in sent.items() if key not in resource.key}

        def change(record: Record) -> None:
            record.update(changed)
            record[resource.times[1]] = twin.now()

        record = _table(twin, call, resource).change(resource.name_of(sent), change)
        if record is None:
            raise _missing(resource, call, sent)
        return _answered(resource, record)

    return update


def _deleting(resource: ResourceType) -> Answer:
    def delete(twin: Twin, call: Call) -> Mapping[str, Any]:
        record = find(twin, call, resource, call.parameters)
        resource.holds(twin, call, record)
        _table(twin, call, resource).pop(resource.name_of(record))
        return {}

    return delete


def _listing(resource: ResourceType) -> Answer:
    def list_all(twin: Twin, call: Call) -> Mapping[str, Any]:
        member = _list_member(resource.service, call.operation)
        records = _table(twin, call, resource).values()
        return page(call.parameters, records, member, (resource.key[-1], resource.times[0]))

    return list_all


@lru_cache(maxsize=256)
def _list_member(service: str, operation: str) -> str:
    output = get_service_model(service).operation_model(operation).output_shape
    return str(next(n for n, shape in output.members.items() if shape.type_name == "list"))


def _answered(resource: ResourceType, record: Record) -> Mapping[str, Any]:
    return record if resource.member is None else {**record, resource.member: record}


_ANSWERS = {
    "create": _creating,
    "describe": _describing,
    "update": _updating,
    "delete": _deleting,
    "list": _listing,
}
