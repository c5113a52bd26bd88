"""The rule that a Deny must hold where a condition key is missing.

Positive operators do not match a missing key, so that the Deny does not apply:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
Keys in one Condition are ANDed, so that two tests for absence deny only the absence of both:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from policies.iam.condition import Condition
from policies.iam.document import Statement
from policies.iam.glob import parse
from policies.iam.lint.absences import is_harmless_without
from policies.iam.lint.document import Document, LintFinding, found
from policies.iam.reference import ServiceReference
from policies.iam.reference_globals import Presence

_RULE = "deny-fails-open"
_IS_SERVICE = "aws:principalisawsservice"
_PARTITION = re.compile(r"^arn:[^:*]*:")


def deny_fails_open(document: Document, reference: ServiceReference) -> Iterator[LintFinding]:
    """A Deny that a missing key slips past, without a second Deny that catches it."""
    denies = document.denies
    for statement in document.policy.statements:
        if statement.allows:
            continue
        yield from _slipping(document, statement, denies, reference)
        yield from _absences_together(statement, denies, reference)


def _slipping(
    document: Document,
    statement: Statement,
    denies: tuple[Statement, ...],
    reference: ServiceReference,
) -> Iterator[LintFinding]:
    asked_for = {c.key for c in statement.conditions if _asks(c, "false")}
    for condition in statement.conditions:
        key = condition.key
        # A statement that asks for the key's presence says itself that it is about such requests.
        if key in asked_for or condition.holds(_nothing):
            continue
        if _is_always_there(key, reference) and not _spares_anonymous(condition, document):
            continue
        slips = [
            action
            for action in _actions(statement, key, reference)
            if not is_harmless_without(key, action)
            and not _is_caught(statement, denies, key, action, reference)
        ]
        if slips:
            shown = ", ".join(slips)
            yield found(
                _RULE,
                statement,
                f"must also deny {shown} where {key} is missing",
                condition.text,
                f'use IfExists or a negated operator, or deny "Null": "{key}" in another statement',
            )


def _absences_together(
    statement: Statement, denies: tuple[Statement, ...], reference: ServiceReference
) -> Iterator[LintFinding]:
    absent = [c.key for c in statement.conditions if _asks(c, "true")]
    uncaught = [
        key
        for key in absent
        for action in _actions(statement, key, reference)
        if not _is_caught(statement, denies, key, action, reference)
    ]
    if len(absent) > 1 and uncaught:
        yield found(
            _RULE,
            statement,
            "must test one key's absence a statement: keys are ANDed",
            f"Null true for {', '.join(absent)}",
            "write one Deny for each key",
        )


def _actions(statement: Statement, key: str, reference: ServiceReference) -> list[str]:
    """Return what a Deny is about: known actions that carry the key, or patterns as written."""
    if statement.excludes_actions:
        return ["*"]
    made: dict[str, None] = {}
    for pattern in statement.actions:
        known = reference.actions_matching(pattern.text) if pattern.text != "*" else ()
        facts = [reference.action(name) for name in known]
        carrying = [each.name for each in facts if each is not None and each.carries(key)]
        made |= dict.fromkeys(carrying if known else [pattern.text])
    return list(made)


def _is_caught(
    statement: Statement,
    denies: tuple[Statement, ...],
    key: str,
    action: str,
    reference: ServiceReference,
) -> bool:
    shapes = _shapes(statement, action, reference)
    return any(_catches(other, statement, key, action, shapes) for other in denies)


def _shapes(statement: Statement, action: str, reference: ServiceReference) -> tuple[str, ...]:
    # Of every resource only those are meant that the action takes.
    facts = reference.action(action)
    texts = tuple(pattern.text for pattern in statement.resources)
    if texts == ("*",) and not statement.excludes_resources and facts is not None:
        return facts.resources or texts
    return texts


def _catches(
    other: Statement, statement: Statement, key: str, action: str, shapes: tuple[str, ...]
) -> bool:
    """Tell whether another Deny applies to each such request of a statement that lacks a key."""
    return (
        other is not statement
        and other.principals == statement.principals
        and _covers_action(other, statement, action)
        and _covers_resources(other, statement, shapes)
        and all(
            condition.holds(_nothing) if condition.key == key else condition in statement.conditions
            for condition in other.conditions
        )
    )


def _covers_action(other: Statement, statement: Statement, action: str) -> bool:
    if other.excludes_actions and statement.excludes_actions:
        return all(any(_wider(w.text, n.text) for w in statement.actions) for n in other.actions)
    return other.names_action(action)


def _covers_resources(other: Statement, statement: Statement, shapes: tuple[str, ...]) -> bool:
    if other.excludes_resources != statement.excludes_resources:
        return False
    theirs = tuple(pattern.text for pattern in other.resources)
    wide, narrow = (shapes, theirs) if other.excludes_resources else (theirs, shapes)
    return all(any(_wider(w, n) for w in wide) for n in narrow)


@cache
def _wider(wide: str, narrow: str) -> bool:
    # The text of the narrower pattern stands for what it matches: a wildcard is matched by one.
    # A policy acts in one partition, which published ARNs leave open.
    pattern = parse(_PARTITION.sub("arn:*:", wide), variables=False)
    return pattern.matches(narrow, _nothing)


def _nothing(_key: str) -> None:
    return None


def _asks(condition: Condition, absent: str) -> bool:
    return condition.operator.name == "Null" and [v.text.lower() for v in condition.values] == [
        absent
    ]


def _is_always_there(key: str, reference: ServiceReference) -> bool:
    facts = reference.key(key)
    return facts is not None and facts.presence is not Presence.SOMETIMES


def _spares_anonymous(condition: Condition, document: Document) -> bool:
    """Tell whether a Deny of everybody but services passes by whoever signs nothing.

    A request that is not signed lacks the key. Only where principals are named may it be allowed;
    a Deny of services, or of somebody by ARN, is not about it.
    """
    return (
        document.place.names_principals
        and condition.key == _IS_SERVICE
        and condition.holds({_IS_SERVICE: ("false",)}.get)
    )


RULES_BY_REFERENCE = (deny_fails_open,)
