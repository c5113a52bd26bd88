"""Configuration and manifest of the model image, with canonical bytes and so one digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.canonical import canonical_json
from pipelines.errors import Finding
from pipelines.images.image import (
    CONFIG_TYPE,
    LAYER_TYPE,
    MANIFEST_TYPE,
    Descriptor,
    Image,
    digest_of,
)
from pipelines.images.layer import PROGRAM_ROOT, Layer

ENTRYPOINT = ("python", "-m", "pipelines.entry")

_EPOCH = "1970-01-01T00:00:00Z"
_ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONPATH": f"/{PROGRAM_ROOT}",
    "PYTHONUNBUFFERED": "1",
}


@dataclass(frozen=True)
class Base:
    """A base image: where it came from, its layers and its configuration."""

    address: str
    image: Image
    config: Mapping[str, Any]


@dataclass(frozen=True)
class Assembled:
    """An image together with the bytes of its configuration."""

    image: Image
    config: bytes


def assemble(program: Layer, base: Base | None = None) -> Assembled:
    """Lay the program layer upon the base's layers, or upon nothing."""
    config = canonical_json(_config(program, base))
    layers = tuple(_docker_layer(layer) for layer in base.image.layers) if base else ()
    layers += (program.descriptor,)
    descriptor = Descriptor(CONFIG_TYPE, digest_of(config), len(config))
    manifest = canonical_json(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST_TYPE,
            "config": descriptor.document(),
            "layers": [layer.document() for layer in layers],
        }
    )
    return Assembled(Image(manifest, MANIFEST_TYPE, descriptor, layers), config)


def _config(program: Layer, base: Base | None) -> dict[str, Any]:
    below: Mapping[str, Any] = base.config if base else {}
    platform = (below.get("os", "linux"), below.get("architecture", "amd64"))
    if base and platform != ("linux", "amd64"):
        raise Finding(base.address, "must be an image for linux/amd64", got="/".join(platform))
    diff_ids = list(below["rootfs"]["diff_ids"]) if base else []
    if base and len(diff_ids) != len(base.image.layers):
        raise Finding(
            base.address,
            f"must list {len(base.image.layers)} layers in its configuration",
            got=str(len(diff_ids)),
        )
    history = list(below.get("history") or [])
    return {
        "architecture": "amd64",
        "os": "linux",
        "created": _EPOCH,
        "config": {
            "Entrypoint": list(ENTRYPOINT),
            "Env": _environment((below.get("config") or {}).get("Env") or []),
            "WorkingDir": f"/{PROGRAM_ROOT}",
        },
        "history": [*history, {"created": _EPOCH, "created_by": "program layer"}],
        "rootfs": {"type": "layers", "diff_ids": [*diff_ids, program.diff_id]},
    }


def _environment(below: list[str]) -> list[str]:
    inherited = dict(entry.partition("=")[::2] for entry in below)
    path = {"PATH": inherited["PATH"]} if "PATH" in inherited else {}
    merged = {**inherited, **_ENVIRONMENT, **path}
    return [f"{name}={value}" for name, value in sorted(merged.items())]


def _docker_layer(layer: Descriptor) -> Descriptor:
    # The same gzip bytes carry another type name in the other of the two formats.
    return Descriptor(LAYER_TYPE, layer.digest, layer.size)
