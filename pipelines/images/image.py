"""What an image is: a manifest, a configuration and layers, each known by its digest."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.canonical import sha256_of
from pipelines.errors import Finding

MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG_TYPE = "application/vnd.docker.container.image.v1+json"
LAYER_TYPE = "application/vnd.docker.image.rootfs.diff.tar.gzip"

_OCI_MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
_OCI_CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
_OCI_LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar+gzip"

MANIFEST_TYPES = (MANIFEST_TYPE, _OCI_MANIFEST_TYPE)
_CONFIG_TYPES = (CONFIG_TYPE, _OCI_CONFIG_TYPE)
_LAYER_TYPES = (LAYER_TYPE, _OCI_LAYER_TYPE)

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_LARGEST_CONFIG = 4_000_000


@dataclass(frozen=True)
class Descriptor:
    """What a manifest says about one blob."""

    media_type: str
    digest: str
    size: int

    def document(self) -> dict[str, object]:
        """Return the form in which a manifest carries it."""
        return {"mediaType": self.media_type, "size": self.size, "digest": self.digest}


@dataclass(frozen=True)
class Image:
    """A manifest by its exact bytes, with what it refers to."""

    manifest: bytes
    media_type: str
    config: Descriptor
    layers: tuple[Descriptor, ...]

    @property
    def digest(self) -> str:
        """Digest by which the image is known everywhere."""
        return digest_of(self.manifest)

    @property
    def blobs(self) -> tuple[Descriptor, ...]:
        """Everything that a registry must hold before it takes the manifest."""
        unique = {blob.digest: blob for blob in (*self.layers, self.config)}
        return tuple(unique.values())


def digest_of(content: bytes) -> str:
    """Name some bytes by their SHA-256."""
    return f"sha256:{sha256_of(content)}"


def check_digest(address: str, digest: str) -> str:
    """Return the digest, or refuse what is none."""
    if not _DIGEST.fullmatch(digest):
        raise Finding(address, "must be named by a digest sha256:<64 hex digits>", got=digest)
    return digest


def read_manifest(address: str, manifest: bytes, digest: str) -> Image:
    """Read the manifest that was asked for by its digest; refuse any other bytes."""
    arrived = digest_of(manifest)
    if arrived != check_digest(address, digest):
        raise Finding(address, f"must answer with the manifest {digest}", got=arrived)
    document = _object(address, manifest)
    media_type = str(document.get("mediaType", _OCI_MANIFEST_TYPE))
    if media_type not in MANIFEST_TYPES:
        raise Finding(
            address,
            "must be one image for one platform",
            got=f"a manifest of type {media_type}",
            hint="name the digest of the linux/amd64 image, not that of the list above it",
        )
    try:
        config = _descriptor(address, document["config"], _CONFIG_TYPES)
        layers = tuple(_descriptor(address, one, _LAYER_TYPES) for one in document["layers"])
    except (KeyError, TypeError) as error:
        raise Finding(
            address, "must have a manifest with config and layers", got=f"no {error}"
        ) from error
    if config.size > _LARGEST_CONFIG:
        raise Finding(address, "must have a configuration below 4 MB", got=f"{config.size} bytes")
    return Image(manifest, media_type, config, layers)


def read_config(address: str, config: bytes) -> dict[str, Any]:
    """Read the configuration of an image, whose bytes were verified before."""
    document = _object(address, config)
    if not isinstance(document.get("rootfs"), dict) or not isinstance(
        document["rootfs"].get("diff_ids"), list
    ):
        raise Finding(address, "must have a configuration that lists its layers in rootfs.diff_ids")
    return document


def _object(address: str, content: bytes) -> dict[str, Any]:
    try:
        document = json.loads(content)
    except ValueError as error:
        raise Finding(address, "must be JSON", got=f"bytes that are not: {error}") from error
    if not isinstance(document, dict):
        raise Finding(address, "must be a JSON object", got=type(document).__name__)
    return document


def _descriptor(address: str, entry: Mapping[str, Any], types: tuple[str, ...]) -> Descriptor:
    media_type, size = str(entry["mediaType"]), entry["size"]
    if media_type not in types:
        raise Finding(
            address, f"must refer to blobs of the types {' or '.join(types)}", got=media_type
        )
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise Finding(address, "must give the size of each blob in bytes", got=repr(size))
    return Descriptor(media_type, check_digest(address, str(entry["digest"])), size)
