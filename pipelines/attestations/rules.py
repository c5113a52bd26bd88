"""The rules by which a target account believes a release, asked before it creates anything."""

from __future__ import annotations

from pipelines.attestations.envelope import open_envelope
from pipelines.attestations.evidence import (
    CLOCK_TOLERANCE,
    Document,
    Evidence,
    Expectation,
    KnownPerson,
    Signed,
    Stage,
    TestEvidence,
    Verified,
)
from pipelines.attestations.keys import SignerKind, TrustedKeys
from pipelines.attestations.moments import spell
from pipelines.attestations.refusal import RULES, Refused, Rule, asking
from pipelines.attestations.release_statement import ReleaseStatement
from pipelines.attestations.rules_of_approvals import judge_approvals
from pipelines.attestations.rules_of_stops import check_freezes, check_revocations
from pipelines.attestations.rules_of_tests import judge_tests
from pipelines.canonical import sha256_of
from pipelines.errors import Finding

__all__ = [
    "RULES",
    "Document",
    "Evidence",
    "Expectation",
    "KnownPerson",
    "Refused",
    "Rule",
    "Signed",
    "Stage",
    "TestEvidence",
    "Verified",
    "judge",
]


def judge(evidence: Evidence, trusted: TrustedKeys, expected: Expectation) -> Verified:
    """Tell that a release may be deployed into an account, and on the strength of what.

    Raises Refused by the first of RULES that does not hold. Staging asks for no tests, which are
    made there, and for approvals only where the organisation wants some before it.
    """
    signed = _judge_release(evidence, trusted, expected)
    with asking("not-revoked"):
        check_revocations(evidence.revocations, signed.statement.release, trusted, expected)
    with asking("not-frozen"):
        check_freezes(evidence.freezes, trusted, expected)
    staging = expected.stage is Stage.STAGING
    if staging and not expected.required_approvals:
        return Verified(signed)
    tests = () if staging else judge_tests(evidence.tests, signed, trusted, expected)
    approvals, passed_over = judge_approvals(evidence.approvals, signed, tests, trusted, expected)
    return Verified(signed, tests, approvals, passed_over)


def _judge_release(evidence: Evidence, trusted: TrustedKeys, expected: Expectation) -> Signed:
    address = evidence.statement.address
    with asking("signature-of-release"):
        keys = trusted.of(SignerKind.BUILD, account=expected.home)
        opened = open_envelope(address, evidence.statement.content, keys)
    with asking("statement-is-of-these-bytes"):
        statement = ReleaseStatement.parse(address, opened.statement)
        _check_bytes(evidence.release, statement)
    with asking("meant-for-this-account"):
        _check_meant(statement, expected)
    with asking("promoted-as-told-here"):
        _check_way(statement, expected)
    with asking("of-this-execution"):
        _check_execution(address, statement, expected)
    with asking("source-is-the-stated-one"):
        _check_source(address, statement, expected)
    with asking("gate-passed"):
        _check_gate(address, statement)
    return Signed(statement, opened.payload_sha256, opened.key)


def _check_bytes(document: Document, statement: ReleaseStatement) -> None:
    # The statement's own release was parsed from its canonical bytes, so equal digests mean
    # equal documents, down to the byte.
    found = sha256_of(document.content)
    if found != statement.release.sha256:
        raise Finding(
            document.address, f"must have the signed digest {statement.release.sha256}", got=found
        )


def _check_meant(statement: ReleaseStatement, expected: Expectation) -> None:
    release = statement.release
    if release.model != expected.model:
        raise Finding(
            f"release {release.id}", f"must be of the model {expected.model}", got=release.model
        )
    release.configuration_of(expected.account)


def _check_way(statement: ReleaseStatement, expected: Expectation) -> None:
    release = statement.release
    if expected.promotes not in (None, release.promotes):
        raise Finding(
            f"release {release.id}",
            f"must promote {expected.promotes}, as account {expected.account} says of its models",
            got=release.promotes,
            hint="apply this account with the organization.yaml of the release",
        )


def _check_execution(address: str, statement: ReleaseStatement, expected: Expectation) -> None:
    for what, wanted, found in (
        ("execution", expected.execution_id, statement.execution_id),
        ("package", expected.package_arn, statement.release.package_arn),
    ):
        if found != wanted:
            raise Finding(address, f"must be made for the {what} {wanted}", got=found)
    if statement.made_at > expected.now + CLOCK_TOLERANCE:
        raise Finding(
            address,
            f"must have been made before {spell(expected.now)}",
            got=spell(statement.made_at),
        )


def _check_source(address: str, statement: ReleaseStatement, expected: Expectation) -> None:
    for what, stated, found in (
        ("Terraform", statement.terraform_sha256, expected.terraform_sha256),
        ("guardrails", statement.guardrails_sha256, expected.guardrails_sha256),
    ):
        if found is not None and stated != found:
            raise Finding(
                address, f"must be about the {what} of this source, with digest {found}", got=stated
            )


def _check_gate(address: str, statement: ReleaseStatement) -> None:
    for result in statement.gate:
        if not result.passed:
            raise Finding(
                address, f"must have passed the gate's rule {result.rule}", got=result.detail
            )
