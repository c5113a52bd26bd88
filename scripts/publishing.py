"""Publishing: image and source package into the data-science account, and a build per model."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import Misuse
from pipelines.images import Registry
from pipelines.images.build import push_image
from pipelines.images.layer import program_layer
from pipelines.naming import Naming
from pipelines.organization import Account
from scripts.access import Access, aws_errors
from scripts.model_builds import ModelBuilds
from scripts.source_package import (
    KEY,
    PublishedImage,
    commit_of,
    make_zip,
    source_document,
    source_files,
)
from scripts.waiting import patience_for

_STARTS_WITHIN = 120


@dataclass(frozen=True)
class Published:
    """What was published."""

    commit: str
    image: PublishedImage
    package_uri: str
    package_version: str
    models: tuple[str, ...]


def publish(
    root: Path,
    access: Access,
    naming: Naming,
    home: Account,
    base: str | None,
    tell: Callable[[str], None],
) -> Published:
    """Push image and source package into a data-science account and build its pipelines."""
    commit = commit_of(root)
    image = push_model_image(root, access, naming, home, base)
    tell(f"image {image.repository}@{image.digest}")
    bucket = naming.bucket_name(home.name, "source")
    package = make_zip(source_files(root) | {"source.json": source_document(root, image)})
    address = f"s3://{bucket}/{KEY}"
    with aws_errors(address, "must be writable", access.endpoint):
        stored = access.client("s3", home.region).put_object(Bucket=bucket, Key=KEY, Body=package)
    tell(f"source package {address}, {len(package) // 1024} kB of commit {commit[:12]}")
    builds = ModelBuilds(access, home.region, naming.project_name(home.name, "model-build"))
    version = str(stored.get("VersionId", ""))
    started = builds.of_push(version, patience_for(local=access.is_local, seconds=_STARTS_WITHIN))
    builds.wait(started, patience_for(local=access.is_local, seconds=1500))
    models = tuple(naming.organization.models_of(home.business_unit))
    tell(f"pipelines of {', '.join(models)} are in place")
    return Published(commit, image, address, version, models)


def push_model_image(
    root: Path, access: Access, naming: Naming, home: Account, base: str | None
) -> PublishedImage:
    """Build the model image and push it under a tag that only its content decides."""
    client = access.client("ecr", home.region)
    repository = naming.repository_name(home.name, "model")
    below = None
    if base is not None:
        name, at, digest = base.partition("@")
        if not at or not digest.startswith("sha256:"):
            raise Misuse("--base", "must be REPOSITORY@sha256:DIGEST", got=base)
        below = (Registry(client, home.id, name), digest)
    content = hashlib.sha256(program_layer(root).content + (base or "").encode()).hexdigest()
    with tempfile.TemporaryDirectory() as scratch:
        target = Registry(client, home.id, repository)
        with aws_errors(target.address, "must take the image", access.endpoint):
            image = push_image(root, target, f"content-{content[:40]}", Path(scratch), below)
    return PublishedImage(repository, image.digest)
