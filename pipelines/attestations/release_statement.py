"""The statement that a build signs about the release that it has put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from pipelines.attestations.moments import read, spell
from pipelines.attestations.statement import Statement, Subject, predicate_of, same
from pipelines.canonical import canonical_json
from pipelines.errors import Finding
from pipelines.promotion.release import RELEASE_FILE, Release, parse_release

PREDICATE_TYPE = "urn:gatehouse:release:1"


@dataclass(frozen=True)
class Author:
    """Who wrote the commit, as git tells it; person is null for an email of nobody in the file."""

    email: str
    person: str | None


@dataclass(frozen=True)
class Actors:
    """Who had a hand in a release; null only where AWS says that a service did it.

    `answers` is who owns the model, told where a service started its training: a run that nobody
    started is not a run with which nobody has to do.
    """

    author: Author
    registrar: str | None
    model_approver: str | None
    starter: str | None
    answers: str | None = None

    @property
    def registered_by(self) -> str:
        """Tell who registered the version, in words."""
        if self.registrar is None and self.answers is not None:
            return f"a service, for which {self.answers} answers"
        return self.registrar or "a service"

    @property
    def hands(self) -> dict[str, str | None]:
        """Tell who did what, but for who wrote the commit."""
        return {
            "who registered the version": self.registrar,
            "who answers for the model, as a service started its training": self.answers,
            "who approved the version": self.model_approver,
            "who started the promotion": self.starter,
        }


@dataclass(frozen=True)
class GateResult:
    """What one rule of the policy gate said."""

    rule: str
    passed: bool
    detail: str


@dataclass(frozen=True)
class ReleaseStatement:
    """A release, who made it, what the gate said, and from which source it is deployed."""

    release: Release
    execution_id: str
    made_at: datetime
    actors: Actors
    gate: tuple[GateResult, ...]
    terraform_sha256: str
    guardrails_sha256: str

    def statement(self) -> Statement:
        """Return the statement to sign."""
        return Statement(PREDICATE_TYPE, self.subjects, self._predicate())

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """Everything that the release consists of, by its digest."""
        release = self.release
        named = {
            "archive": release.archive.sha256,
            "data": release.data.sha256,
            "definition": release.definition_sha256,
            "evaluation": release.evaluation.sha256,
            "guardrails": self.guardrails_sha256,
            "holdout": release.holdout.sha256,
            "image": release.image.digest.removeprefix("sha256:"),
            "predictions": release.predictions.sha256,
            "terraform": self.terraform_sha256,
            RELEASE_FILE: release.sha256,
        }
        for account, configuration in release.configuration.items():
            named[f"configuration/{account}"] = configuration.document()["sha256"]
        return tuple(sorted(Subject(name, digest) for name, digest in named.items()))

    @classmethod
    def parse(cls, address: str, statement: Statement) -> ReleaseStatement:
        """Read a statement; raises Finding where it is of another type or contradicts itself."""
        predicate = predicate_of(address, statement, PREDICATE_TYPE)
        release = parse_release(f"{address}: release", canonical_json(predicate["release"]))
        if predicate["release_sha256"] != release.sha256:
            raise Finding(
                address,
                f"release_sha256 must be {release.sha256}, that of its release",
                got=predicate["release_sha256"],
            )
        found = cls(
            release=release,
            execution_id=predicate["execution_id"],
            made_at=read(f"{address}: made_at", predicate["made_at"]),
            actors=_actors(predicate["actors"]),
            gate=tuple(GateResult(**one) for one in predicate["gate"]),
            terraform_sha256=predicate["terraform"]["sha256"],
            guardrails_sha256=predicate["guardrails"]["sha256"],
        )
        same(address, statement, found.statement())
        return found

    def _predicate(self) -> dict[str, Any]:
        return {
            "release": self.release.document(),
            "release_sha256": self.release.sha256,
            "execution_id": self.execution_id,
            "made_at": spell(self.made_at),
            "actors": _told(self.actors),
            "gate": [asdict(one) for one in self.gate],
            "terraform": {"sha256": self.terraform_sha256},
            "guardrails": {"sha256": self.guardrails_sha256},
        }


def _told(actors: Actors) -> dict[str, Any]:
    """Spell the actors; statements of runs that people start have no member for who answers."""
    told = asdict(actors)
    return {name: one for name, one in told.items() if name != "answers" or one is not None}


def _actors(document: Mapping[str, Any]) -> Actors:
    return Actors(
        author=Author(**document["author"]),
        registrar=document["registrar"],
        model_approver=document["model_approver"],
        starter=document["starter"],
        answers=document.get("answers"),
    )
