"""Who signs in these tests, and a release that everybody has signed as they should."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from securesystemslib.dsse import Envelope
from securesystemslib.signer import CryptoSigner

from pipelines.attestations.approval import Approval, Decision, approve
from pipelines.attestations.envelope import PAYLOAD_TYPE, sign
from pipelines.attestations.keys import PinnedKey, PublicKey, SignerKind, TrustedKeys
from pipelines.attestations.moments import compact
from pipelines.attestations.release_statement import (
    Actors,
    Author,
    GateResult,
    ReleaseStatement,
)
from pipelines.attestations.rules import (
    Document,
    Evidence,
    Expectation,
    KnownPerson,
    Refused,
    Stage,
    TestEvidence,
    Verified,
    judge,
)
from pipelines.attestations.statement import Statement
from pipelines.attestations.test_attestation import TestAttestation
from pipelines.canonical import canonical_json, sha256_of
from pipelines.errors import Finding
from pipelines.promotion.release import (
    Configuration,
    Data,
    ExactObject,
    ImageReference,
    Release,
)

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
HOME = "data-science"
MODEL = "breast-cancer"
PACKAGE = "arn:aws:sagemaker:eu-west-1:111111111111:model-package/gatehouse-breast-cancer/3"
EXECUTION = "11111111-2222-3333-4444-555555555555"
TERRAFORM = "1" * 64
GUARDRAILS = "2" * 64
REPORT = b'{"passed":true}'


@dataclass(frozen=True)
class Holder:
    """A private key, and how its public half would be pinned."""

    private: EllipticCurvePrivateKey
    key: PinnedKey

    @property
    def signer(self) -> CryptoSigner:
        """What signs with it."""
        return CryptoSigner(self.private, self.key.public_key.verifier())


@cache
def holder(
    signer: SignerKind, account: str = HOME, person: str | None = None, number: int = 1
) -> Holder:
    """Make a key for a signer; another number is another key."""
    private = generate_private_key(SECP256R1())
    der = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    arn = f"arn:aws:kms:eu-west-1:111111111111:key/{len(account)}-{person}-{number}"
    return Holder(private, PinnedKey(signer, account, person, arn, PublicKey.from_der("key", der)))


def builder(number: int = 1) -> Holder:
    """The build."""
    return holder(SignerKind.BUILD, number=number)


def staging_key(account: str = "staging", number: int = 1) -> Holder:
    """The test of a staging account."""
    return holder(SignerKind.TEST, account, number=number)


def approver(person: str, number: int = 1) -> Holder:
    """A person's own key."""
    return holder(SignerKind.APPROVAL, person=person, number=number)


def trusted() -> TrustedKeys:
    """What a target has pinned; sofia and milo have keys, too."""
    people = [approver(person) for person in ("milo", "rita", "rob", "sofia")]
    holders = [builder(), staging_key(), staging_key("trial"), *people]
    return TrustedKeys(tuple(one.key for one in holders))


PEOPLE = (
    KnownPerson("lena", "lena@example.com", approves=False),
    KnownPerson("milo", "milo@example.com", approves=False),
    KnownPerson("rita", "rita@example.com", approves=True),
    KnownPerson("rob", "rob@example.com", approves=True),
    KnownPerson("sofia", "Sofia@example.com", approves=True),
)


def exact(name: str, digit: str) -> ExactObject:
    """An object of a release."""
    return ExactObject(f"s3://models/breast-cancer/{name}", "v.1-a_B", digit * 64)


RELEASE = Release(
    model=MODEL,
    package_arn=PACKAGE,
    archive=exact("model.tar.gz", "a"),
    image=ImageReference(
        "111111111111", "eu-west-1", "gatehouse-data-science/model", "sha256:" + "b" * 64
    ),
    definition_sha256="c" * 64,
    evaluation=exact("evaluation.json", "d"),
    holdout=exact("holdout.csv", "e"),
    predictions=exact("predictions.csv", "f"),
    data=Data("s3://data/raw.csv", "0" * 64),
    commit="e" * 40,
    configuration={
        "staging": Configuration("ml.m5.large", 1),
        "trial": Configuration("ml.m5.large", 1),
        "production": Configuration("ml.m5.large", 2),
    },
)

