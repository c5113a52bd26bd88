"""What a verifier says about a control: the verdict, what it looked at, and what it found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from policies.iam.request import Request


class Verdict(StrEnum):
    """What is known about a control; from best to worst, so that the worst one wins."""

    PROVED = "proved"
    HOLDS = "holds"
    NOT_DECIDED = "not decided"
    VIOLATED = "violated"


_BADNESS = {verdict: badness for badness, verdict in enumerate(Verdict)}


@dataclass(frozen=True)
class Source:
    """Where something is declared: root, Terraform address, and the file and line if known."""

    root: str
    address: str
    file: str = ""
    line: int = 0


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or that could not be decided.

    ``sentence`` reads ``<address>: <what must hold>, got <value>``. ``request`` is a concrete
    request that AWS would allow, where something can be abused.
    """

    control: str
    verifier: str
    verdict: Verdict
    source: Source
    sentence: str
    hint: str = ""
    request: Request | None = None

    def __post_init__(self) -> None:
        if self.verdict not in (Verdict.VIOLATED, Verdict.NOT_DECIDED):
            raise ValueError(f"{self.verifier}: a finding is violated or not decided")


@dataclass(frozen=True)
class Judgement:
    """What one verifier says about one control.

    ``judged`` names the addresses looked at; it may be empty only where the claim is that there is
    none of a kind. ``assumptions`` are what a proof rests on.
    """

    control: str
    verifier: str
    verdict: Verdict
    judged: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    assumptions: tuple[str, ...] = ()


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the worst of some verdicts; of none, NOT DECIDED.

    A control is proved if one verifier proves it and none says worse than that it holds.
    """
    given = set(verdicts)
    if not given:
        return Verdict.NOT_DECIDED
    bad = given & {Verdict.VIOLATED, Verdict.NOT_DECIDED}
    if bad:
        return max(bad, key=_BADNESS.__getitem__)
    return Verdict.PROVED if Verdict.PROVED in given else Verdict.HOLDS


def is_failing(verdict: Verdict) -> bool:
    """Tell whether a verdict fails a review: what is not decided fails too."""
    return verdict in (Verdict.VIOLATED, Verdict.NOT_DECIDED)
