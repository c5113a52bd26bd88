"""The evidence of a review: one archive whose bytes depend on what was judged only.

Every file of it is named in the manifest with its digest. Without a signer nothing in it is
signed, and the manifest says so: whoever can write the archive can write the manifest too.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable, Mapping
from typing import Any

from pipelines.canonical import canonical_json, sha256_of

MANIFEST = "manifest.json"
SIGNATURE = "manifest.signature"
NOT_SIGNED = "not signed: the digests show what belongs together, not who put it there"

Signer = Callable[[bytes], bytes]


def bundle(
    document: Mapping[str, Any], model: Mapping[str, Any], sign: Signer | None = None
) -> bytes:
    """Make the archive; ``sign`` gives a signature of the manifest's bytes."""
    files = contents(document, model)
    manifest = canonical_json(
        {
            "format": "gatehouse-review-evidence/1",
            "files": {name: sha256_of(content) for name, content in sorted(files.items())},
            "signature": SIGNATURE if sign else NOT_SIGNED,
        }
    )
    files[MANIFEST] = manifest
    if sign is not None:
        files[SIGNATURE] = sign(manifest)
    return _archived(files)


def contents(document: Mapping[str, Any], model: Mapping[str, Any]) -> dict[str, bytes]:
    """Give the files of the evidence, without the manifest."""
    proofs = [
        {"control": control["id"], **judgement}
        for control in document["controls"]
        for judgement in control["judgements"]
        if judgement["verdict"] == "proved"
    ]
    return {
        "plans.json": canonical_json(document["plans"]),
        "tools.json": canonical_json(document["tools"]),
        "review.json": canonical_json(document),
        "proofs.json": canonical_json(proofs),
        "waivers.json": canonical_json(document["waivers"]),
        "model.json": canonical_json(model),
    }


def check(archive: bytes) -> tuple[str, ...]:
    """Compare an archive with its manifest; what differs is told in sentences.

    Raises ValueError where it is no archive with a manifest at all.
    """
    try:
        files = _read(archive)
        manifest = files.pop(MANIFEST)
    except (tarfile.TarError, KeyError) as error:
        raise ValueError(f"evidence: must be a tar archive with {MANIFEST}, got {error}") from error
    named: dict[str, str] = json.loads(manifest)["files"]
    files.pop(SIGNATURE, None)
    told = [f"{name}: must be in the archive, got nothing" for name in named if name not in files]
    for name, content in sorted(files.items()):
        if name not in named:
            told.append(f"{name}: must be named in {MANIFEST}, got no digest")
        elif sha256_of(content) != named[name]:
            told.append(f"{name}: must have the digest {named[name]}, got {sha256_of(content)}")
    return tuple(told)


def _read(archive: bytes) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar.getmembers():
            handle = tar.extractfile(member)
            if handle is not None:
                files[member.name.removeprefix("evidence/")] = handle.read()
    return files


def _archived(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    # No time, owner or permission of this machine may get into the bytes.
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in sorted(files.items()):
            member = tarfile.TarInfo(f"evidence/{name}")
            member.size = len(content)
            member.mode = 0o644
            tar.addfile(member, io.BytesIO(content))
    return stream.getvalue()
