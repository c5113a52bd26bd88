"""Judges whether a review leaves evidence that tells what was judged, by which tools, and how."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from policies.report.evidence import bundle, check
from policies.verdict import Finding, Judgement, Source, Verdict

VERIFIER = "tool:evidence"
_DIGEST = re.compile(r"^[0-9a-f]{64}$")


def judge_evidence(
    control: str,
    document: Mapping[str, Any],
    model: Mapping[str, Any],
    roots: Collection[str],
) -> Judgement:
    """Judge the evidence of a review; ``roots`` are those whose plans it was made from.

    The archive is made and read back, so that what is judged is what an auditor would get.
    """
    told = [*check(bundle(document, model)), *_plans(document, roots), *_tools(document)]
    findings = tuple(
        Finding(
            control,
            VERIFIER,
            Verdict.VIOLATED,
            Source("", each.partition(":")[0]),
            each,
        )
        for each in told
    )
    verdict = Verdict.VIOLATED if findings else Verdict.HOLDS
    judged = ("evidence", *sorted(document["plans"]))
    return Judgement(control, VERIFIER, verdict, judged, findings)


def _plans(document: Mapping[str, Any], roots: Collection[str]) -> list[str]:
    told = []
    for root in sorted({*roots, *document["plans"]}):
        digest = document["plans"].get(root, "nothing")
        if root not in roots:
            told.append(
                f"{root}: must be judged where its plan is in the evidence, got no judgement"
            )
        elif not _DIGEST.match(digest):
            told.append(f"{root}: must have the SHA-256 of its plan, got {digest}")
    return told or ([] if roots else ["evidence: must name the plans it is made from, got none"])


def _tools(document: Mapping[str, Any]) -> list[str]:
    tools = document["tools"]
    if not tools:
        return ["evidence: must name the tools that judged, got none"]
    return [
        f"{name}: must have a version, got {version!r}"
        for name, version in sorted(tools.items())
        if not version or version == "unknown"
    ]
