"""Copies an image by digest from one repository to another, also across accounts."""

from __future__ import annotations

import logging
from pathlib import Path

from pipelines.images.image import Descriptor, Image
from pipelines.images.registry import Registry

_log = logging.getLogger(__name__)


def copy_image(source: Registry, target: Registry, digest: str, tag: str, scratch: Path) -> Image:
    """Copy the image with this digest, blob by blob; each is hashed on arrival.

    What the target holds already is not copied again, so that an interrupted copy goes on
    where it ended. At the end the manifest is read back from the target and hashed.
    """
    image = source.image(digest)
    missing = set(target.missing(image.blobs))
    for number, blob in enumerate(image.blobs, start=1):
        if blob.digest in missing:
            _log.info(
                "copying blob %d of %d, %d bytes: %s",
                number, len(image.blobs), blob.size, blob.digest,
            )  # fmt: skip
            move_blob(blob, source, target, scratch)
    target.put(image, tag)
    return target.image(digest)


def move_blob(blob: Descriptor, source: Registry, target: Registry, scratch: Path) -> None:
    """Carry one blob from a repository to another through a file in `scratch`."""
    path = scratch / blob.digest.replace(":", "-")
    try:
        source.download(blob, path)
        target.upload(blob, path)
    finally:
        path.unlink(missing_ok=True)
