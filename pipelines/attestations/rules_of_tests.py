"""What must hold of the tests in staging before a release goes to production."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.attestations.envelope import open_envelope
from pipelines.attestations.evidence import (
    CLOCK_TOLERANCE,
    Expectation,
    Signed,
    TestEvidence,
)
from pipelines.attestations.keys import SignerKind, TrustedKeys
from pipelines.attestations.moments import spell
from pipelines.attestations.refusal import asking
from pipelines.attestations.test_attestation import TestAttestation
from pipelines.canonical import sha256_of
from pipelines.errors import Finding


def judge_tests(
    evidence: Sequence[TestEvidence], signed: Signed, trusted: TrustedKeys, expected: Expectation
) -> tuple[TestAttestation, ...]:
    """Give the attestations of all staging accounts; raises Refused where one does not hold.

    Everything that is handed over must hold: one failed test is not outweighed by another.
    """
    with asking("tests-signed"):
        tests = [_signed(one, trusted, expected) for one in evidence]
        missing = expected.staging_accounts - {test.account for test in tests}
        if missing:
            raise Finding(
                f"release {signed.statement.release.id}",
                "must have a signed test attestation of every staging account",
                got=f"none of {', '.join(sorted(missing))}",
            )
    with asking("tests-passed"):
        for one, test in zip(evidence, tests, strict=True):
            if not test.passed:
                raise Finding(
                    one.envelope.address, "must attest a test that passed", got="one that failed"
                )
    with asking("tests-of-this-release"):
        for one, test in zip(evidence, tests, strict=True):
            _check_of_release(one, test, signed, expected)
    return tuple(dict.fromkeys(tests))


def _signed(one: TestEvidence, trusted: TrustedKeys, expected: Expectation) -> TestAttestation:
    address = one.envelope.address
    opened = open_envelope(address, one.envelope.content, trusted.of(SignerKind.TEST))
    test = TestAttestation.parse(address, opened.statement)
    if test.account != opened.key.account:
        raise Finding(
            address,
            f"must attest a test in {opened.key.account}, whose key it bears",
            got=test.account,
        )
    if test.account not in expected.staging_accounts:
        wanted = ", ".join(sorted(expected.staging_accounts))
        raise Finding(address, f"must attest a test in {wanted}", got=test.account)
    return test


def _check_of_release(
    one: TestEvidence, test: TestAttestation, signed: Signed, expected: Expectation
) -> None:
    address, statement = one.envelope.address, signed.statement
    for what, wanted, found in (
        ("release", statement.release.id, test.release_id),
        ("release with digest", statement.release.sha256, test.release_sha256),
        ("execution", expected.execution_id, test.execution_id),
        ("report with digest", sha256_of(one.report.content), test.report_sha256),
    ):
        if found != wanted:
            raise Finding(address, f"must attest the {what} {wanted}", got=found)
    # Both moments are clocks of AWS; they may differ by as much as any two.
    earliest = statement.made_at - CLOCK_TOLERANCE
    if not earliest <= test.made_at <= expected.now + CLOCK_TOLERANCE:
        raise Finding(
            address,
            f"must be made between {spell(earliest)} and now, {spell(expected.now)}",
            got=spell(test.made_at),
        )
