"""The pinned document is read in one form only, and a pinned key is not replaced silently."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from pipelines.attestations.keys import PublicKey, SignerKind, TrustedKeys
from pipelines.canonical import canonical_json, sha256_of
from pipelines.errors import Finding, Misuse
from tests.pipelines.attestations.cast import approver, builder, staging_key, trusted

PINNED = trusted()


def changed(change: Callable[[list[dict[str, Any]]], object]) -> bytes:
    """The pinned document after a change of its keys."""
    document = json.loads(PINNED.content())
    change(document["keys"])
    return canonical_json(document)


def test_pinned_keys_read_back() -> None:
    assert TrustedKeys.parse("keys", PINNED.content()).content() == PINNED.content()
    assert TrustedKeys.parse("keys", b'{"keys":[],"schema_version":1}') == TrustedKeys()


def test_keys_are_found_by_signer_account_and_person() -> None:
    assert PINNED.of(SignerKind.BUILD) == (builder().key,)
    assert PINNED.of(SignerKind.TEST, account="trial") == (staging_key("trial").key,)
    assert PINNED.of(SignerKind.APPROVAL, person="rita") == (approver("rita").key,)
    assert PINNED.of(SignerKind.BUILD, account="elsewhere") == ()


def test_a_key_is_named_by_the_digest_of_its_own_bytes() -> None:
    key = builder().key
    assert key.keyid == sha256_of(key.public_key.der)
    assert key.fingerprint.removeprefix("SHA256:").replace(":", "") == key.keyid[:32]
    assert PublicKey.from_pem("key", key.public_key.pem) == key.public_key


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda keys: keys[0].update(keyid="9" * 64), "keyid must be"),
        (lambda keys: keys[0].update(public_key=keys[1]["public_key"]), "keyid must be"),
        (lambda keys: keys[0].update(public_key="x"), "must be a public key in PEM"),
        (lambda keys: keys[0].update(public_key=keys[0]["public_key"] + "\n"), "one PEM form"),
        (lambda keys: keys[0].update(note="x"), "must follow its schema"),
        (lambda keys: keys[0].update(key_arn="alias/x"), "key_arn must follow its schema"),
        (lambda keys: keys[0].update(person=None), "person must follow its schema"),
        (lambda keys: keys[-1].update(person="rita"), "person must follow its schema"),
        (lambda keys: keys[0].update(signer="admin"), "must follow its schema"),
        (lambda keys: keys.append(keys[-1]), "must pin a key for one signer"),
        (lambda keys: keys.reverse(), "must list its keys in order"),
        (lambda keys: keys[0].update(person="rita"), "must pin one key for each signer"),
    ],
)
def test_any_other_document_of_keys_is_refused(
    change: Callable[[list[dict[str, Any]]], object], told: str
) -> None:
    with pytest.raises(Finding, match=told):
        TrustedKeys.parse("keys", changed(change))


@given(st.data())
def test_any_changed_byte_of_a_key_is_refused(data: st.DataObject) -> None:
    content = bytearray(PINNED.content())
    start = content.index(b"-----BEGIN")
    index = data.draw(st.integers(start, content.index(b"-----END")))
    content[index] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Finding):
        TrustedKeys.parse("keys", bytes(content))


def test_one_key_for_two_signers_is_refused() -> None:
    double = replace(approver("rita").key, person="rosa")
    with pytest.raises(Finding, match="must pin a key for one signer, got approval key of rita"):
        PINNED.merged([double])


def test_a_pinned_key_is_not_replaced_silently() -> None:
    other = builder(2).key
    with pytest.raises(Misuse, match=f"is pinned as {builder().key.fingerprint} and must stay so"):
        PINNED.merged([other])
    assert PINNED.merged([other], replace=True).of(SignerKind.BUILD) == (other,)


def test_keys_are_pinned_beside_others_and_taken_out() -> None:
    rosa = approver("rosa").key
    more = PINNED.merged([rosa, builder().key])
    assert set(more.keys) == {*PINNED.keys, rosa}
    assert set(more.without(rosa.keyid).keys) == set(PINNED.keys)


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP384R1()),
        ec.generate_private_key(ec.SECP256K1()),
        ed25519.Ed25519PrivateKey.generate(),
    ],
)
def test_a_key_of_another_kind_is_refused(
    key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey,
) -> None:
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(Finding, match="must be a key on the curve NIST P-256"):
        PublicKey.from_der("key", der)


def test_bytes_that_are_no_key_are_refused() -> None:
    with pytest.raises(Finding, match="must be a public key in DER"):
        PublicKey.from_der("key", b"x")
