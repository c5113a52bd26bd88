"""Who judges what: every family of verifiers, bound to the plans that it judges."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from pipelines.organization import load_organization
from policies.checks.plan import judge as judge_checks
from policies.iam.reference import load_reference
from policies.invariants.findings import verifier
from policies.invariants.invariant import Invariant
from policies.invariants.judging import Judge
from policies.invariants.network import judge_networks
from policies.invariants.reading import read_invariants
from policies.invariants.words import words_of
from policies.model import Model
from policies.registry import Control, controls_by_verifier
from policies.review.dialect import judge_dialect
from policies.review.inline_skips import VERIFIER as INLINE_SKIPS
from policies.review.inline_skips import judge_inline_skips
from policies.review.shown import VERIFIER as SHOWN
from policies.review.shown import judge_shown
from policies.review.verification import Family
from policies.verdict import Judgement
from scripts.checkov import judged_by_checkov


def families_of(
    root: Path, controls: Sequence[Control], model: Model, wanted: Collection[str]
) -> list[Family]:
    """Bind every family to a checkout and its model; only what the registry names is judged.

    ``wanted`` are the verifiers that are asked for, where leaving out the others saves time.
    """
    named = {
        name: tuple(control.id for control in each)
        for name, each in controls_by_verifier(controls).items()
    }

    def those(prefix: str) -> tuple[str, ...]:
        return tuple(sorted(each for each in named if each.startswith(prefix)))

    def inline_skips() -> Iterable[Judgement]:
        return [judge_inline_skips(each, root) for each in named.get(INLINE_SKIPS, ())]

    def checkov() -> Iterable[Judgement]:
        kinds = {account.key: account.kind for account in model.accounts.values()}
        return judged_by_checkov(controls, model.resources, kinds, root)

    def shown() -> Iterable[Judgement]:
        return [judge_shown(each, controls, root) for each in named.get(SHOWN, ())]

    return [
        Family("checkov", those("CKV"), checkov, apart=True),
        Family("checks", those("check:"), lambda: judge_checks(model)),
        Family("dialect", those("lint:"), lambda: judge_dialect(controls, model, load_reference())),
        Family("networks", those("network:"), lambda: judge_networks(model, named)),
        Family("fixtures", (SHOWN,), shown),
        Family("comments", (INLINE_SKIPS,), inline_skips),
        *_invariants(root, those("invariant:"), model, wanted),
    ]


def _invariants(
    root: Path, named: Collection[str], model: Model, wanted: Collection[str]
) -> Iterator[Family]:
    # One family each: a claim on which the prover fails leaves the others decided. They share
    # what was encoded.
    @cache
    def judge() -> Judge:
        return Judge(model, load_reference(), words_of(load_organization(root)))

    def bound(invariant: Invariant) -> Callable[[], Iterable[Judgement]]:
        return lambda: judge().judge_one(invariant)

    # A claim that no control names is judged too: the review then says that it is in vain.
    asked = [
        each
        for each in read_invariants()
        if verifier(each) in wanted or verifier(each) not in named
    ]
    for number, each in enumerate(asked, start=1):
        name = f"claim {number} of {len(asked)}, {each.id}"
        yield Family(name, (verifier(each),), bound(each))
