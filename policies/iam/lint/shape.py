"""Rules about a document as a whole: version, size, names of statements, places of variables.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from policies.iam.glob import Pattern
from policies.iam.lint.document import Document, LintFinding, Place, found, name_of

CURRENT = "2012-10-17"
LIMITS: Mapping[Place, int] = {
    Place.MANAGED: 6144,
    Place.BOUNDARY: 6144,
    Place.INLINE: 10240,
    Place.TRUST: 2048,
    Place.SERVICE_CONTROL: 5120,
    Place.RESOURCE_CONTROL: 5120,
    Place.BUCKET: 20 * 1024,
    Place.KEY: 32 * 1024,
    Place.ENDPOINT: 20480,
    # The narrowest of the other services: Lambda and CodeArtifact take 20 kB, ECR and SQS more.
    Place.RESOURCE: 10240,
}
# IAM does not count white space; others keep the document as they get it.
_WITHOUT_SPACE = frozenset({Place.MANAGED, Place.BOUNDARY, Place.INLINE, Place.TRUST})
_SPACE = re.compile(r"\s")
_SID = re.compile(r"^[A-Za-z0-9]*$")


def version(document: Document) -> Iterator[LintFinding]:
    """Without the version of 2012 variables are plain text."""
    if document.policy.version != CURRENT:
        yield LintFinding(
            "version",
            "",
            f"{document.policy.address}: must have the Version {CURRENT}, got "
            f"{document.policy.version}",
            "without it ${aws:...} is plain text",
        )


def size(document: Document) -> Iterator[LintFinding]:
    """AWS refuses a document that is too long, at the apply only."""
    yield from size_together(document.policy.address, document.place, (document.text,))


def size_together(address: str, place: Place, texts: Iterable[str]) -> Iterator[LintFinding]:
    """Judge documents that AWS counts together, such as all inline policies of a role."""
    counted = sum(size_of(text, place) for text in texts)
    if counted > LIMITS[place]:
        yield LintFinding(
            "size",
            "",
            f"{address}: must have at most {LIMITS[place]} characters, got {counted}",
            "split it, or name resources by a pattern",
        )


def size_of(text: str, place: Place) -> int:
    """Count a document as AWS does where it stands."""
    return len(_SPACE.sub("", text)) if place in _WITHOUT_SPACE else len(text.encode())


def statement_names(document: Document) -> Iterator[LintFinding]:
    """A Sid names one statement."""
    seen: set[str] = set()
    for statement in document.policy.statements:
        if statement.sid and statement.sid in seen:
            yield found(
                "syntax", statement, "must have a Sid of its own", statement.sid, "rename it"
            )
        seen.add(statement.sid)
        strict = document.place.of_identity or document.place is Place.BOUNDARY
        if strict and not _SID.match(statement.sid):
            yield found(
                "syntax",
                statement,
                "must have a Sid of letters and digits",
                statement.sid,
                "rename it",
            )


def principals_where_they_belong(document: Document) -> Iterator[LintFinding]:
    """Whether a statement has principals follows from where the policy stands."""
    for statement in document.policy.statements:
        who = statement.principals
        if document.place is Place.RESOURCE_CONTROL:
            if who is None or who.excludes or not who.everybody:
                yield found("syntax", statement, 'must have the Principal "*"', "another", "set it")
        elif document.place.names_principals and who is None:
            yield found("syntax", statement, "must have a Principal", "none", "name who may")
        elif not document.place.names_principals and who is not None:
            yield found("syntax", statement, "must have no Principal", "one", "leave it away")


def effects_where_they_belong(document: Document) -> Iterator[LintFinding]:
    """A resource control policy of one's own denies only, and what acts on nothing is refused."""
    for statement in document.policy.statements:
        if document.place is Place.RESOURCE_CONTROL and statement.allows:
            yield found("syntax", statement, "must deny", "Allow", "only AWS's own RCP allows")
        if document.place is Place.TRUST:
            if statement.resources:
                yield found("syntax", statement, "must have no Resource", "one", "leave it away")
        # Of a repository's policy the repository is the resource: ECR takes none.
        elif not statement.resources and document.place is not Place.RESOURCE:
            yield found("syntax", statement, "must have a Resource", "none", "name it")


def variables_where_they_belong(document: Document) -> Iterator[LintFinding]:
    """Variables stand in conditions and behind the fifth colon of a resource."""
    for statement in document.policy.statements:
        listed = statement.principals.listed if statement.principals else {}
        wrong = [p.text for p in statement.actions if "${" in p.text]
        wrong += sorted(name for names in listed.values() for name in names if "${" in name)
        wrong += [p.text for p in statement.resources if _has_early_variable(p)]
        for condition in statement.conditions:
            if not condition.operator.takes_variables:
                wrong += [v.text for v in condition.values if "${" in v.text]
        for text in wrong:
            yield found(
                "syntax",
                statement,
                "must have variables in conditions on texts and after a fifth colon only",
                text,
                f"of {name_of(statement)} write the value out",
            )


def _has_early_variable(pattern: Pattern) -> bool:
    start = pattern.text.find("${")
    return start >= 0 and pattern.text.startswith("arn:") and pattern.text.count(":", 0, start) < 5


RULES = (
    version,
    size,
    statement_names,
    principals_where_they_belong,
    effects_where_they_belong,
    variables_where_they_belong,
)
