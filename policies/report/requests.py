"""A request in words and as JSON, so that a reader can replay it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policies.iam import Request

Line = tuple[str, str]


def in_words(request: Request) -> tuple[Line, ...]:
    """Say who asks for what, and in which circumstances: pairs of a word and its value."""
    lines = [
        ("who", _who(request)),
        ("asks for", request.action),
        ("of", f"{request.resource} (account {request.resource_account})"),
    ]
    further = _further(request)
    for index, (key, values) in enumerate(further):
        told = ", ".join(values) if values else "no values"
        lines.append(("with" if index == 0 else "", f"{key} = {told}"))
    return (*lines, ("with", "no further condition key")) if not further else tuple(lines)


def _further(request: Request) -> list[tuple[str, tuple[str, ...]]]:
    # What follows from who asks would only bury the keys that matter.
    derived = Request.of(
        request.principal,
        request.action,
        request.resource,
        resource_account=request.resource_account,
    ).context
    return [
        (key, values)
        for key, values in sorted(request.context.items())
        if derived.get(key) != values
    ]


def as_json(request: Request) -> Mapping[str, Any]:
    """Write a request for programs; keys that the request does not carry are not in its context."""
    return {
        "principal": {
            "kind": request.principal.kind.name.lower(),
            "arn": request.principal.arn,
            "account": request.principal.account,
            "role_arn": request.principal.role_arn,
        },
        "action": request.action,
        "resource": request.resource,
        "resource_account": request.resource_account,
        "context": {key: list(values) for key, values in sorted(request.context.items())},
    }


def _who(request: Request) -> str:
    principal = request.principal
    if principal.role_arn:
        return f"{principal.role_arn} as {principal.arn.rpartition('/')[2]}"
    return principal.arn or "anybody at all"
