"""Keeps the documents of a release in the target account, where nobody can change them later."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Mapping
from pathlib import Path

from pipelines.canonical import sha256_of
from pipelines.promotion.documents import parse_document
from pipelines.promotion.objects import S3Client, store
from pipelines.promotion.release import RELEASE_FILE, Release
from pipelines.promotion.target import Target

# The signed attestation about a test report, which lies beside it.
REPORT_ENVELOPE = "test-report.dsse.json"

_log = logging.getLogger(__name__)

# The kind of document that each file is; what else lies in an artefact is no evidence.
_KINDS = {
    RELEASE_FILE: "release",
    "deployment.json": "deployment",
    "test-report.json": "test-report",
    "verification.json": "verification",
}


def keep(
    s3: S3Client,
    target: Target,
    release: Release,
    execution_id: str,
    documents: Mapping[str, bytes],
) -> tuple[str, ...]:
    """Write documents below releases/<model>/<release>/<execution>/; return their addresses."""
    return keep_below(s3, target, f"{release.model}/{release.id}/{execution_id}", documents)


def keep_below(
    s3: S3Client, target: Target, place: str, documents: Mapping[str, bytes]
) -> tuple[str, ...]:
    """Write documents below a place under releases/; return their addresses."""
    addresses = []
    with tempfile.TemporaryDirectory() as scratch:
        for name, content in sorted(documents.items()):
            uri = f"s3://{target.evidence_bucket}/releases/{place}/{name}"
            path = Path(scratch) / "document"
            path.write_bytes(content)
            store(s3, path, sha256_of(content), uri, target.evidence_key_arn)
            _log.info("evidence: %s", uri)
            addresses.append(uri)
    return tuple(addresses)


def handed_over(artifacts: Mapping[str, Path], release: Release) -> dict[str, bytes]:
    """Collect the documents of this release that earlier builds handed over.

    A report of another account is kept under the name of its artefact.
    """
    found: dict[str, bytes] = {}
    for artifact, folder in sorted(artifacts.items()):
        for name, kind in _KINDS.items():
            path = folder / name
            if not path.is_file():
                continue
            content = path.read_bytes()
            document = parse_document(f"{artifact}/{name}", kind, content)
            if document["release_id"] == release.id:
                found[name if name == RELEASE_FILE else f"{artifact}/{name}"] = content
    return found
