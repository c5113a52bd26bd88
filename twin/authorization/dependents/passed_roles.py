"""Roles that a request hands to a service, which its caller must be allowed to pass.

iam:PassRole is no operation but a permission that the service asks about, with the service that
will take the role in iam:PassedToService:
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from moto.iam.models import iam_backends

from policies.iam.reference import load_reference
from twin.authorization.asked import Asked, UnknownAction
from twin.authorization.dependents.dependent import Dependent
from twin.authorization.dependents.passed_roles_row import Row
from twin.authorization.dependents.passed_roles_table import ROLES
from twin.call import Call

if TYPE_CHECKING:
    from twin.twin import Twin

_PROFILE = "IamInstanceProfile."
_A_ROLE = ":role/"


def passed_roles(_twin: Twin, call: Call) -> tuple[Dependent, ...]:
    """Return a request to pass each role that a request names, once each."""
    found: dict[tuple[str, str], Row] = {}
    for row in _rows().get((call.service, call.operation), ()):
        for value in _values(_given(call), tuple(row.path.split("."))):
            for arn in _arns(call, row, str(value)):
                found.setdefault((arn, row.service), row)
    return tuple(_passed(call, arn, row) for (arn, _), row in found.items())


def refuse_unknown(call: Call, actions: Iterable[str]) -> None:
    """Raise UnknownAction for a request that names a role which AWS would see passed, if the
    table does not know as what.

    AWS lists iam:PassRole with the actions that depend on it.
    """
    if (call.service, call.operation) in _rows() or not any(_depends(name) for name in actions):
        return
    if any(_A_ROLE in text for text in _texts(call.parameters)):
        raise UnknownAction(call.service, call.operation, "a role that it passes to nobody known")


@lru_cache(maxsize=4096)
def _depends(action: str) -> bool:
    facts = load_reference().action(action)
    return facts is not None and "iam:PassRole" in facts.dependents


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _passed(call: Call, arn: str, row: Row) -> Dependent:
    asked = Asked("iam:PassRole", arn, arn.split(":")[4] if arn.count(":") >= 5 else "")
    made = replace(
        call, service="iam", operation="PassRole", parameters={"RoleArn": arn}, owner_id=asked.owner
    )
    return Dependent(made, row.page, asked, {"iam:passedtoservice": (row.service,)})


@cache
def _rows() -> Mapping[tuple[str, str], tuple[Row, ...]]:
    made: dict[tuple[str, str], tuple[Row, ...]] = {}
    for row in ROLES:
        for operation in row.operations:
            key = (row.api, operation)
            made[key] = (*made.get(key, ()), row)
    return made


def _values(given: Any, path: tuple[str, ...]) -> Iterator[Any]:
    """Give the values at a path: ``[]`` walks a list, ``{}`` a map, ``$`` reads JSON in a text."""
    if not path:
        if given:
            yield given
        return
    name, rest = path[0], path[1:]
    if name == "[]":
        for item in given if isinstance(given, list) else ():
            yield from _values(item, rest)
    elif name == "{}":
        for item in given.values() if isinstance(given, Mapping) else ():
            yield from _values(item, rest)
    elif name == "$":
        yield from _values(_read(given), rest)
    elif isinstance(given, Mapping) and given.get(name) is not None:
        yield from _values(given[name], rest)


def _read(text: Any) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return None


def _given(call: Call) -> Mapping[str, Any]:
    """Return the parameters; a single attribute of a topic as one of several."""
    given = call.parameters
    if call.service == "sns" and "AttributeName" in given:
        return {"Attributes": {given["AttributeName"]: given.get("AttributeValue")}}
    return given


def _arns(call: Call, row: Row, value: str) -> tuple[str, ...]:
    """Return the ARNs of a role that is named by ARN or name, or of those of a profile."""
    account_id = call.account_id
    if row.path.startswith(_PROFILE):
        owner = value.split(":")[4] if value.startswith("arn:") else account_id
        return _of_profile(owner, value.rpartition("/")[2])
    if value.startswith("arn:"):
        return (value,)
    for role in list(iam_backends[account_id]["aws"].roles.values()):
        if role.name == value.rpartition("/")[2]:
            return (str(role.arn),)
    return (f"arn:aws:iam::{account_id}:role/{value.lstrip('/')}",)


def _of_profile(account_id: str, name: str) -> tuple[str, ...]:
    for profile in list(iam_backends[account_id]["aws"].instance_profiles.values()):
        if profile.name == name:
            return tuple(str(role.arn) for role in profile.roles)
    return ()
