"""Rules about conditions: quantifiers that fail open, and contexts that name nothing.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
"""

from __future__ import annotations

from collections.abc import Iterator

from policies.iam.condition import Condition, Quantifier
from policies.iam.document import Statement
from policies.iam.lint.absences import is_harmless_without
from policies.iam.lint.document import Document, LintFinding, found
from policies.iam.reference import ServiceReference

_RULE = "set-operators"
_CONTEXT = "kms:encryptioncontext:"


def if_exists_of_sets(document: Document) -> Iterator[LintFinding]:
    """IfExists beside a quantifier: evaluators disagree on what an empty set is."""
    for statement, condition in _conditions(document):
        if condition.if_exists and condition.quantifier is not Quantifier.ONE:
            yield found(
                _RULE,
                statement,
                "must not join IfExists with ForAllValues or ForAnyValue",
                condition.text,
                "test the key's presence by Null in a statement of its own",
            )


def all_values_without_presence(document: Document) -> Iterator[LintFinding]:
    """ForAllValues in an Allow holds where the key is missing."""
    for statement, condition in _conditions(document):
        if (
            statement.allows
            and condition.quantifier is Quantifier.ALL
            and not any(requires(other, condition.key) for other in statement.conditions)
            and not all(is_harmless_without(condition.key, a.text) for a in statement.actions)
        ):
            yield found(
                _RULE,
                statement,
                "must require the key of ForAllValues to be there",
                condition.text,
                f'add "Null": {{"{condition.key}": "false"}}',
            )


def quantifier_of_key(document: Document, reference: ServiceReference) -> Iterator[LintFinding]:
    """A quantifier must stand with a key of several values, and with no other."""
    for statement, condition in _conditions(document):
        facts = reference.key(condition.key)
        if facts is None or condition.operator.name == "Null":
            continue
        several = condition.quantifier is not Quantifier.ONE
        if several and not facts.multivalued:
            must, hint = "must not quantify a key of one value", "leave the quantifier away"
        elif facts.multivalued and not several:
            must, hint = "must quantify a key of several values", "use ForAnyValue or ForAllValues"
        else:
            continue
        yield found(_RULE, statement, must, condition.text, hint)


def encryption_context(document: Document) -> Iterator[LintFinding]:
    """An Allow that speaks of an encryption context must hold it to something."""
    for statement, condition in _conditions(document):
        if not (statement.allows and condition.key.startswith(_CONTEXT)):
            continue
        if condition.operator.name == "Null":
            continue
        open_values = [value.text for value in condition.values if not value.text.strip("*?")]
        if open_values or condition.if_exists or condition.operator.negated:
            yield found(
                "encryption-context",
                statement,
                "must hold the encryption context to a resource",
                condition.text,
                "name the resource by a positive operator without IfExists",
            )


def requires(condition: Condition, key: str) -> bool:
    """Tell whether a condition fails wherever the request lacks a key."""
    return condition.key == key and not condition.holds(_nothing)


def _nothing(_key: str) -> None:
    return None


def _conditions(document: Document) -> Iterator[tuple[Statement, Condition]]:
    for statement in document.policy.statements:
        for condition in statement.conditions:
            yield statement, condition


RULES = (if_exists_of_sets, all_values_without_presence, encryption_context)
RULES_BY_REFERENCE = (quantifier_of_key,)
