"""Collects a build's artifacts and uploads them, always the same bytes for the same files."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from twin.engines.codebuild_buildspec import Artifact, Buildspec

_ARN = "arn:aws:s3:::"
_EPOCH = (1980, 1, 1, 0, 0, 0)


class ArtifactError(Exception):
    """An artifact that cannot be made; the message is CodeBuild's."""


def upload(
    build: Mapping[str, Any], spec: Buildspec, source: Path, client: Any
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Upload all artifacts with the role of the project; return primary and secondary ones."""
    primary = dict(build["_artifacts"])
    described = _upload(build, primary, spec.artifact, source, client)
    secondary = []
    for target in build["_secondary_artifacts"]:
        identifier = target["artifactIdentifier"]
        chosen = spec.secondary_artifacts.get(identifier)
        if chosen is None:
            raise ArtifactError(f"no definition for artifact {identifier}")
        secondary.append(_upload(build, target, chosen, source, client))
    return described, secondary


def collect(artifact: Artifact, source: Path) -> dict[str, Path]:
    """Return the files of an artifact by their names within it; raises ArtifactError."""
    base = source / artifact.base_directory
    if not base.is_dir():
        raise ArtifactError(f"no matching base directory path found for {artifact.base_directory}")
    found: dict[str, Path] = {}
    for pattern in artifact.files:
        for path in sorted(_paths(base, pattern)):
            name = path.relative_to(base).as_posix() if path.is_relative_to(base) else path.name
            if not any(fnmatchcase(name, excluded) for excluded in artifact.exclude_paths):
                found[path.name if artifact.discard_paths else name] = path
    if not found:
        raise ArtifactError("no matching artifact paths found")
    return found


def packed(files: Mapping[str, Path]) -> bytes:
    """Return a zip of the files that depends on nothing but names, modes and contents."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (
                0o100755 if files[name].stat().st_mode & 0o100 else 0o100644
            ) << 16
            archive.writestr(entry, files[name].read_bytes())
    return held.getvalue()


def location(
    build: Mapping[str, Any], target: Mapping[str, Any], name: str | None
) -> tuple[str, str]:
    """Return bucket and key of an artifact.

    https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectArtifacts.html
    """
    if target["type"] == "CODEPIPELINE":
        bucket, _, key = str(target["location"]).removeprefix(_ARN).partition("/")
        return bucket, key
    by_build = target.get("namespaceType") == "BUILD_ID"
    own = name if target.get("overrideArtifactName") and name else target.get("name")
    parts = [
        (target.get("path") or "").strip("/"),
        str(build["id"]).split(":", 1)[1] if by_build else "",
        "" if own == "/" else (own or build["projectName"]),
    ]
    return str(target["location"]), "/".join(part for part in parts if part)


def _upload(
    build: Mapping[str, Any],
    target: Mapping[str, Any],
    artifact: Artifact | None,
    source: Path,
    client: Any,
) -> dict[str, Any]:
    kept = ("artifactIdentifier", "overrideArtifactName", "encryptionDisabled", "location")
    described = {key: target[key] for key in kept if key in target}
    if target["type"] == "NO_ARTIFACTS" or artifact is None:
        return described
    bucket, key = location(build, target, artifact.name)
    files = collect(artifact, source)
    options = _encryption(build, target)
    if target["type"] == "S3" and target.get("packaging") != "ZIP":
        for name, path in files.items():
            client.put_object(Bucket=bucket, Key=f"{key}/{name}", Body=path.read_bytes(), **options)
        return {**described, "location": f"{_ARN}{bucket}/{key}"}
    body = packed(files)
    client.put_object(Bucket=bucket, Key=key, Body=body, **options)
    digests = {
        "sha256sum": hashlib.sha256(body).hexdigest(),
        "md5sum": hashlib.md5(body, usedforsecurity=False).hexdigest(),
    }
    return {**described, "location": f"{_ARN}{bucket}/{key}", **digests}


def _encryption(build: Mapping[str, Any], target: Mapping[str, Any]) -> dict[str, str]:
    if target.get("encryptionDisabled"):
        return {}
    key = str(build["encryptionKey"])
    options = {"ServerSideEncryption": "aws:kms"}
    return options if key.endswith("alias/aws/s3") else {**options, "SSEKMSKeyId": key}


def _paths(base: Path, pattern: str) -> list[Path]:
    if Path(pattern).is_absolute():
        return [Path(pattern)] if Path(pattern).is_file() else []
    return [path for path in base.glob(pattern) if path.is_file()]
