"""A review as one JSON document, from which every other report is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from policies.registry import Control, Origin
from policies.report.requests import as_json
from policies.review.reviewed import Review, Reviewed, Waived, fingerprints
from policies.verdict import Finding, Judgement
from policies.waivers import Waiver


@dataclass(frozen=True)
class Facts:
    """What a review was made from, and what goes with it: digests, versions, reach."""

    plans: Mapping[str, str] = field(default_factory=dict)
    tools: Mapping[str, str] = field(default_factory=dict)
    waivers: Sequence[Waiver] = ()
    reach: Mapping[str, Any] | None = None
    difference: Mapping[str, Any] | None = None


def document(review: Review, facts: Facts) -> dict[str, Any]:
    """Make the document; equal reviews of equal plans on one day give equal documents."""
    made: dict[str, Any] = {
        "date": review.today.isoformat(),
        "fails": review.fails,
        "counts": {verdict.value: count for verdict, count in review.counts.items()},
        "faults": list(review.faults),
        "plans": dict(sorted(facts.plans.items())),
        "tools": dict(sorted(facts.tools.items())),
        "controls": [_reviewed(each) for each in review.controls],
        "findings": findings(review),
        "waivers": [waiver_fields(each, review) for each in facts.waivers],
    }
    if facts.reach is not None:
        made["reach"] = facts.reach
    if facts.difference is not None:
        made["difference"] = facts.difference
    return made


def findings(review: Review) -> list[dict[str, Any]]:
    """List every finding, waived ones too, in an order that depends on names only."""
    covers = {id(each.finding): each for each in review.waived}
    severity = {each.control.id: each.control.severity.value for each in review.controls}
    every = [
        finding
        for each in review.controls
        for finding in (*each.open, *(waived.finding for waived in each.waived))
    ]
    return [
        _finding(each, severity[each.control], name, covers.get(id(each)))
        for each, name in fingerprints(every)
    ]


def control_fields(control: Control) -> dict[str, Any]:
    """Write what the registry says about a control."""
    return {
        "id": control.id,
        "sentence": control.sentence,
        "severity": control.severity.value,
        "verifiers": list(control.verifiers),
        "stages": [each.value for each in control.stages],
        "sources": [in_words(each) for each in control.sources],
    }


def in_words(origin: Origin) -> str:
    """Write a source: its items, and whether it says this itself or we read it so."""
    read = "" if origin.published else " (our reading)"
    return f"{origin.framework.title}: {', '.join(origin.items)}{read}"


def waived_in_words(count: int) -> str:
    """Say how many violations are waived."""
    return "1 violation is waived" if count == 1 else f"{count} violations are waived"


def waiver_fields(waiver: Waiver, review: Review) -> dict[str, Any]:
    """Write a waiver with the days that are left to it and why it does not count, if so."""
    return {
        "control": waiver.control,
        "root": waiver.root,
        "address": waiver.address,
        "reason": waiver.reason,
        "compensating_control": waiver.compensating_control,
        "owner": waiver.owner,
        "approver": waiver.approver,
        "created": waiver.created,
        "expires": waiver.expires,
        "days_left": waiver.days_left(review.today),
        "fault": waiver.fault(review.today),
    }


def _reviewed(each: Reviewed) -> dict[str, Any]:
    return control_fields(each.control) | {
        "verdict": each.verdict.value,
        "fails": each.fails,
        "judgements": [_judgement(one) for one in each.judgements],
        "waived": len(each.waived),
    }


def _judgement(judgement: Judgement) -> dict[str, Any]:
    return {
        "verifier": judgement.verifier,
        "verdict": judgement.verdict.value,
        "judged": list(judgement.judged),
        "assumptions": list(judgement.assumptions),
        "findings": len(judgement.findings),
    }


def _finding(
    finding: Finding, severity: str, fingerprint: str, waived: Waived | None
) -> dict[str, Any]:
    return {
        "control": finding.control,
        "severity": severity,
        "verifier": finding.verifier,
        "verdict": finding.verdict.value,
        "root": finding.source.root,
        "address": finding.source.address,
        "file": finding.source.file,
        "line": finding.source.line,
        "sentence": finding.sentence,
        "hint": finding.hint,
        "request": as_json(finding.request) if finding.request else None,
        "fingerprint": fingerprint,
        "waived": _cover(waived),
    }


def _cover(waived: Waived | None) -> dict[str, Any] | None:
    if waived is None:
        return None
    return {
        "reason": waived.waiver.reason,
        "compensating_control": waived.waiver.compensating_control,
        "owner": waived.waiver.owner,
        "approver": waived.waiver.approver,
        "expires": waived.waiver.expires,
        "days_left": waived.days_left,
    }
