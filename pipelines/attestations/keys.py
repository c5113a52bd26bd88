"""The public keys that a target account has pinned: whose signatures it believes."""

from __future__ import annotations

import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_public_key,
)
from securesystemslib.signer import ECDSA_SHA2_NISTP256, KEY_TYPE_ECDSA, SSlibKey

from pipelines.attestations.documents import check, parse
from pipelines.canonical import canonical_json, sha256_of
from pipelines.errors import Finding, Misuse

_KIND = "trusted-keys"
# Of the 32 bytes of a fingerprint these are shown: what nobody can aim at, and people can compare.
_SHOWN_BYTES = 16


class SignerKind(StrEnum):
    """Who signs."""

    BUILD = "build"
    TEST = "test"
    APPROVAL = "approval"


@dataclass(frozen=True)
class PublicKey:
    """An ECDSA key on the curve P-256, as the bytes of its SubjectPublicKeyInfo (DER)."""

    der: bytes

    @classmethod
    def from_der(cls, address: str, der: bytes) -> PublicKey:
        """Take the key as KMS gives it; raises Finding for any other kind of key."""
        try:
            key = load_der_public_key(der)
        except (ValueError, UnsupportedAlgorithm) as error:
            raise Finding(address, "must be a public key in DER", got=str(error)) from error
        return cls(_spki(address, key))

    @classmethod
    def from_pem(cls, address: str, pem: str) -> PublicKey:
        """Take the key as the pinned document spells it; raises Finding for any other spelling."""
        try:
            key = load_pem_public_key(pem.encode())
        except (ValueError, UnsupportedAlgorithm) as error:
            raise Finding(address, "must be a public key in PEM", got=str(error)) from error
        made = cls(_spki(address, key))
        if made.pem != pem:
            raise Finding(address, "must be a public key in its one PEM form", got="another form")
        return made

    @property
    def pem(self) -> str:
        """The key as text."""
        text = binascii.b2a_base64(self.der, newline=False).decode()
        lines = [text[start : start + 64] for start in range(0, len(text), 64)]
        return "\n".join(["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""])

    @property
    def keyid(self) -> str:
        """SHA-256 of the key, in hexadecimal digits; it names the key in envelopes."""
        return sha256_of(self.der)

    @property
    def fingerprint(self) -> str:
        """The first half of the keyid, as two people read it to each other."""
        pairs = [self.keyid[at : at + 2] for at in range(0, 2 * _SHOWN_BYTES, 2)]
        return f"SHA256:{':'.join(pairs)}"

    def verifier(self) -> SSlibKey:
        """The key as securesystemslib verifies with it."""
        return SSlibKey(self.keyid, KEY_TYPE_ECDSA, ECDSA_SHA2_NISTP256, {"public": self.pem})


@dataclass(frozen=True)
class PinnedKey:
    """One key that is believed, and as whose."""

    signer: SignerKind
    account: str
    person: str | None
    key_arn: str
    public_key: PublicKey

    @property
    def keyid(self) -> str:
        """What names the key in envelopes."""
        return self.public_key.keyid

    @property
    def fingerprint(self) -> str:
        """What people compare."""
        return self.public_key.fingerprint

    @property
    def whose(self) -> str:
        """Whose key this is, in words; no two pinned keys have the same."""
        of = f" of {self.person}" if self.person else ""
        return f"{self.signer.value} key{of} in {self.account}"

    def document(self) -> dict[str, Any]:
        """Return the form in which the pinned document carries it."""
        return {
            "signer": self.signer.value,
            "account": self.account,
            "person": self.person,
            "key_arn": self.key_arn,
            "keyid": self.keyid,
            "public_key": self.public_key.pem,
        }


@dataclass(frozen=True)
class TrustedKeys:
    """All keys that a target has pinned; without any nothing verifies."""

    keys: tuple[PinnedKey, ...] = ()

    @classmethod
    def parse(cls, address: str, content: bytes) -> TrustedKeys:
        """Read the pinned document; raises Finding for anything but the one way to write it."""
        document = parse(address, _KIND, content)
        trusted = cls(tuple(_pinned(address, one) for one in document["keys"]))
        _check_distinct(address, trusted.keys)
        if trusted.content() != content:
            raise Finding(address, "must list its keys in order of signer, account and person")
        return trusted

    def document(self) -> dict[str, Any]:
        """Return the document; raises Finding where it would not follow its schema."""
        keys = [key.document() for key in sorted(self.keys, key=_place)]
        return check("trusted keys", _KIND, {"schema_version": 1, "keys": keys})

    def content(self) -> bytes:
        """Return the bytes of the document."""
        return canonical_json(self.document())

    def of(
        self, signer: SignerKind, account: str | None = None, person: str | None = None
    ) -> tuple[PinnedKey, ...]:
        """Give the keys of a signer, of one account or one person where asked for."""
        return tuple(
            key
            for key in self.keys
            if key.signer is signer
            and account in (None, key.account)
            and person in (None, key.person)
        )

    def merged(self, asked: Sequence[PinnedKey], *, replace: bool = False) -> TrustedKeys:
        """Pin keys beside those that are pinned.

        Raises Misuse where a key would replace another one and `replace` was not said, and
        Finding where one key would stand for two signers.
        """
        pinned = {_place(key): key for key in self.keys}
        for key in asked:
            known = pinned.get(_place(key))
            if known and known.keyid != key.keyid and not replace:
                raise Misuse(
                    key.whose,
                    f"is pinned as {known.fingerprint} and must stay so",
                    got=key.fingerprint,
                    hint="find out why it changed; then say --replace and --reason",
                )
            pinned[_place(key)] = key
        merged = TrustedKeys(tuple(pinned[place] for place in sorted(pinned)))
        _check_distinct("trusted keys", merged.keys)
        return merged

    def without(self, *keyids: str) -> TrustedKeys:
        """Give the keys that remain when some are believed no longer."""
        return TrustedKeys(tuple(key for key in self.keys if key.keyid not in keyids))


def _spki(address: str, key: object) -> bytes:
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        found = f"curve {key.curve.name}" if isinstance(key, EllipticCurvePublicKey) else "no ECC"
        raise Finding(address, "must be a key on the curve NIST P-256", got=found)
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _place(key: PinnedKey) -> tuple[str, str, str]:
    return key.signer.value, key.account, key.person or ""


def _pinned(address: str, one: dict[str, Any]) -> PinnedKey:
    public_key = PublicKey.from_pem(address, one["public_key"])
    if one["keyid"] != public_key.keyid:
        raise Finding(
            address, f"keyid must be {public_key.keyid}, that of its key", got=one["keyid"]
        )
    signer = SignerKind(one["signer"])
    return PinnedKey(signer, one["account"], one["person"], one["key_arn"], public_key)


def _check_distinct(address: str, keys: Sequence[PinnedKey]) -> None:
    # Who holds one key twice could be builder and approver at once.
    places: dict[tuple[str, str, str], PinnedKey] = {}
    keyids: dict[str, PinnedKey] = {}
    for key in keys:
        if key.keyid in keyids:
            first = keyids[key.keyid].whose
            raise Finding(address, "must pin a key for one signer", got=f"{first} and {key.whose}")
        if _place(key) in places:
            raise Finding(address, "must pin one key for each signer", got=f"two as {key.whose}")
        keyids[key.keyid], places[_place(key)] = key, key
