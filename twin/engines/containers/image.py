"""Brings the content of an image from the registry to disk, once per digest.

A tag is resolved at every use, as a container engine does; layers and configuration are
verified against their digests.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import tarfile
import threading
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from botocore.exceptions import BotoCoreError, ClientError

_REFERENCE = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/"
    r"(?P<repository>[^:@]+)(?::(?P<tag>[\w.-]+))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)
_MANIFESTS = (
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
)
_WHITEOUT, _OPAQUE = ".wh.", ".wh..wh..opq"
_locks: dict[Path, threading.Lock] = {}
_locks_lock = threading.Lock()


class ImageError(Exception):
    """An image cannot be had; the text says why."""


@dataclass(frozen=True)
class Reference:
    """The name of an image in a registry."""

    account_id: str
    region: str
    repository: str
    tag: str | None
    digest: str | None

    @property
    def identifier(self) -> dict[str, str]:
        """How the registry's API names it."""
        return {"imageDigest": self.digest} if self.digest else {"imageTag": self.tag or "latest"}


@dataclass(frozen=True)
class Image:
    """An image on disk: its files, and what its configuration says about running it."""

    uri: str
    digest: str
    tree: Path
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    working_folder: str = "/"

    @property
    def resolved(self) -> str:
        """The image's address by digest."""
        return f"{self.uri.split('@', 1)[0].rsplit(':', 1)[0]}@{self.digest}"


def parse(uri: str) -> Reference:
    """Read an image's address; raises ImageError for one outside of the registry service."""
    found = _REFERENCE.fullmatch(uri)
    if found is None:
        raise ImageError(f"{uri} is not the address of an image in Elastic Container Registry")
    return Reference(
        found["account"], found["region"], found["repository"], found["tag"], found["digest"]
    )


def pull(client: Any, uri: str, folder: Path) -> Image:
    """Return the image; what is not on disk yet is fetched with the ``ecr`` client.

    Raises ImageError where the image is missing, broken, or may not be read.
    """
    reference = parse(uri)
    try:
        manifest, digest = _manifest(client, reference, uri)
        place = folder / digest.replace(":", "-")
        with _one_at_a_time(place):
            if not place.exists():
                _fetch(client, reference, manifest, place)
        config = json.loads((place / "config.json").read_text(encoding="utf-8"))
    except (ClientError, BotoCoreError, OSError, ValueError, KeyError, tarfile.TarError) as error:
        raise ImageError(f"{uri} cannot be read: {error}") from error
    return _image(uri, digest, place / "tree", config.get("config") or {})


def _image(uri: str, digest: str, tree: Path, config: dict[str, Any]) -> Image:
    environment = [entry.partition("=") for entry in config.get("Env") or []]
    return Image(
        uri=uri,
        digest=digest,
        tree=tree,
        entrypoint=tuple(config.get("Entrypoint") or ()),
        command=tuple(config.get("Cmd") or ()),
        environment=tuple((name, value) for name, _, value in environment),
        working_folder=config.get("WorkingDir") or "/",
    )


def _manifest(client: Any, reference: Reference, uri: str) -> tuple[dict[str, Any], str]:
    answer = client.batch_get_image(
        registryId=reference.account_id,
        repositoryName=reference.repository,
        imageIds=[reference.identifier],
        acceptedMediaTypes=list(_MANIFESTS),
    )
    if not answer.get("images"):
        failure = (answer.get("failures") or [{}])[0]
        raise ImageError(f"{uri} cannot be read: {failure.get('failureReason', 'not found')}")
    text = str(answer["images"][0]["imageManifest"])
    digest = f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
    if reference.digest not in (None, digest):
        raise ImageError(f"{uri}: the registry answered with the manifest {digest}")
    return json.loads(text), digest


def _fetch(client: Any, reference: Reference, manifest: dict[str, Any], place: Path) -> None:
    """Lay out an image beside its place and move it there when it is whole."""
    made = place.with_name(f"{place.name}.{uuid.uuid4().hex[:8]}")
    (made / "tree").mkdir(parents=True)
    try:
        _blob(client, reference, manifest["config"]["digest"], made / "config.json")
        for layer in manifest["layers"]:
            path = made / "layer"
            _blob(client, reference, layer["digest"], path)
            _extract(path, made / "tree")
            path.unlink()
        made.rename(place)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _blob(client: Any, reference: Reference, digest: str, path: Path) -> None:
    answer = client.get_download_url_for_layer(
        registryId=reference.account_id, repositoryName=reference.repository, layerDigest=digest
    )
    hasher = hashlib.sha256()
    request = urllib.request.Request(answer["downloadUrl"])  # noqa: S310 - of the registry
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=60) as source, path.open("wb") as file:
        while chunk := source.read(1 << 20):
            hasher.update(chunk)
            file.write(chunk)
    if f"sha256:{hasher.hexdigest()}" != digest:
        raise ValueError(f"the bytes of {digest} are not what the digest says")


def _extract(path: Path, tree: Path) -> None:
    """Lay one layer upon those below; its whiteouts remove what lies there."""
    with _opened(path) as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
        for member in archive:
            name = PurePosixPath(member.name)
            if name.name == _OPAQUE:
                _empty(tree / name.parent)
            elif name.name.startswith(_WHITEOUT):
                _remove(tree / name.parent / name.name.removeprefix(_WHITEOUT))
            elif member.isfile() or member.isdir() or member.issym() or member.islnk():
                if not member.isdir():
                    _remove(tree / name)
                # The filter refuses members that would leave the tree.
                archive.extract(member, tree, filter="tar", set_attrs=not member.issym())


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as file:
        magic = file.read(4)
        file.seek(0)
        if magic[:2] == b"\x1f\x8b":
            with gzip.open(file) as plain:
                yield plain  # type: ignore[misc]
        elif magic == b"\x28\xb5\x2f\xfd":
            raise ValueError("layers compressed with zstd are not supported")
        else:
            yield file


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _empty(folder: Path) -> None:
    if folder.is_dir():
        for entry in os.scandir(folder):
            _remove(Path(entry.path))


@contextmanager
def _one_at_a_time(place: Path) -> Iterator[None]:
    with _locks_lock:
        lock = _locks.setdefault(place, threading.Lock())
    with lock:
        yield
