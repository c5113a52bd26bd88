"""The dialect of policies: what evaluators disagree on, or what fails open, is an error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policies.iam.document import Policy, parse_policy
from policies.iam.errors import MalformedPolicy
from policies.iam.lint import actions, carrying, conditions, missing_keys, principals, shape
from policies.iam.lint.document import Document, LintFinding, Place
from policies.iam.reference import ServiceReference

__all__ = ["RULES", "Document", "LintFinding", "Place", "lint", "lint_text"]

RULES = (
    "action-star",
    "deny-fails-open",
    "encryption-context",
    "keys-carried",
    "not-action-allow",
    "not-principal",
    "principal-star",
    "resource-star",
    "service-trust",
    "service-wildcard",
    "session-principal",
    "set-operators",
    "size",
    "syntax",
    "unknown-names",
    "version",
)
"""The names of all rules."""
_BY_DOCUMENT = (*principals.RULES, *actions.RULES, *conditions.RULES, *shape.RULES)
_BY_REFERENCE = (
    *actions.RULES_BY_REFERENCE,
    *conditions.RULES_BY_REFERENCE,
    *missing_keys.RULES_BY_REFERENCE,
    *carrying.RULES_BY_REFERENCE,
)


def _no_operation(_pattern: str) -> bool:
    return False


def lint(
    document: Document,
    reference: ServiceReference,
    is_operation: carrying.IsOperation = _no_operation,
) -> tuple[LintFinding, ...]:
    """Return what must not stand in a policy, rule by rule in the order of statements.

    ``is_operation`` tells of an action pattern that the reference does not know whether a
    service has such an operation all the same.
    """
    return tuple(sorted(set(_findings(document, reference, is_operation)), key=_order))


def lint_text(
    address: str, text: str | Mapping[str, Any], place: Place, reference: ServiceReference
) -> tuple[LintFinding, ...]:
    """Lint a document as it is written; one that AWS's grammar refuses is a finding itself."""
    try:
        policy: Policy = parse_policy(address, text)
    except MalformedPolicy as error:
        return (LintFinding("syntax", "", str(error), "AWS refuses the document"),)
    return lint(Document(policy, place, text if isinstance(text, str) else ""), reference)


def _findings(
    document: Document, reference: ServiceReference, is_operation: carrying.IsOperation
) -> Iterator[LintFinding]:
    for rule in _BY_DOCUMENT:
        yield from rule(document)
    for judged in _BY_REFERENCE:
        yield from judged(document, reference)
    yield from carrying.unknown_actions(document, reference, is_operation)


def _order(finding: LintFinding) -> tuple[str, str, str]:
    return finding.rule, finding.sid, finding.sentence
