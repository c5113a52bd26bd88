"""QuickSight: what its data sources and data sets have in common, their permissions and tags.

moto 5.2.5 keeps a data source as it was sent, answers one of data sets alone, and knows neither's
permissions. What it keeps of groups and users is asked here.
https://docs.aws.amazon.com/quicksight/latest/APIReference/Welcome.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from moto.quicksight.models import quicksight_backends

from twin.authorization.keys.live_state import shelf
from twin.call import Call
from twin.errors import ServiceError
from twin.registry import Registry
from twin.table import Record, Table
from twin.twin import Twin

SERVICE = "quicksight"
_ARN_PARTS = 6


@dataclass(frozen=True)
class Kind:
    """A kind of thing that QuickSight keeps: its names, and what one may be let do with it."""

    noun: str
    arn: str
    """What its ARNs have before its identifier."""
    permitted: frozenset[str]

    @property
    def key(self) -> str:
        """The member that holds its identifier."""
        return f"{self.noun}Id"


SOURCE = Kind(
    "DataSource",
    "datasource",
    frozenset(
        f"quicksight:{action}"
        for action in (
            *("DeleteDataSource", "DescribeDataSource", "DescribeDataSourcePermissions"),
            *("PassDataSource", "UpdateDataSource", "UpdateDataSourcePermissions"),
        )
    ),
)
SET = Kind(
    "DataSet",
    "dataset",
    frozenset(
        f"quicksight:{action}"
        for action in (
            *("CancelIngestion", "CreateIngestion", "CreateRefreshSchedule", "DeleteDataSet"),
            *("DeleteDataSetRefreshProperties", "DeleteRefreshSchedule", "DescribeDataSet"),
            *("DescribeDataSetPermissions", "DescribeDataSetRefreshProperties"),
            *("DescribeIngestion", "DescribeRefreshSchedule", "ListIngestions"),
            *("ListRefreshSchedules", "PassDataSet", "PutDataSetRefreshProperties"),
            *("UpdateDataSet", "UpdateDataSetPermissions", "UpdateRefreshSchedule"),
        )
    ),
)


def register(registry: Registry) -> None:
    """Put permissions and tags of both kinds into the registry, and whose things are asked for."""
    for kind in (SOURCE, SET):
        registry.answers(SERVICE, f"Describe{kind.noun}Permissions")(_permissions(kind))
        registry.answers(SERVICE, f"Update{kind.noun}Permissions")(_changing(kind))
    for operation in ("TagResource", "UntagResource", "ListTagsForResource"):
        registry.answers(SERVICE, operation)(_tags)
    registry.wraps(SERVICE, "*")(_of_own_account)


def invalid(message: str) -> ServiceError:
    """Return the error for a parameter that cannot be."""
    return ServiceError("InvalidParameterValueException", message, 400)


def table(twin: Twin, call: Call, kind: Kind) -> Table:
    """Return the things of a kind in the account and region of a request."""
    return twin.table(f"{SERVICE}/{kind.noun}", call.account_id, call.region)


def found(twin: Twin, call: Call, kind: Kind) -> Record:
    """Return what a request names; raises the service's error where there is none."""
    record = table(twin, call, kind).get(str(call.parameters[kind.key]))
    if record is None:
        raise _missing(call, kind)
    return record


def add(twin: Twin, call: Call, kind: Kind, record: Record) -> Record:
    """Keep something new with its permissions and tags, under an identifier that is free."""
    given, now = call.parameters, twin.now()
    name = str(given[kind.key])
    made: Record = {
        **record,
        kind.key: name,
        "Arn": f"arn:aws:{SERVICE}:{call.region}:{call.account_id}:{kind.arn}/{name}",
        "CreatedTime": now,
        "LastUpdatedTime": now,
        "permissions": _granted(twin, call, kind, {}, given.get("Permissions") or ()),
        "tags": {tag["Key"]: tag["Value"] for tag in given.get("Tags") or ()},
    }
    if not table(twin, call, kind).add(name, made):
        raise ServiceError("ResourceExistsException", f"{kind.noun} {name} already exists.", 409)
    return made


def change(twin: Twin, call: Call, kind: Kind, values: Mapping[str, Any]) -> Record:
    """Change what a request names and return it."""
    now = twin.now()

    def write(record: Record) -> None:
        record.update(values)
        record["LastUpdatedTime"] = now

    changed = table(twin, call, kind).change(str(call.parameters[kind.key]), write)
    if changed is None:
        raise _missing(call, kind)
    return changed


