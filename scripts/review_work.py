"""One review: plans in, every verifier heard, a review and its document out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.errors import Misuse
from pipelines.yaml_file import nearest
from policies.registry import Control, read_controls
from policies.report.document import Facts, document
from policies.report.evidence_check import VERIFIER as EVIDENCE
from policies.report.evidence_check import judge_evidence
from policies.report.requests import in_words
from policies.review.joining import WAIVER_FILE, WAIVERS, join
from policies.review.plan_folder import Plans
from policies.review.reviewed import Review, fingerprints
from policies.review.verification import Family, Heard, Progress, hear
from policies.waivers import Waiver, read_waivers


@dataclass(frozen=True)
class Rules:
    """What a review judges by: the registry, the waivers, and the day."""

    controls: tuple[Control, ...]
    waivers: tuple[Waiver, ...]
    today: date


@dataclass(frozen=True)
class Reviewed:
    """A review with everything that reports are made from."""

    review: Review
    document: Mapping[str, Any]
    exported: Mapping[str, Any]

    @property
    def requests(self) -> dict[str, Sequence[tuple[str, str]]]:
        """The requests of findings in words, by the fingerprint of their finding."""
        every = [
            finding
            for each in self.review.controls
            for finding in (*each.open, *(waived.finding for waived in each.waived))
        ]
        return {
            name: in_words(finding.request)
            for finding, name in fingerprints(every)
            if finding.request is not None
        }


def read_rules(root: Path, today: date) -> Rules:
    """Read registry and waivers of a checkout; raises InvalidInput where one breaks a rule."""
    controls = read_controls()
    known = [each.id for each in controls]
    waivers = read_waivers(root / WAIVER_FILE, known, WAIVER_FILE)
    return Rules(controls, waivers, today)


def choose(controls: Sequence[Control], names: Sequence[str]) -> tuple[Control, ...]:
    """Choose controls by id; all where none is named. Raises Misuse for one that there is not."""
    known = {each.id: each for each in controls}
    for name in names:
        if name not in known:
            meant = nearest(name.upper(), sorted(known))
            raise Misuse(
                name,
                "must be a control of policies/controls.yaml",
                got="no such control",
                hint=f"did you mean {meant}?" if meant else None,
            )
    return tuple(known[name] for name in sorted(set(names))) if names else tuple(controls)


def wanted_by(rules: Rules, chosen: Sequence[Control]) -> frozenset[str]:
    """Name the verifiers that must be heard to judge some controls."""
    wanted = frozenset(verifier for each in chosen for verifier in each.verifiers)
    if wanted & {WAIVERS, EVIDENCE}:
        # Whether a waiver is used, and what the evidence holds, takes every judgement.
        return frozenset(verifier for each in rules.controls for verifier in each.verifiers)
    return wanted


def review_plans(
    rules: Rules,
    chosen: Sequence[Control],
    families: Sequence[Family],
    plans: Plans,
    facts: Facts,
    exported: Mapping[str, Any],
    progress: Progress,
) -> Reviewed:
    """Hear the verifiers and make the review of the controls that are asked for."""
    wanted = wanted_by(rules, chosen)
    heard = hear([each for each in families if wanted & set(each.verifiers)], progress)
    names = {each.id for each in chosen}

    def joined(heard: Heard) -> Review:
        whole = join(
            rules.controls, heard.judgements, rules.waivers, rules.today, unheard=heard.unheard
        )
        kept = tuple(each for each in whole.controls if each.control.id in names)
        return Review(whole.today, kept, whole.faults)

    review = joined(heard)
    progress("evidence")
    judged = tuple(
        judge_evidence(each.id, document(review, facts), exported, plans.by_root)
        for each in chosen
        if EVIDENCE in each.verifiers
    )
    if judged:
        review = joined(Heard((*heard.judgements, *judged), heard.unheard))
    return Reviewed(review, document(review, facts), exported)
