"""Sign our pack of checks, or make the pair of keys that it is signed with.

    python -m scripts.checkov_signing KEY          sign every file of the pack with a private key
    python -m scripts.checkov_signing --new KEY    make a pair, its private part there, and sign

checkov refuses to start where a file of the pack is not signed, or with another key than the one
that stands beside it. A private key never lies in a checkout.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from pipelines.errors import GatehouseError, InvalidInput, Misuse
from policies.checks.checkov.command import PACK, PUBLIC_KEY
from scripts.checkout import this_checkout

TRAILER = b"# checkov-digest: "


def signed(source: bytes, key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return a file with its signature as last line, in place of one that it may have.

    The form is checkov's own: SHA-256 of everything before the line, ECDSA on P-256, DER in hex. A
    signature without chance makes the same file of the same source.
    """
    body = unsigned(source)
    algorithm = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
    return body + TRAILER + key.sign(body, algorithm).hex().encode() + b"\n"


def unsigned(source: bytes) -> bytes:
    """Return what is signed of a file: all but the line of its signature."""
    lines = source.splitlines(keepends=True)
    while lines and (lines[-1].startswith(TRAILER) or not lines[-1].strip()):
        lines.pop()
    # Two empty lines, as the formatter wants them between a function and a comment.
    if lines and lines[-1].startswith(b" "):
        lines.append(b"\n\n")
    return b"".join(lines)


def sign_pack(folder: Path, key: ec.EllipticCurvePrivateKey, public: Path) -> list[Path]:
    """Sign every Python file of a folder and write the public key; tells which files changed."""
    changed = []
    for path in sorted(folder.rglob("*.py")):
        source = path.read_bytes()
        result = signed(source, key)
        if result != source:
            path.write_bytes(result)
            changed.append(path)
    public.write_bytes(
        key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    return changed


def new_key(path: Path, checkout: Path) -> None:
    """Write a new private key that only its owner can read.

    Raises Misuse inside the checkout, or where there is a key already.
    """
    if path.resolve().is_relative_to(checkout.resolve()):
        raise Misuse(str(path), "a private key must lie outside the checkout", got="one inside")
    if path.exists():
        raise Misuse(str(path), "must not exist yet", got="a file")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)


def read_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """Read a private key; raises InvalidInput where it is none on P-256."""
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise InvalidInput(
            str(path), "must be a private key in PEM without a password", got=str(error)
        ) from error
    if not (isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1)):
        raise InvalidInput(str(path), "must be a key on P-256", got=type(key).__name__)
    return key


def main() -> int:
    """Sign the pack of this checkout."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("key", type=Path)
    parser.add_argument("--new", action="store_true", help="make the key first")
    given = parser.parse_args()
    try:
        if given.new:
            new_key(given.key, this_checkout().root)
        changed = sign_pack(PACK, read_key(given.key), PUBLIC_KEY)
    except GatehouseError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    for path in changed:
        print(path.relative_to(this_checkout().root))
    return 0


if __name__ == "__main__":
    sys.exit(main())
