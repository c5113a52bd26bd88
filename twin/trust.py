"""Decides whether a role's trust policy lets a principal assume it.

Follows the evaluation of trust policies in the IAM user guide: an explicit deny wins, some
statement must allow, every condition operator and key of a statement must hold, and a missing
key satisfies only negated operators and the IfExists forms.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

_VARIABLE = re.compile(r"\$\{([^}]+)\}")


@dataclass(frozen=True)
class Asker:
    """Who asks to assume a role: a principal of an account, or an AWS service.

    ``arns`` are the ARNs by which a policy may name the asker (session and role).
    """

    account_id: str | None = None
    arns: tuple[str, ...] = ()
    service: str | None = None
    context: Mapping[str, str] = field(default_factory=dict)


def allows(policy: Mapping[str, Any], action: str, asker: Asker) -> bool:
    """Tell whether the trust policy allows the action (``sts:AssumeRole``) to the asker."""
    statements = policy.get("Statement", [])
    if isinstance(statements, Mapping):
        statements = [statements]
    applying = [s for s in statements if _applies(s, action, asker)]
    if any(s.get("Effect") == "Deny" for s in applying):
        return False
    return any(s.get("Effect") == "Allow" for s in applying)


def names_service(policy: Mapping[str, Any], action: str, asker: Asker) -> bool:
    """Tell whether some statement allows the action to the asker, its conditions aside."""
    statements = policy.get("Statement", [])
    if isinstance(statements, Mapping):
        statements = [statements]
    return any(
        s.get("Effect") == "Allow" and _applies({**s, "Condition": {}}, action, asker)
        for s in statements
    )


def _applies(statement: Mapping[str, Any], action: str, asker: Asker) -> bool:
    actions = _many(statement.get("Action"))
    if not any(_glob(pattern.lower(), action.lower()) for pattern in actions):
        return False
    if not _names(statement.get("Principal"), asker):
        return False
    conditions = statement.get("Condition", {})
    return all(
        _holds(operator, key, _many(values), asker.context)
        for operator, keys in conditions.items()
        for key, values in keys.items()
    )


def _names(principal: Any, asker: Asker) -> bool:
    if principal == "*":
        return True
    if not isinstance(principal, Mapping):
        return False
    if asker.service is not None:
        return asker.service in _many(principal.get("Service"))
    for name in _many(principal.get("AWS")):
        if name == "*" or name in asker.arns or name == asker.account_id:
            return True
        if re.fullmatch(rf"arn:[a-z-]+:iam::{asker.account_id}:root", name):
            return True
    return False


def _holds(operator: str, key: str, values: list[str], context: Mapping[str, str]) -> bool:
    found = {name.lower(): value for name, value in context.items()}.get(key.lower())
    name = operator
    if name == "Null":
        return all((value == "true") == (found is None) for value in values)
    if name.endswith("IfExists"):
        if found is None:
            return True
        name = name.removesuffix("IfExists")
    negated = "Not" in name
    if found is None:
        return negated
    match = _OPERATORS.get(name.replace("Not", ""))
    if match is None:
        # An operator that is not modelled here must not open a door.
        return False
    hit = any(match(value, found) for value in _filled(values, context))
    return hit != negated


def _filled(values: list[str], context: Mapping[str, str]) -> list[str]:
    """Fill the variables in; a value with a variable that has none matches nothing."""
    known = {name.lower(): value for name, value in context.items()}
    wanted = [(value, _VARIABLE.findall(value)) for value in values]
    return [
        _VARIABLE.sub(lambda found: known[found[1].lower()], value)
        for value, names in wanted
        if all(name.lower() in known for name in names)
    ]


def _glob(pattern: str, text: str) -> bool:
    return fnmatch.fnmatchcase(text, pattern.replace("[", "[[]"))


def _arn_like(pattern: str, text: str) -> bool:
    # The pattern is matched segment by segment: a star does not cross a colon.
    wanted, given = pattern.split(":", 5), text.split(":", 5)
    return len(wanted) == len(given) and all(map(_glob, wanted, given))


_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda value, found: value == found,
    "StringEqualsIgnoreCase": lambda value, found: value.lower() == found.lower(),
    "StringLike": _glob,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "Bool": lambda value, found: value.lower() == found.lower(),
}


def _many(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, list):
        return [str(item) for item in value]
    return [str(value).lower() if isinstance(value, bool) else str(value)]
