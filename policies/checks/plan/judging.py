"""Runs the checks on a model and says of each control what they found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policies.checks.plan.claims import Doubt, Outcome, undecided
from policies.checks.plan.table import CHECKS, Check
from policies.model import Model
from policies.verdict import Finding, Judgement, Source, Verdict, worst


def verifiers() -> tuple[str, ...]:
    """Return the names of all checks, as the registry of controls has them."""
    return tuple(f"check:{name}" for name in CHECKS)


def judge(model: Model, checks: Mapping[str, Check] = CHECKS) -> Iterator[Judgement]:
    """Judge a model by each check, in the order of their names."""
    for name in sorted(checks):
        check, verifier = checks[name], f"check:{name}"
        outcome = _outcome(verifier, check, model)
        findings = tuple(_finding(check.control, verifier, doubt) for doubt in outcome.doubts)
        kept = tuple(sorted(dict.fromkeys(findings), key=lambda it: (it.source.root, it.sentence)))
        yield Judgement(
            check.control,
            verifier,
            worst(it.verdict for it in kept) if kept else Verdict.HOLDS,
            tuple(sorted({f"{it.root}: {it.address}" for it in outcome.judged})),
            kept,
        )


def _outcome(verifier: str, check: Check, model: Model) -> Outcome:
    # A defect of one check must leave its own control undecided, not those of all checks.
    try:
        return check.claim(model)
    except Exception as error:
        place = Source("", verifier)
        got = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        hint = "report this as a defect of the check"
        return Outcome((), (undecided(place, "must come to an end", got, hint),))


def _finding(control: str, verifier: str, doubt: Doubt) -> Finding:
    return Finding(
        control,
        verifier,
        doubt.verdict,
        doubt.source,
        f"{doubt.source.address}: {doubt.must}, got {doubt.got}",
        doubt.hint,
    )
