"""Builds the model image from a checkout and pushes it, layer by layer, into a repository."""

from __future__ import annotations

from pathlib import Path

from pipelines.images.copy import move_blob
from pipelines.images.image import Descriptor, Image, read_config
from pipelines.images.layer import program_layer
from pipelines.images.manifest import Base, assemble
from pipelines.images.registry import Registry


def build_image(root: Path, base: Base | None = None) -> Image:
    """Tell which image a checkout makes, without pushing it anywhere."""
    return assemble(program_layer(root), base).image


def read_base(source: Registry, digest: str, scratch: Path) -> Base:
    """Read manifest and configuration of a base image, known by its digest."""
    image = source.image(digest)
    address = f"{source.address}@{digest}"
    return Base(address, image, read_config(address, source.small_blob(image.config, scratch)))


def push_image(
    root: Path,
    target: Registry,
    tag: str,
    scratch: Path,
    base: tuple[Registry, str] | None = None,
) -> Image:
    """Build the image of a checkout and push it under a tag; what is there already stays.

    `base` is the repository and digest of the image below the program layer.
    """
    program = program_layer(root)
    below = read_base(*base, scratch) if base else None
    made = assemble(program, below)
    if target.digest_of_tag(tag) == made.image.digest:
        return made.image
    own = {program.descriptor.digest: program.content, made.image.config.digest: made.config}
    missing = set(target.missing(made.image.blobs))
    for blob in made.image.blobs:
        if blob.digest in missing:
            _push_blob(blob, own, target, scratch, base)
    target.put(made.image, tag)
    return made.image


def _push_blob(
    blob: Descriptor,
    own: dict[str, bytes],
    target: Registry,
    scratch: Path,
    base: tuple[Registry, str] | None,
) -> None:
    if blob.digest in own:
        path = scratch / blob.digest.replace(":", "-")
        path.write_bytes(own[blob.digest])
        try:
            target.upload(blob, path)
        finally:
            path.unlink()
    elif base:
        move_blob(blob, base[0], target, scratch)
