"""Controls, judgements and findings made by hand, to review without any plan."""

from __future__ import annotations

from datetime import date

from policies.iam import Principal, Request
from policies.registry import Control, Framework, Origin, Severity, Stage
from policies.verdict import Finding, Judgement, Source, Verdict
from policies.waivers import Waiver

TODAY = date(2026, 11, 23)
ADDRESS = "module.data.aws_s3_bucket.this"
REQUEST = Request.of(
    Principal.role("arn:aws:iam::111111111111:role/gatehouse-data-scientist", "sofia"),
    "s3:GetObject",
    "arn:aws:s3:::gatehouse-production-data/table.csv",
    {"aws:SourceVpce": "vpce-1"},
    resource_account="333333333333",
)


def control(
    name: str = "S3-11", *verifiers: str, severity: Severity = Severity.CRITICAL
) -> Control:
    """Make a control."""
    framework = Framework("nist-800-53", "NIST SP 800-53", "https://csrc.nist.gov/")
    return Control(
        name,
        f"What {name} requires holds everywhere.",
        severity,
        verifiers or ("check:one",),
        (Stage.PRODUCTION,),
        (Origin(framework, ("AC-3",), False),),
    )


def finding(
    name: str = "S3-11",
    verifier: str = "check:one",
    verdict: Verdict = Verdict.VIOLATED,
    *,
    address: str = ADDRESS,
    root: str = "production",
    got: str = "nothing",
    request: Request | None = None,
) -> Finding:
    """Make a finding."""
    return Finding(
        name,
        verifier,
        verdict,
        Source(root, address, "modules/secure-bucket/main.tf", 12),
        f"{address}: must have a key, got {got}",
        "give it the key of its purpose",
        request,
    )


def judgement(
    name: str = "S3-11",
    verifier: str = "check:one",
    verdict: Verdict = Verdict.HOLDS,
    *findings: Finding,
    assumptions: tuple[str, ...] = (),
) -> Judgement:
    """Make a judgement."""
    return Judgement(name, verifier, verdict, (ADDRESS,), findings, assumptions)


def waiver(name: str = "S3-11", **changed: str) -> Waiver:
    """Make a waiver of the finding that is made by default."""
    fields = {
        "control": name,
        "root": "production",
        "address": ADDRESS,
        "reason": "The bucket holds nothing but public samples.",
        "compensating_control": "A job empties the bucket every night.",
        "owner": "milo",
        "approver": "rita",
        "created": "2026-11-01",
        "expires": "2026-12-01",
    }
    return Waiver(**(fields | changed), line=7)
