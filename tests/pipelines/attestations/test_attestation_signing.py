"""KMS signs digests with the key that was asked for, and no other answer is believed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pipelines.attestations.envelope import open_envelope, sign
from pipelines.attestations.keys import PinnedKey, SignerKind
from pipelines.attestations.signing import ask_public_key, kms_signer
from pipelines.errors import EnvironmentFault, Finding
from tests.pipelines.attestations.cast import STATEMENT

ARN = "arn:aws:kms:eu-west-1:111111111111:key/11111111-2222-3333-4444-555555555555"
ALIAS = "arn:aws:kms:eu-west-1:111111111111:alias/gatehouse-data-science-release-signing"


@dataclass
class Kms:
    """One key of KMS, which answers as AWS documents it."""

    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    algorithms: tuple[str, ...] = ("ECDSA_SHA_256",)
    arn: str = ARN
    denied: bool = False
    asked: list[dict[str, Any]] = field(default_factory=list)

    def get_public_key(self, **request: Any) -> dict[str, Any]:
        """Tell the public half."""
        self._refuse("GetPublicKey")
        der = self.private.public_key().public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )
        assert request in ({"KeyId": ARN}, {"KeyId": ALIAS})
        return {"KeyId": self.arn, "PublicKey": der, "SigningAlgorithms": list(self.algorithms)}

    def sign(self, **request: Any) -> dict[str, Any]:
        """Sign a digest."""
        self._refuse("Sign")
        self.asked.append(request)
        signature = self.private.sign(request["Message"], ec.ECDSA(Prehashed(SHA256())))
        return {"KeyId": self.arn, "Signature": signature}

    def _refuse(self, operation: str) -> None:
        if self.denied:
            error = {"Code": "AccessDeniedException", "Message": "not this role"}
            raise ClientError({"Error": error}, operation)


@pytest.mark.parametrize("name", [ARN, ALIAS])
def test_a_key_of_kms_signs_what_its_public_half_verifies(name: str) -> None:
    kms = Kms()
    told = ask_public_key(kms, name)
    assert told.arn == ARN
    pinned = PinnedKey(SignerKind.BUILD, "data-science", None, told.arn, told.public_key)
    content = sign(STATEMENT.statement(), kms_signer(kms, name))
    assert open_envelope("e", content, [pinned]).key == pinned


def test_kms_gets_the_digest_only() -> None:
    kms = Kms()
    sign(STATEMENT.statement(), kms_signer(kms, ALIAS))
    assert len(kms.asked[0].pop("Message")) == 32
    assert kms.asked == [
        {"KeyId": ALIAS, "MessageType": "DIGEST", "SigningAlgorithm": "ECDSA_SHA_256"}
    ]


def test_no_signer_is_made_without_a_client() -> None:
    signer = kms_signer(Kms(), ARN)
    with pytest.raises(ValueError, match="needs a client"):
        type(signer).from_priv_key_uri("awskms:x", signer.public_key)


@pytest.mark.parametrize("algorithms", [(), ("ECDSA_SHA_384",), ("ECDSA_SHA_256", "OTHER")])
def test_a_key_for_another_algorithm_is_refused(algorithms: tuple[str, ...]) -> None:
    with pytest.raises(Finding, match="must be a key for ECDSA_SHA_256 only"):
        ask_public_key(Kms(algorithms=algorithms), ARN)


def test_a_key_on_another_curve_is_refused() -> None:
    kms = Kms(private=ec.generate_private_key(ec.SECP256K1()))
    with pytest.raises(Finding, match="must be a key on the curve NIST P-256, got curve secp256k1"):
        ask_public_key(kms, ARN)


def test_another_key_than_the_one_asked_for_is_refused() -> None:
    with pytest.raises(Finding, match=r"must answer as itself, got .*9"):
        ask_public_key(Kms(arn=ARN[:-1] + "9"), ARN)


def test_what_kms_refuses_is_told() -> None:
    kms = Kms()
    signer = kms_signer(kms, ARN)
    kms.denied = True
    with pytest.raises(EnvironmentFault, match=r"must tell its public key .* got AccessDenied"):
        ask_public_key(kms, ARN)
    with pytest.raises(EnvironmentFault, match="must sign for this role, got AccessDenied"):
        sign(STATEMENT.statement(), signer)