def remove(twin: Twin, call: Call, kind: Kind) -> Mapping[str, Any]:
    """Remove what a request names and say what it was."""
    gone = found(twin, call, kind)
    table(twin, call, kind).pop(gone[kind.key])
    return named(kind, gone)


def named(kind: Kind, record: Record) -> dict[str, Any]:
    """Return how an answer names a thing."""
    return {"Arn": record["Arn"], kind.key: record[kind.key]}


def _missing(call: Call, kind: Kind) -> ServiceError:
    name = call.parameters[kind.key]
    return ServiceError("ResourceNotFoundException", f"{kind.noun} {name} is not found.", 404)


def _of_own_account(_twin: Twin, call: Call, forward: Callable[[], Any]) -> Any:
    """Refuse what names another account; tags are asked for by ARN alone."""
    named_account = call.parameters.get("AwsAccountId", call.account_id)
    if named_account != call.account_id:
        raise ServiceError(
            "AccessDeniedException", f"{named_account} is not the account of the caller.", 401
        )
    return forward()


def _permissions(kind: Kind) -> Callable[[Twin, Call], Mapping[str, Any]]:
    def describe(twin: Twin, call: Call) -> Mapping[str, Any]:
        return _told(kind, found(twin, call, kind))

    return describe


def _changing(kind: Kind) -> Callable[[Twin, Call], Mapping[str, Any]]:
    def update(twin: Twin, call: Call) -> Mapping[str, Any]:
        held = dict(found(twin, call, kind)["permissions"])
        for one in call.parameters.get("RevokePermissions") or ():
            left = sorted(set(held.get(one["Principal"], ())) - set(one["Actions"]))
            held[one["Principal"]] = left
        kept = {principal: actions for principal, actions in held.items() if actions}
        grants = call.parameters.get("GrantPermissions") or ()
        granted = _granted(twin, call, kind, kept, grants)
        return _told(kind, change(twin, call, kind, {"permissions": granted}))

    return update


def _granted(
    twin: Twin, call: Call, kind: Kind, held: Mapping[str, Any], grants: Sequence[Mapping[str, Any]]
) -> dict[str, list[str]]:
    """Return permissions with further ones; raises for who or what there is none of."""
    made = {principal: list(actions) for principal, actions in held.items()}
    for one in grants:
        principal, actions = str(one["Principal"]), set(one["Actions"])
        if not _is_known(call, principal):
            raise invalid(f"Principal {principal} is not found.")
        if not actions <= kind.permitted:
            refused = ", ".join(sorted(actions - kind.permitted))
            raise invalid(f"Actions are not those of a {kind.noun}: {refused}")
        made[principal] = sorted(actions | set(made.get(principal, ())))
    return made


def _is_known(call: Call, principal: str) -> bool:
    """Tell whether a group or user of the account is there, in whichever region it is kept."""
    parts = principal.split(":", _ARN_PARTS - 1)
    if len(parts) != _ARN_PARTS or parts[2] != SERVICE or parts[4] != call.account_id:
        return False
    shelves = {"group": "groups", "user": "users"}
    kept = shelves.get(parts[5].partition("/")[0])
    if kept is None:
        return False
    held = shelf(quicksight_backends, call.account_id, parts[3], kept)
    return any(one.arn == principal for one in held.values())


def _told(kind: Kind, record: Record) -> Mapping[str, Any]:
    return {
        f"{kind.noun}Arn": record["Arn"],
        kind.key: record[kind.key],
        "Permissions": [
            {"Principal": principal, "Actions": actions}
            for principal, actions in record["permissions"].items()
        ],
    }


def _tags(twin: Twin, call: Call) -> Mapping[str, Any]:
    arn = str(call.parameters["ResourceArn"])
    name = arn.rpartition("/")[2]
    for kind in (SOURCE, SET):
        held = table(twin, call, kind)
        record = held.get(name)
        if record is None or record["Arn"] != arn:
            continue
        tags = {**record["tags"]}
        tags |= {tag["Key"]: tag["Value"] for tag in call.parameters.get("Tags") or ()}
        for key in call.parameters.get("TagKeys") or ():
            tags.pop(key, None)
        held.put(name, {**record, "tags": tags})
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
    raise ServiceError("ResourceNotFoundException", f"{arn} is not found.", 404)
