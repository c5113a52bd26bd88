"""in-toto statements, version 1: what is said (predicate) about which bytes (subjects)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.attestations.documents import check, parse
from pipelines.canonical import canonical_json, sha256_of
from pipelines.errors import Finding

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
_KIND = "statement"


@dataclass(frozen=True, order=True)
class Subject:
    """Something by its name and the SHA-256 of its bytes."""

    name: str
    sha256: str

    def document(self) -> dict[str, Any]:
        """Return the form in which statements carry it."""
        return {"name": self.name, "digest": {"sha256": self.sha256}}


@dataclass(frozen=True)
class Statement:
    """A statement; its subjects are in order of their names, each name once."""

    predicate_type: str
    subjects: tuple[Subject, ...]
    predicate: Mapping[str, Any]

    def document(self) -> dict[str, Any]:
        """Return the statement as JSON."""
        return {
            "_type": STATEMENT_TYPE,
            "subject": [subject.document() for subject in self.subjects],
            "predicateType": self.predicate_type,
            "predicate": dict(self.predicate),
        }

    def content(self) -> bytes:
        """Return the bytes that an envelope carries."""
        return canonical_json(self.document())

    @property
    def sha256(self) -> str:
        """Digest of these bytes; by it one statement names another."""
        return sha256_of(self.content())


def parse_statement(address: str, content: bytes) -> Statement:
    """Read the payload of an envelope; raises Finding where it is no statement."""
    document = parse(address, _KIND, content)
    return _checked(
        address,
        Statement(
            predicate_type=document["predicateType"],
            subjects=tuple(Subject(s["name"], s["digest"]["sha256"]) for s in document["subject"]),
            predicate=document["predicate"],
        ),
    )


def check_statement(address: str, statement: Statement) -> Statement:
    """Return a statement that this program made, if it follows its schemas; raises Finding."""
    check(address, _KIND, statement.document())
    predicate_of(address, statement, statement.predicate_type)
    return _checked(address, statement)


def predicate_of(address: str, statement: Statement, predicate_type: str) -> dict[str, Any]:
    """Give the predicate of a statement of one type, held to that type's schema.

    Raises Finding for a statement of another type: a test is no approval.
    """
    if statement.predicate_type != predicate_type:
        raise Finding(address, f"must be of type {predicate_type}", got=statement.predicate_type)
    kind = predicate_type.split(":")[2]
    return check(address, kind, dict(statement.predicate))


def same(address: str, found: Statement, derived: Statement) -> None:
    """Refuse a statement that differs from the one that its own predicate leads to."""
    if found.subjects != derived.subjects:
        odd = sorted(set(found.subjects) ^ set(derived.subjects))
        raise Finding(
            address,
            "must be about the subjects that its predicate names",
            got=", ".join(dict.fromkeys(subject.name for subject in odd)) or "another order",
        )


def _checked(address: str, statement: Statement) -> Statement:
    names = [subject.name for subject in statement.subjects]
    if names != sorted(set(names)):
        raise Finding(
            address, "must have its subjects in order, each name once", got=", ".join(names)
        )
    return statement
