"""Brings a model archive into a target account's own store, by digest and never over another."""

from __future__ import annotations

import logging
from pathlib import Path

from pipelines.errors import Finding
from pipelines.promotion.objects import S3Client, fetch, find, measure, store
from pipelines.promotion.release import ExactObject
from pipelines.promotion.target import Target

_log = logging.getLogger(__name__)


def copy_archive(
    s3: S3Client, wanted: ExactObject, target: Target, model: str, scratch: Path
) -> ExactObject:
    """Copy the archive unless it is there; hash what the store then holds.

    The archive is hashed when it leaves its account, compared by S3 when it is written, and
    read back and hashed again. A place whose name is a digest holds those bytes or is refused.
    """
    uri = target.archive_uri(model, wanted.sha256)
    version = find(s3, uri)
    if version is None:
        _log.info("copying the archive to %s", uri)
        path = fetch(s3, wanted, scratch / "model.tar.gz")
        try:
            version = store(s3, path, wanted.sha256, uri, target.models_key_arn)
        finally:
            path.unlink()
    return held_archive(s3, wanted, uri, version)


def held_archive(
    s3: S3Client, wanted: ExactObject, uri: str, version: str | None = None
) -> ExactObject:
    """Hash the archive in a target's store; refuse one with other bytes or none."""
    version = version or find(s3, uri)
    if version is None:
        raise Finding(uri, "must hold the archive of the release", got="nothing")
    held = measure(s3, uri, version)
    if held.sha256 != wanted.sha256:
        raise Finding(
            uri,
            f"must hold the archive with SHA-256 {wanted.sha256}",
            got=f"{held.sha256} in version {version}",
            hint="somebody has written over it: keep the versions as evidence, then remove them",
        )
    return held
