"""Facts of a lineage: what several sources say of one thing, and what that proves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pipelines.attestations.moments import spell

# Who may say something. A proven word bears a signature that holds by a key that the target pinned.
LIVE = "live endpoint"
SIGNED = "signed statement"
UNSIGNED = "statement whose signature is not shown to hold"
EVIDENCE = "evidence bucket"
DEPLOYMENT = "deployment report"
VERIFICATION = "verification report"
TRAINED_HERE = "training in this account"
TEST = "test report"
APPROVAL = "signed approval"
ATTESTATION = "signed test attestation"
REGISTRY = "model registry"
RUN = "pipeline run"
JOB = "training job"
PROMOTION = "promotion's own record"
ORGANIZATION = "organisation's file"

# What a source says that was read and does not tell, and how what nobody could read is called.
NOTHING = "nothing"
UNREAD = "not known"


class Standing(StrEnum):
    """What is known of a fact; the later the graver."""

    VERIFIED = "verified"
    TOLD = "told"
    UNKNOWN = "not known"
    MISMATCH = "MISMATCH"


_GRAVITY = tuple(Standing)


@dataclass(frozen=True)
class Said:
    """One source's word on a fact; `value` is None where the source could not be read."""

    source: str
    value: str | None
    proven: bool = False


@dataclass(frozen=True)
class Fact:
    """One fact: `value` is that of the source that proves most, None where nobody told."""

    name: str
    value: str | None
    standing: Standing
    said: tuple[Said, ...] = ()
    note: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """Who told it."""
        return tuple(one.source for one in self.said if one.value is not None)

    @property
    def silent(self) -> tuple[str, ...]:
        """Who could have told it and could not be read."""
        return tuple(one.source for one in self.said if one.value is None)

    def sentence(self, place: str) -> str:
        """Tell who says what, for a fact whose sources disagree."""
        words = self.note or "; ".join(self.voices)
        return f"{place}: {self.name}: {words}"

    @property
    def voices(self) -> tuple[str, ...]:
        """What is said, and by whom, a phrase each value."""
        by_value: dict[str, list[str]] = {}
        for one in self.said:
            if one.value is not None:
                by_value.setdefault(one.value, []).append(one.source)
        return tuple(
            f"{', '.join(who)} {'say' if len(who) > 1 else 'says'} {value}"
            for value, who in by_value.items()
        )


@dataclass(frozen=True)
class Node:
    """One link of a lineage, with its facts and what it was made from or rests on."""

    kind: str
    name: str
    facts: tuple[Fact, ...] = ()
    children: tuple[Node, ...] = field(default=())

    @property
    def title(self) -> str:
        """What messages call it."""
        return f"{self.kind} {self.name}"

    @property
    def standing(self) -> Standing:
        """The gravest standing of its own facts; without any it is not known."""
        found = [one.standing for one in self.facts]
        return max(found, key=_GRAVITY.index, default=Standing.UNKNOWN)

    def walk(self) -> Iterator[Node]:
        """Give this node and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()

    def find(self, kind: str) -> Node | None:
        """Give the first node of a kind, from here on down."""
        return next((one for one in self.walk() if one.kind == kind), None)

    def fact(self, name: str) -> Fact | None:
        """Give a fact of this node by its name."""
        return next((one for one in self.facts if one.name == name), None)


def compare(name: str, *said: Said, needs: tuple[str, ...] = (), note: str = "") -> Fact:
    """Hold what sources say against each other.

    Verified is what a proven word says, nobody contradicts, and every source in `needs` has told.
    """
    told = [one for one in said if one.value is not None]
    if not told:
        return Fact(name, None, Standing.UNKNOWN, said, note)
    best = next((one for one in told if one.proven), told[0])
    if len({one.value for one in told}) > 1:
        return Fact(name, best.value, Standing.MISMATCH, said, note)
    there = {one.source for one in told}
    if set(needs) - there:
        return Fact(name, best.value, Standing.UNKNOWN, said, note)
    standing = Standing.VERIFIED if best.proven else Standing.TOLD
    return Fact(name, best.value, standing, said, note)


def mismatch(name: str, value: str | None, because: str, *said: Said) -> Fact:
    """Make a fact that does not hold for another reason than that two sources disagree."""
    return Fact(name, value, Standing.MISMATCH, said, because)


def unknown(name: str, because: str = "") -> Fact:
    """Make a fact that nobody told."""
    return Fact(name, None, Standing.UNKNOWN, (), because)


def moment(found: datetime) -> str:
    """Write a moment in whole seconds."""
    return spell(found.replace(microsecond=0))
