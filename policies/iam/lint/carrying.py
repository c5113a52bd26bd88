"""Rules by the service reference: names that AWS does not have, keys that an action never carries.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from policies.iam.condition import Condition
from policies.iam.document import Statement
from policies.iam.glob import Variable
from policies.iam.lint.document import Document, LintFinding, Place, found
from policies.iam.reference import ServiceReference

IsOperation = Callable[[str], bool]
"""Tells whether a pattern speaks of an operation that a service has, though it is unpublished."""


def unknown_actions(
    document: Document, reference: ServiceReference, is_operation: IsOperation
) -> Iterator[LintFinding]:
    """An action that neither the reference nor a service's own description has."""
    for statement in document.policy.statements:
        for action in statement.actions:
            text = action.text
            if text == "*" or reference.actions_matching(text) or is_operation(text):
                continue
            yield found(
                "unknown-names",
                statement,
                "must name actions that AWS has",
                text,
                "an Allow of it gives nothing, a Deny of it prevents nothing",
            )


def unknown_keys(document: Document, reference: ServiceReference) -> Iterator[LintFinding]:
    """A condition key, or a variable, that no request carries."""
    for statement in document.policy.statements:
        keys = [condition.key for condition in statement.conditions]
        keys += _variables(statement)
        for key in dict.fromkeys(keys):
            if reference.key(key) is None and not _is_of_provider(key, document, statement):
                yield found(
                    "unknown-names",
                    statement,
                    "must test keys that AWS has",
                    key,
                    "a request never carries it",
                )


def keys_not_carried(document: Document, reference: ServiceReference) -> Iterator[LintFinding]:
    """A key that a named action never carries decides always in one way: rarely the one meant."""
    for statement in document.policy.statements:
        for condition in () if statement.excludes_actions else statement.conditions:
            effect = _effect(statement, condition)
            lost = _lost(statement, condition, reference) if effect else []
            if lost:
                yield found(
                    "keys-carried",
                    statement,
                    f"must test keys that its actions carry, for it {effect} the others",
                    f"{condition.key} for {', '.join(lost[:3])}{', ...' if len(lost) > 3 else ''}",
                    "keep actions without the key in a statement of their own",
                )


def _effect(statement: Statement, condition: Condition) -> str:
    if not condition.holds(_nothing):
        return "never allows" if statement.allows else "never denies"
    if statement.allows:
        return ""
    # Where another condition says of which requests it speaks, the Deny is not one of all.
    others = (c for c in statement.conditions if c is not condition)
    return "" if any(not other.holds(_nothing) for other in others) else "always denies"


def _lost(statement: Statement, condition: Condition, reference: ServiceReference) -> list[str]:
    if reference.key(condition.key) is None:
        return []
    lost: list[str] = []
    for pattern in statement.actions:
        wild = "*" in pattern.text or "?" in pattern.text
        if wild and not statement.allows and not condition.holds(_nothing):
            # It waits for actions to come that have the key.
            continue
        known = [reference.action(name) for name in reference.actions_matching(pattern.text)]
        # Of a wildcard what it is meant for carries the key; where nothing does, it is a defect.
        if known and not any(facts and facts.carries(condition.key) for facts in known):
            lost.append(pattern.text)
    return lost


def _variables(statement: Statement) -> list[str]:
    patterns = [*statement.resources, *(v for c in statement.conditions for v in c.values)]
    return [part.key for p in patterns for part in p.parts if isinstance(part, Variable)]


def _is_of_provider(key: str, document: Document, statement: Statement) -> bool:
    # An identity provider's keys begin with its own name: token.actions.githubusercontent.com:sub.
    provider = key.rpartition(":")[0]
    if document.place is not Place.TRUST or statement.principals is None:
        return document.place.of_control and "." in provider
    listed = statement.principals.listed.get("Federated", frozenset())
    return any(name.lower().endswith(provider) for name in listed) and bool(provider)


def _nothing(_key: str) -> None:
    return None


RULES_BY_REFERENCE = (unknown_keys, keys_not_carried)
