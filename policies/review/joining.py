"""Joins what verifiers say with the registry and the waivers; what nobody said is not decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from policies.registry import Control
from policies.review.reviewed import Review, Reviewed, Waived, order
from policies.verdict import Finding, Judgement, Source, Verdict, is_failing, worst
from policies.waivers import Waiver

WAIVERS = "tool:waivers"
WAIVER_FILE = "policies/waivers.yaml"
_Key = tuple[str, str]


def join(
    controls: Sequence[Control],
    judgements: Iterable[Judgement],
    waivers: Sequence[Waiver],
    today: date,
    *,
    unheard: Mapping[str, str] | None = None,
) -> Review:
    """Make a review; its order depends on names only.

    ``unheard`` tells for a verifier that came to no judgement what happened to it. A judgement
    that no control names is a fault of the review, as a verifier would otherwise judge in vain.
    """
    known = {each.id: each for each in controls}
    relevant = [each for each in waivers if each.control in known]
    said, faults = _sorted_out(known, judgements)
    reviewed = {
        each.id: _reviewed(each, said, unheard or {}, relevant, today)
        for each in controls
        if WAIVERS not in each.verifiers
    }
    used = {each.waiver for one in reviewed.values() for each in one.waived}
    for each in controls:
        if WAIVERS in each.verifiers:
            said[each.id, WAIVERS] = [judge_waivers(each.id, relevant, used, today)]
            reviewed[each.id] = _reviewed(each, said, unheard or {}, (), today)
    return Review(today, tuple(reviewed[name] for name in sorted(reviewed)), tuple(sorted(faults)))


def judge_waivers(
    control: str, waivers: Sequence[Waiver], used: Iterable[Waiver], today: date
) -> Judgement:
    """Judge the waivers: each must count today and cover something."""
    needed = set(used)
    findings = []
    for each in waivers:
        sentence = each.fault(today)
        if sentence is None and each not in needed:
            sentence = "must cover a violation that there is, got one that nothing violates"
        if sentence is not None:
            findings.append(_of_waiver(control, each, sentence))
    verdict = Verdict.VIOLATED if findings else Verdict.HOLDS
    judged = tuple(f"{WAIVER_FILE}:{each.line}" for each in waivers) or (WAIVER_FILE,)
    return Judgement(control, WAIVERS, verdict, judged, tuple(findings))


def _of_waiver(control: str, waiver: Waiver, sentence: str) -> Finding:
    address = f"waiver of {waiver.control} at {waiver.root}: {waiver.address}"
    return Finding(
        control,
        WAIVERS,
        Verdict.VIOLATED,
        Source("", address, WAIVER_FILE, waiver.line),
        f"{address}: {sentence}",
        "mend what is waived, or have the exception approved anew with a day of its own",
    )


def _sorted_out(
    known: Mapping[str, Control], judgements: Iterable[Judgement]
) -> tuple[dict[_Key, list[Judgement]], list[str]]:
    said: dict[_Key, list[Judgement]] = {}
    faults: set[str] = set()
    for each in judgements:
        control = known.get(each.control)
        if control is None or each.verifier not in control.verifiers:
            faults.add(
                f"policies/controls.yaml: {each.control} must name each verifier that judges it, "
                f"got a judgement of {each.verifier}"
            )
        else:
            said.setdefault((each.control, each.verifier), []).append(each)
    return said, sorted(faults)


def _reviewed(
    control: Control,
    said: Mapping[_Key, list[Judgement]],
    unheard: Mapping[str, str],
    waivers: Sequence[Waiver],
    today: date,
) -> Reviewed:
    judgements = tuple(
        _said(control.id, verifier, said.get((control.id, verifier), ()), unheard.get(verifier))
        for verifier in sorted(set(control.verifiers))
    )
    open_findings: list[Finding] = []
    waived: list[Waived] = []
    for finding in sorted((each for one in judgements for each in one.findings), key=order):
        cover = next(
            (each for each in waivers if each.covers(finding) and not each.fault(today)), None
        )
        if cover is None:
            open_findings.append(finding)
        else:
            waived.append(Waived(finding, cover, cover.days_left(today)))
    return Reviewed(control, judgements, tuple(open_findings), tuple(waived))


def _said(
    control: str, verifier: str, parts: Sequence[Judgement], happened: str | None
) -> Judgement:
    # Where a part of a verifier crashed, what its other parts say is not all there is to say.
    if parts and happened is None:
        return _merged(parts)
    return _merged([*parts, _silent(control, verifier, happened)])


def _merged(parts: Sequence[Judgement]) -> Judgement:
    # A verifier may speak once for each root. What it says and what it found must agree: the
    # worse of the two counts, and a bad verdict without a finding gets one that says so.
    findings = _each_once(each for part in parts for each in part.findings)
    verdict = worst([*(each.verdict for each in parts), *(each.verdict for each in findings)])
    whole = replace(
        parts[0],
        verdict=verdict,
        judged=tuple(sorted({each for part in parts for each in part.judged})),
        findings=findings,
        assumptions=tuple(sorted({each for part in parts for each in part.assumptions})),
    )
    if is_failing(verdict) and not findings:
        got = f"{verdict.value} without a finding"
        return replace(whole, findings=(_own_finding(whole.control, whole.verifier, verdict, got),))
    return whole


def _each_once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    kept: list[Finding] = []
    for each in sorted(findings, key=order):
        if not kept or kept[-1] != each:
            kept.append(each)
    return tuple(kept)


def _silent(control: str, verifier: str, happened: str | None) -> Judgement:
    finding = _own_finding(control, verifier, Verdict.NOT_DECIDED, happened or "no judgement")
    return Judgement(control, verifier, Verdict.NOT_DECIDED, (), (finding,))


def _own_finding(control: str, verifier: str, verdict: Verdict, got: str) -> Finding:
    sentence = f"{verifier}: must judge {control} and say what it found, got {got}"
    return Finding(control, verifier, verdict, Source("", verifier), sentence)
