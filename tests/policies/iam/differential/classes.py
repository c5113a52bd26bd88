"""The classes of cases on which iam-simulate and this evaluator are known to differ, and why.

Each class rewrites a case so that this evaluator reads it as the other does; a difference belongs
to it only where that gives the other's decision. The README of this folder has the reasons.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.policies.iam.differential.vocabulary import ROLE

Reading = Callable[[Mapping[str, Any]], Mapping[str, Any] | None]
_VARIABLE = "${aws:PrincipalTag/team}"


def unset_variable(case: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """A variable without a value: negated operators and NotResource do not hold there."""
    if "aws:PrincipalTag/team" in case["context"]:
        return None

    def fails(statement: Mapping[str, Any]) -> bool:
        negated = (
            values
            for operator, keys in statement.get("Condition", {}).items()
            if "Not" in operator
            for values in keys.values()
        )
        excluded = statement.get("NotResource", ())
        return _VARIABLE in str(excluded) or any(_VARIABLE in str(values) for values in negated)

    return _without(case, fails)


def other_family(case: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """An IPv6 address and a single IPv4 one: NotIpAddress does not hold there."""
    if ":" not in case["context"].get("aws:SourceIp", ""):
        return None

    def fails(statement: Mapping[str, Any]) -> bool:
        return any(
            operator.startswith("NotIpAddress") and "10.1.2.3'" in str(keys)
            for operator, keys in statement.get("Condition", {}).items()
        )

    return _without(case, fails)


def session_grant(case: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """A resource that names the session: the session's policy limits it all the same there."""
    if not case.get("session") or not case.get("own") or case["account"] != case["owner"]:
        return None
    made = copy.deepcopy(dict(case))
    session = case["principal"]
    for statement in made["own"]["Statement"]:
        if statement["Effect"] == "Allow" and statement.get("Principal") in (
            *("*", {"AWS": "*"}),
            {"AWS": session},
        ):
            statement["Principal"] = {"AWS": ROLE.format(case["account"])}
    return made


def _without(
    case: Mapping[str, Any], fails: Callable[[Mapping[str, Any]], bool]
) -> Mapping[str, Any] | None:
    made = copy.deepcopy(dict(case))
    changed = False
    for policy in _policies(made):
        for statement in policy["Statement"]:
            if fails(statement):
                changed = True
                statement.pop("NotAction", None)
                statement["Action"] = ["nothing:Nothing"]
    return made if changed else None


def _policies(found: Any) -> Iterator[dict[str, Any]]:
    if isinstance(found, dict):
        if "Statement" in found:
            yield found
            return
        found = [value for key, value in found.items() if key != "context"]
    if isinstance(found, list):
        for each in found:
            yield from _policies(each)


CLASSES: dict[str, Reading] = {
    "unset-variable": unset_variable,
    "other-family": other_family,
    "session-grant": session_grant,
}
