"""DSSE envelopes: one statement under one signature of one pinned key."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import Error as SecureSystemsError
from securesystemslib.signer import Signer

from pipelines.attestations.documents import check, parse
from pipelines.attestations.keys import PinnedKey
from pipelines.attestations.statement import Statement, check_statement, parse_statement
from pipelines.canonical import canonical_json, sha256_of
from pipelines.errors import Finding

PAYLOAD_TYPE = "application/vnd.in-toto+json"
_KIND = "envelope"


@dataclass(frozen=True)
class Opened:
    """A statement whose signature holds, with the key that made it."""

    statement: Statement
    payload_sha256: str
    key: PinnedKey


def sign(statement: Statement, signer: Signer) -> bytes:
    """Put a statement into an envelope and sign it; returns the envelope as canonical JSON.

    Raises Finding where the statement breaks its schema, and where the signer's answer does not
    verify with the signer's own public key: such an envelope would be found out much later.
    """
    check_statement("statement to sign", statement)
    envelope = Envelope(statement.content(), PAYLOAD_TYPE, {})
    envelope.sign(signer)
    try:
        envelope.verify([signer.public_key], 1)
    except SecureSystemsError as error:
        raise Finding(
            f"key {signer.public_key.keyid}", "must verify what it has just signed", got=str(error)
        ) from error
    document = check("envelope to write", _KIND, envelope.to_dict())
    return canonical_json(document)


def open_envelope(address: str, content: bytes, keys: Sequence[PinnedKey]) -> Opened:
    """Read a statement that one of these keys has signed; raises Finding for anything else.

    Nothing of the payload is looked at before its signature holds.
    """
    envelope = _envelope(address, content)
    keyid = next(iter(envelope.signatures))
    key = next((one for one in keys if one.keyid == keyid), None)
    if key is None:
        pinned = ", ".join(f"{one.whose} {one.fingerprint}" for one in keys) or "none is pinned"
        raise Finding(
            address,
            f"must be signed by a key that is pinned for it ({pinned})",
            got=f"a signature by key {keyid[:16]}",
        )
    try:
        envelope.verify([key.public_key.verifier()], 1)
    except SecureSystemsError as error:
        raise Finding(
            address,
            f"must bear a signature that holds, of the {key.whose}",
            got="one that does not verify",
        ) from error
    statement = parse_statement(address, envelope.payload)
    return Opened(statement, sha256_of(envelope.payload), key)


def unproven(address: str, content: bytes) -> Statement:
    """Read a statement without asking who signed it.

    For two uses only: to show it to people, and to heed a word that stops something. What lets
    something pass is read by `open_envelope`. Raises Finding where there is no statement.
    """
    return parse_statement(address, _envelope(address, content).payload)


def _envelope(address: str, content: bytes) -> Envelope:
    document = parse(address, _KIND, content)
    # The library also takes the URL-safe alphabet; one envelope shall have one spelling.
    for text in (document["payload"], document["signatures"][0]["sig"]):
        _check_base64(address, text)
    return Envelope.from_dict(document)


def _check_base64(address: str, text: str) -> None:
    try:
        plain = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Finding(address, "must be in standard base64", got=str(error)) from error
    if base64.b64encode(plain).decode() != text:
        raise Finding(address, "must be in standard base64", got="stray bits at the end")
