"""An envelope is opened only in its one form, under one signature that holds."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from securesystemslib.dsse import Envelope
from securesystemslib.signer import CryptoSigner, Signature

from pipelines.attestations.envelope import PAYLOAD_TYPE, open_envelope, sign, unproven
from pipelines.canonical import canonical_json, sha256_of
from pipelines.errors import Finding
from tests.pipelines.attestations.cast import STATEMENT, TEST, builder, staging_key, unchecked

SAID = STATEMENT.statement()
CONTENT = sign(SAID, builder().signer)
KEYS = (builder().key,)


def test_what_was_signed_is_opened() -> None:
    opened = open_envelope("e", CONTENT, KEYS)
    assert opened.statement == SAID
    assert opened.payload_sha256 == sha256_of(SAID.content()) == SAID.sha256
    assert opened.key == builder().key
    assert unproven("e", CONTENT) == SAID


def test_the_envelope_is_a_dsse_envelope_of_an_in_toto_statement() -> None:
    envelope = Envelope.from_dict(json.loads(CONTENT))
    assert envelope.payload_type == "application/vnd.in-toto+json"
    assert json.loads(envelope.payload)["_type"] == "https://in-toto.io/Statement/v1"
    assert envelope.verify([builder().key.public_key.verifier()], 1)


@given(st.data())
@settings(max_examples=300)
def test_any_changed_byte_of_an_envelope_is_refused(data: st.DataObject) -> None:
    content = bytearray(CONTENT)
    index = data.draw(st.integers(0, len(content) - 1))
    content[index] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Finding, match="e: "):
        open_envelope("e", bytes(content), KEYS)


def altered(change: Callable[[dict[str, Any]], object]) -> bytes:
    """The envelope after a change."""
    document = json.loads(CONTENT)
    change(document)
    return canonical_json(document)


def _url_safe(document: dict[str, Any]) -> None:
    document["payload"] = "-_-_" + document["payload"]


def _stray_bits(document: dict[str, Any]) -> None:
    document["payload"] = base64.b64encode(b"a").decode().replace("YQ==", "YR==")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: d.update(note="x"), "must follow its schema"),
        (lambda d: d["signatures"][0].update(note="x"), "must follow its schema"),
        (lambda d: d["signatures"].append(d["signatures"][0]), "signatures must follow"),
        (lambda d: d["signatures"].clear(), "signatures must follow"),
        (lambda d: d.update(payloadType="text/plain"), "payloadType must follow"),
        (lambda d: d["signatures"][0].update(keyid="9" * 64), "must be signed by a key"),
        (lambda d: d["signatures"][0].pop("keyid"), "must follow its schema"),
        (_url_safe, "must be in standard base64"),
        (_stray_bits, "must be in standard base64, got stray bits"),
        (lambda d: d["signatures"][0].update(sig="AAAA"), "bear a signature that holds"),
    ],
)
def test_an_envelope_in_any_other_form_is_refused(
    change: Callable[[dict[str, Any]], object], told: str
) -> None:
    with pytest.raises(Finding, match=told):
        open_envelope("e", altered(change), KEYS)


def test_a_signature_of_another_statement_is_refused() -> None:
    other = json.loads(sign(TEST.statement(), builder().signer))

    def swap(document: dict[str, Any]) -> None:
        document["signatures"] = other["signatures"]

    with pytest.raises(Finding, match="must bear a signature that holds, of the build key"):
        open_envelope("e", altered(swap), KEYS)


def test_a_stranger_who_takes_the_pinned_keyid_is_refused() -> None:
    stranger = CryptoSigner(builder(2).private)
    stranger.public_key.keyid = builder().key.keyid
    envelope = Envelope(SAID.content(), PAYLOAD_TYPE, {})
    envelope.sign(stranger)
    with pytest.raises(Finding, match="must bear a signature that holds"):
        open_envelope("e", canonical_json(envelope.to_dict()), KEYS)


def test_without_a_key_nothing_opens() -> None:
    for keys in ((), (staging_key().key,)):
        with pytest.raises(Finding, match="must be signed by a key that is pinned"):
            open_envelope("e", CONTENT, keys)


def test_a_signed_payload_in_other_bytes_is_refused() -> None:
    envelope = Envelope(json.dumps(SAID.document()).encode(), PAYLOAD_TYPE, {})
    envelope.sign(builder().signer)
    with pytest.raises(Finding, match="must be canonical JSON"):
        open_envelope("e", canonical_json(envelope.to_dict()), KEYS)


def test_a_signer_whose_signature_does_not_verify_is_found_out_at_once() -> None:
    class Faulty(CryptoSigner):
        def sign(self, payload: bytes) -> Signature:
            return super().sign(payload + b" ")

    faulty = Faulty(builder().private, builder().key.public_key.verifier())
    with pytest.raises(Finding, match="must verify what it has just signed"):
        sign(SAID, faulty)


def test_a_statement_that_breaks_its_schema_is_not_signed() -> None:
    odd = replace(TEST, execution_id="two words").statement()
    with pytest.raises(Finding, match="execution_id must follow its schema"):
        sign(odd, staging_key().signer)
    content = unchecked(replace(SAID, subjects=SAID.subjects[::-1]), builder())
    with pytest.raises(Finding, match="must have its subjects in order"):
        open_envelope("e", content, KEYS)
