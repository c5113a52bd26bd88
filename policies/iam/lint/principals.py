"""Rules about who a statement names.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies.iam.document import Statement
from policies.iam.lint.document import Document, LintFinding, Place, found

_SESSION = re.compile(r"^arn:[^:]*:sts::[^:]*:(assumed-role|federated-user)/")
_SOURCES = frozenset(
    {"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"}
)


def not_principal(document: Document) -> Iterator[LintFinding]:
    """NotPrincipal: in an Allow it names everybody else, in a Deny evaluators disagree on it."""
    for statement in document.policy.statements:
        if statement.principals is not None and statement.principals.excludes:
            yield found(
                "not-principal",
                statement,
                "must name its principals",
                "NotPrincipal",
                "name them in Principal, or deny with ArnNotLike on aws:PrincipalArn",
            )


def principal_star(document: Document) -> Iterator[LintFinding]:
    """Allow to everybody: within the account it passes by boundaries, condition or not.

    An endpoint and a control policy grant nothing by themselves: there ``*`` is the grammar.
    """
    if document.place is Place.ENDPOINT or document.place.of_control:
        return
    for statement in document.policy.statements:
        who = statement.principals
        if statement.allows and who is not None and who.everybody and not who.excludes:
            yield found(
                "principal-star",
                statement,
                "must not allow everybody, under a condition or without",
                'Principal "*"',
                "name the account, and the role in a condition on aws:PrincipalArn",
            )


def session_principal(document: Document) -> Iterator[LintFinding]:
    """A session's ARN as principal passes by boundary and session policy."""
    for statement in document.policy.statements:
        listed = statement.principals.listed.get("AWS", ()) if statement.principals else ()
        for arn in sorted(arn for arn in listed if _SESSION.match(arn)):
            yield found(
                "session-principal",
                statement,
                "must name roles, never their sessions",
                arn,
                "name the ARN of the role",
            )


def service_trust(document: Document) -> Iterator[LintFinding]:
    """A service that may take a role on must say for whom, or anybody's resource can use it."""
    if document.place is not Place.TRUST:
        return
    for statement in document.policy.statements:
        services = statement.principals.listed.get("Service") if statement.principals else None
        if statement.allows and services and not _says_for_whom(statement):
            yield found(
                "service-trust",
                statement,
                "must hold a service to aws:SourceAccount or aws:SourceArn",
                ", ".join(sorted(services)),
                "add StringEquals aws:SourceAccount with the role's own account",
            )


def _says_for_whom(statement: Statement) -> bool:
    return any(
        condition.key in _SOURCES
        and not condition.if_exists
        and not condition.operator.negated
        and condition.operator.name != "Null"
        for condition in statement.conditions
    )


RULES = (not_principal, principal_star, session_principal, service_trust)
