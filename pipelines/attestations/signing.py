"""Signing with a key of AWS KMS, for securesystemslib.

Their own AWSSigner makes a boto3 client by itself, from whatever the surroundings say; here clients
are passed in, so that a build, a person and a test each sign as who they are.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Protocol

from securesystemslib.signer import Key, SecretsHandler, Signature, Signer, SSlibKey

from pipelines.attestations.keys import PublicKey
from pipelines.aws_call import aws_call
from pipelines.errors import Finding

ALGORITHM = "ECDSA_SHA_256"


class PublicKeyClient(Protocol):
    """The operation of the `kms` client that tells a public key."""

    def get_public_key(self, **request: Any) -> dict[str, Any]: ...


class KmsClient(PublicKeyClient, Protocol):
    """The operations of the `kms` client that are used here."""

    def sign(self, **request: Any) -> dict[str, Any]: ...


@dataclass(frozen=True)
class KmsKey:
    """A signing key in KMS: its own ARN and its public half."""

    arn: str
    public_key: PublicKey


class KmsSigner(Signer):
    """Signs with one key; KMS gets the digest only, because it takes no more than 4096 bytes."""

    def __init__(self, client: KmsClient, key: str, public_key: PublicKey) -> None:
        self._client = client
        self._key = key  # ARN of the key, or of its alias where a policy asks for that
        self._public_key = public_key.verifier()

    @property
    def public_key(self) -> SSlibKey:
        """The public half, named by our keyid."""
        return self._public_key

    @classmethod
    def from_priv_key_uri(
        cls, priv_key_uri: str, public_key: Key, secrets_handler: SecretsHandler | None = None
    ) -> KmsSigner:
        """Refuse: a signer found by a text alone would have to make its own client."""
        raise ValueError(f"{priv_key_uri} needs a client; use KmsSigner itself")

    def sign(self, payload: bytes) -> Signature:
        """Sign some bytes; raises EnvironmentFault with what KMS said."""
        with aws_call(self._key, "must sign for this role"):
            answer = self._client.sign(
                KeyId=self._key,
                Message=hashlib.sha256(payload).digest(),
                MessageType="DIGEST",
                SigningAlgorithm=ALGORITHM,
            )
        return Signature(self._public_key.keyid, bytes(answer["Signature"]).hex())


def ask_public_key(client: PublicKeyClient, key: str) -> KmsKey:
    """Ask KMS for the public half of a signing key, by the ARN of the key or of its alias.

    Raises EnvironmentFault with what KMS said, and Finding for a key that is none of ours: another
    curve, another use, or another key than the one that was asked for.
    """
    with aws_call(key, "must tell its public key to this role"):
        answer = client.get_public_key(KeyId=key)
    algorithms = answer.get("SigningAlgorithms") or []
    if algorithms != [ALGORITHM]:
        raise Finding(
            key, f"must be a key for {ALGORITHM} only", got=", ".join(algorithms) or "none"
        )
    found = str(answer["KeyId"])
    if ":key/" in key and found != key:
        raise Finding(key, "must answer as itself", got=found)
    return KmsKey(found, PublicKey.from_der(key, bytes(answer["PublicKey"])))


def kms_signer(client: KmsClient, key: str) -> KmsSigner:
    """Make the signer of a key, by its ARN or its alias; asks KMS for the public half."""
    return KmsSigner(client, key, ask_public_key(client, key).public_key)