STATEMENT = ReleaseStatement(
    release=RELEASE,
    execution_id=EXECUTION,
    made_at=NOW - timedelta(hours=2),
    actors=Actors(Author("sofia@example.com", "sofia"), "sofia", "lena", None),
    gate=(GateResult("threshold", True, "auc 0.99"), GateResult("commit-is-clean", True, "yes")),
    terraform_sha256=TERRAFORM,
    guardrails_sha256=GUARDRAILS,
)

TEST = TestAttestation(
    release_id=RELEASE.id,
    release_sha256=RELEASE.sha256,
    execution_id=EXECUTION,
    account="staging",
    made_at=NOW - timedelta(hours=1),
    report_sha256=sha256_of(REPORT),
    passed=True,
)


def unchecked(statement: Statement, by: Holder) -> bytes:
    """An envelope as a faulty program with a good key would make it."""
    envelope = Envelope(statement.content(), PAYLOAD_TYPE, {})
    envelope.sign(by.signer)
    return canonical_json(envelope.to_dict())


def approval(person: str = "rita", statement: ReleaseStatement = STATEMENT) -> Approval:
    """A person's approval of the release after its test."""
    made = NOW - timedelta(minutes=30)
    decision = Decision(
        person, ("production",), "better recall", "CHG-7", made, made + timedelta(hours=8)
    )
    return approve(statement, [TEST], decision)


def released(
    statement: ReleaseStatement = STATEMENT, by: Holder | None = None, bytes_of: Release = RELEASE
) -> Evidence:
    """Evidence of a release alone, as staging asks for it."""
    envelope = sign(statement.statement(), (by or builder()).signer)
    return Evidence(
        Document("release.json", bytes_of.content()), Document("release.dsse.json", envelope)
    )


def attested(test: TestAttestation = TEST, by: Holder | None = None) -> TestEvidence:
    """A test report and the envelope about it."""
    envelope = sign(test.statement(), (by or staging_key()).signer)
    return TestEvidence(
        Document("test-report.json", REPORT), Document("test-report.dsse.json", envelope)
    )


def approved(one: Approval | None = None, by: Holder | None = None) -> Document:
    """The envelope of an approval, signed by its approver if nobody else is named."""
    one = one or approval()
    envelope = sign(one.statement(), (by or approver(one.approver)).signer)
    return Document(f"{one.approver}-{compact(one.made_at)}.dsse.json", envelope)


def complete(
    tests: Sequence[TestEvidence] | None = None, approvals: Sequence[Document] | None = None
) -> Evidence:
    """Everything that production asks for."""
    return replace(
        released(),
        tests=tuple([attested()] if tests is None else tests),
        approvals=tuple([approved()] if approvals is None else approvals),
    )


PRODUCTION = Expectation(
    account="production",
    stage=Stage.PRODUCTION,
    home=HOME,
    model=MODEL,
    package_arn=PACKAGE,
    execution_id=EXECUTION,
    terraform_sha256=TERRAFORM,
    guardrails_sha256=GUARDRAILS,
    now=NOW,
    staging_accounts=frozenset({"staging"}),
    required_approvals=1,
    people=PEOPLE,
)
STAGING = replace(PRODUCTION, account="staging", stage=Stage.STAGING, required_approvals=0)


def judged(evidence: Evidence, expected: Expectation = PRODUCTION) -> Verified:
    """Judge evidence with the keys that are pinned."""
    return judge(evidence, trusted(), expected)


def refused(
    rule: str, evidence: Evidence, expected: Expectation = PRODUCTION, told: str = ""
) -> None:
    """Show that a rule refuses, with these words."""
    with pytest.raises(Refused, match=told) as found:
        judge(evidence, trusted(), expected)
    assert found.value.rule == rule, str(found.value)
    assert f"rule {rule}: " in str(found.value)
    assert isinstance(found.value, Finding)
