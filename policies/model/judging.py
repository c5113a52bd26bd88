"""What is wrong with the plans themselves, as a judgement: nothing of it is passed over."""

from __future__ import annotations

from policies.model.facts import Problem
from policies.model.model import Model
from policies.verdict import Finding, Judgement, Verdict, worst

VERIFIER = "check:policies-known"


def judge_model(control: str, model: Model) -> Judgement:
    """Judge whether everything that a review rests on is known and well formed.

    A rule of AWS that is broken is violated; what is missing, unknown or ambiguous is not
    decided.
    """
    findings = tuple(_finding(control, each) for each in model.problems)
    verdict = worst(each.verdict for each in findings) if findings else Verdict.HOLDS
    judged = sorted({f"{each.source.root}: {each.source.address}" for each in model.policies})
    if not judged and not findings:
        verdict = Verdict.NOT_DECIDED
    return Judgement(control, VERIFIER, verdict, tuple(judged), findings)


def _finding(control: str, problem: Problem) -> Finding:
    return Finding(
        control,
        VERIFIER,
        Verdict.VIOLATED if problem.violated else Verdict.NOT_DECIDED,
        problem.source,
        f"{problem.source.address}: {problem.must_hold}, got {problem.got}",
        problem.hint,
    )
