"""The result of a review: each control with its verdict, what is open and what is waived."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from policies.registry import Control
from policies.verdict import Finding, Judgement, Verdict, worst
from policies.waivers import Waiver


@dataclass(frozen=True)
class Waived:
    """A violation that a waiver covers today."""

    finding: Finding
    waiver: Waiver
    days_left: int


@dataclass(frozen=True)
class Reviewed:
    """One control with everything that was said about it.

    A waiver changes whether a control fails the review, never what its verdict is.
    """

    control: Control
    judgements: tuple[Judgement, ...]
    open: tuple[Finding, ...]
    waived: tuple[Waived, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst of what its verifiers say; without any, not decided."""
        return worst(each.verdict for each in self.judgements)

    @property
    def fails(self) -> bool:
        """Tell whether the control fails the review: something is open, or nobody judged it."""
        return bool(self.open) or not self.judgements

    @property
    def judged(self) -> tuple[str, ...]:
        """Every address that a verifier looked at."""
        return tuple(sorted({address for each in self.judgements for address in each.judged}))

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Everything that its proofs rest on."""
        return tuple(sorted({text for each in self.judgements for text in each.assumptions}))


@dataclass(frozen=True)
class Review:
    """What was learnt on one day; ``faults`` are contradictions between registry and verifiers."""

    today: date
    controls: tuple[Reviewed, ...]
    faults: tuple[str, ...] = ()

    @property
    def fails(self) -> bool:
        """Tell whether anything is violated, not decided, or contradictory."""
        return bool(self.faults) or any(each.fails for each in self.controls)

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """How many controls have which verdict."""
        found = Counter(each.verdict for each in self.controls)
        return {verdict: found[verdict] for verdict in Verdict}

    @property
    def waived(self) -> tuple[Waived, ...]:
        """Every violation that is waived."""
        return tuple(each for reviewed in self.controls for each in reviewed.waived)

    def by_severity(self) -> tuple[Reviewed, ...]:
        """The controls, what is wrong and severe first."""
        worst_first = list(reversed(Verdict))
        return tuple(
            sorted(
                self.controls,
                key=lambda each: (
                    not each.fails,
                    -each.control.severity.rank,
                    worst_first.index(each.verdict),
                    each.control.id,
                ),
            )
        )


def fingerprints(findings: Iterable[Finding]) -> tuple[tuple[Finding, str], ...]:
    """Give each finding a name that outlives moved lines and changed values.

    It is made of control, verifier, root and address; several at one address are counted in the
    order of their sentences.
    """
    seen: Counter[str] = Counter()
    named = []
    for each in sorted(findings, key=order):
        parts = (each.control, each.verifier, each.source.root, each.source.address)
        digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
        seen[digest] += 1
        named.append((each, f"{digest}:{seen[digest]}"))
    return tuple(named)


def order(finding: Finding) -> tuple[str, ...]:
    """The key by which findings are sorted: nothing in it depends on the run."""
    source = finding.source
    return (finding.control, source.root, source.address, finding.verifier, finding.sentence)
