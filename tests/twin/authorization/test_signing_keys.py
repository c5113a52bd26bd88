"""Keys that sign: who signs with them, and what is signed, is what AWS would say, over HTTP."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from tests.twin.authorization.strict import Person, Strict, allow
from tests.twin.engines.accounts import PRODUCTION, REGION, STAGING, TOOLS, unique
from twin.identity import SessionRequest

_MESSAGE = b"what is signed " * 400
_ONE_WAY = {"kms:SigningAlgorithm": "ECDSA_SHA_256", "kms:MessageType": ["DIGEST", "RAW"]}
_SHOWS = ("kms:DescribeKey", "kms:GetPublicKey")


@dataclass(frozen=True)
class Signing:
    """A key that signs for Rita, and the roles around it."""

    key: str
    alias: str
    manager: Person
    applier: Person
    stranger: Person

    def sign(self, person: str | None, **request: Any) -> dict[str, Any]:
        """Sign as the release manager in a session of a person."""
        role = self.manager.role_arn
        session = SessionRequest(role, unique("try"), source_identity=person)
        credentials = self.manager.lab.twin.identities.add_session(session)[1]
        kms = self.manager.lab.twin.client("kms", credentials, REGION)
        digest = hashlib.sha256(_MESSAGE).digest()
        asked = {
            "KeyId": self.key,
            "Message": digest,
            "MessageType": "DIGEST",
            "SigningAlgorithm": "ECDSA_SHA_256",
        }
        answer: dict[str, Any] = kms.sign(**asked | request)
        return answer

    def refused(self, person: str | None, **request: Any) -> str:
        """Return the code with which signing is refused."""
        with pytest.raises(ClientError) as caught:
            self.sign(person, **request)
        return str(caught.value.response["Error"]["Code"])


@pytest.fixture(scope="module")
def signing(strict: Strict) -> Signing:
    """Lay a key out as modules/signing-key does."""
    manager = strict.person(allow("kms:Sign", *_SHOWS))
    applier = strict.person(allow(*_SHOWS), account_id=PRODUCTION)
    stranger = strict.person(allow(*_SHOWS), account_id=STAGING)
    readers = [manager.role_arn, applier.role_arn]
    accounts = [f"arn:aws:iam::{each}:root" for each in (TOOLS, PRODUCTION)]
    administration = ("kms:CreateAlias", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion")
    own = {"Principal": {"AWS": accounts[0]}}
    policy = [
        allow(*administration) | own,
        allow(
            "kms:Sign",
            ArnEquals={"aws:PrincipalArn": manager.role_arn},
            StringEquals={"aws:SourceIdentity": "rita", **_ONE_WAY},
        )
        | own,
        allow(*_SHOWS, ArnEquals={"aws:PrincipalArn": readers}) | {"Principal": {"AWS": accounts}},
    ]
    kms = strict.lab.client("kms")
    made = kms.create_key(
        KeySpec="ECC_NIST_P256",
        KeyUsage="SIGN_VERIFY",
        Policy=json.dumps({"Version": "2012-10-17", "Statement": policy}),
    )["KeyMetadata"]
    alias = f"alias/{unique('approval')}"
    kms.create_alias(AliasName=alias, TargetKeyId=made["KeyId"])
    key = str(made["Arn"])
    return Signing(key, f"{key.partition(':key/')[0]}:{alias}", manager, applier, stranger)


def _public_half(signing: Signing, name: str) -> ec.EllipticCurvePublicKey:
    answer = signing.applier.client("kms").get_public_key(KeyId=name)
    assert (answer["KeyId"], answer["KeySpec"]) == (signing.key, "ECC_NIST_P256")
    assert answer["KeyUsage"] == "SIGN_VERIFY"
    assert answer["SigningAlgorithms"] == ["ECDSA_SHA_256"]
    found = load_der_public_key(answer["PublicKey"])
    assert isinstance(found, ec.EllipticCurvePublicKey)
    return found


def test_what_a_digest_was_signed_of_is_verified_with_the_half_that_another_account_reads(
    signing: Signing,
) -> None:
    answer = signing.sign("rita")
    assert (answer["KeyId"], answer["SigningAlgorithm"]) == (signing.key, "ECDSA_SHA_256")

    for name in (signing.key, signing.alias):
        public = _public_half(signing, name)
        public.verify(answer["Signature"], _MESSAGE, ec.ECDSA(SHA256()))
        digest = hashlib.sha256(_MESSAGE).digest()
        public.verify(answer["Signature"], digest, ec.ECDSA(utils.Prehashed(SHA256())))


def test_a_message_is_signed_as_it_is_by_any_name_of_the_key(signing: Signing) -> None:
    public = _public_half(signing, signing.key)
    for name in (signing.key, signing.alias):
        signed = signing.sign("rita", KeyId=name, Message=b"short", MessageType="RAW")
        assert signed["KeyId"] == signing.key
        public.verify(signed["Signature"], b"short", ec.ECDSA(SHA256()))
        with pytest.raises(InvalidSignature):
            public.verify(signed["Signature"], b"other", ec.ECDSA(SHA256()))


@pytest.mark.parametrize("person", ["milo", "RITA", None])
def test_a_session_of_anybody_else_signs_nothing(signing: Signing, person: str | None) -> None:
    assert signing.refused(person) == "AccessDeniedException"


def test_nothing_is_signed_another_way(signing: Signing) -> None:
    assert signing.refused("rita", SigningAlgorithm="ECDSA_SHA_384") == "AccessDeniedException"
    assert signing.refused("rita", MessageType="EXTERNAL_MU") == "AccessDeniedException"


def test_neither_administrators_nor_readers_sign(signing: Signing, strict: Strict) -> None:
    request = {
        "KeyId": signing.key,
        "Message": b"x",
        "MessageType": "RAW",
        "SigningAlgorithm": "ECDSA_SHA_256",
    }
    with pytest.raises(ClientError, match="AccessDenied"):
        strict.lab.client("kms").sign(**request)
    assert signing.applier.refused("kms", "sign", **request).code == "AccessDeniedException"


def test_the_public_half_is_shown_to_nobody_else(signing: Signing) -> None:
    for name in (signing.key, signing.alias):
        asked = signing.stranger.refused("kms", "get_public_key", KeyId=name)
        assert asked.code == "AccessDeniedException"


def test_a_message_too_long_to_be_sent_is_refused_and_a_digest_has_its_length(
    signing: Signing,
) -> None:
    assert signing.refused("rita", Message=b"x" * 4097, MessageType="RAW") == "ValidationException"
    assert signing.refused("rita", Message=b"x" * 31) == "ValidationException"
