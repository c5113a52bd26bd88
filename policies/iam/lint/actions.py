"""Rules about what a statement allows, and on what.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege
"""

from __future__ import annotations

from collections.abc import Iterator

from policies.iam.document import Statement
from policies.iam.lint.document import Document, LintFinding, Place, found
from policies.iam.reference import ServiceReference

_EVERYTHING = frozenset({"*", "*:*"})


def not_action_allow(document: Document) -> Iterator[LintFinding]:
    """NotAction or NotResource in an Allow gives whatever AWS adds tomorrow."""
    for statement in _allowing(document):
        for excluded, member in (
            (statement.excludes_actions, "Action"),
            (statement.excludes_resources, "Resource"),
        ):
            if excluded:
                yield found(
                    "not-action-allow",
                    statement,
                    f"must name what it allows by {member}",
                    f"Not{member}",
                    f"list it by {member}; exclude by a Deny",
                )


def action_star(document: Document) -> Iterator[LintFinding]:
    """Every action of every service."""
    if document.place is Place.ENDPOINT:
        # An endpoint serves one service and grants nothing: who asks needs an allow of its own.
        return
    for statement in _allowing(document):
        for action in statement.actions:
            if action.text in _EVERYTHING and not statement.excludes_actions:
                yield found(
                    "action-star", statement, "must name actions", action.text, "list the actions"
                )


def service_wildcard(document: Document) -> Iterator[LintFinding]:
    """Every action of a service, those of tomorrow included.

    The policy of a key must hand the key to its account once, by ``kms:*`` to the account's root:
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    for statement in _allowing(document):
        for action in statement.actions:
            service, colon, name = action.text.partition(":")
            if not colon or set(name) - {"*"} or "*" in service or statement.excludes_actions:
                continue
            if document.place is not Place.KEY or not _to_an_account(statement):
                yield found(
                    "service-wildcard",
                    statement,
                    "must name the actions of a service",
                    action.text,
                    "list the actions; AWS adds new ones to a wildcard by itself",
                )


def resource_star(document: Document, reference: ServiceReference) -> Iterator[LintFinding]:
    """Every resource, for an action that AWS lets be held to some."""
    if not document.place.of_identity:
        return
    for statement in _allowing(document):
        if not any(resource.text == "*" for resource in statement.resources):
            continue
        narrow = [
            name for name in _named(statement, reference) if _takes_resources(name, reference)
        ]
        if narrow:
            yield found(
                "resource-star",
                statement,
                "must name resources where its actions take them",
                f'"*" for {", ".join(narrow[:3])}{", ..." if len(narrow) > 3 else ""}',
                "name the ARNs, and keep what takes no resource in a statement of its own",
            )


def _allowing(document: Document) -> Iterator[Statement]:
    if not document.place.of_control:
        yield from (s for s in document.policy.statements if s.allows)


def _to_an_account(statement: Statement) -> bool:
    who = statement.principals
    listed = who.listed.get("AWS", frozenset()) if who else frozenset()
    return bool(listed) and all(len(name) == 12 and name.isdigit() for name in listed)


def _named(statement: Statement, reference: ServiceReference) -> list[str]:
    if statement.excludes_actions:
        return []
    named = (name for p in statement.actions for name in reference.actions_matching(p.text))
    return list(dict.fromkeys(named))


def _takes_resources(name: str, reference: ServiceReference) -> bool:
    facts = reference.action(name)
    return facts is not None and bool(facts.resources)


RULES = (not_action_allow, action_star, service_wildcard)
RULES_BY_REFERENCE = (resource_star,)
