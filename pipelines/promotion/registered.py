"""The objects of a package as they were registered: nothing that was replaced since counts."""

from __future__ import annotations

from pipelines.errors import Finding
from pipelines.promotion.objects import S3Client, Version, current_version
from pipelines.promotion.package import Package


def registered_version(s3: S3Client, package: Package, uri: str) -> Version:
    """Tell which version of an object of a package was registered with it.

    Raises Finding for an object that was replaced after the registration, and for an archive that
    is not the one whose ETag the registry keeps.
    """
    version = current_version(s3, uri)
    if version.modified > package.created:
        raise Finding(
            uri,
            f"must not have changed after the package was registered at {package.created}",
            got=f"version {version.version_id} of {version.modified}",
            hint="run the training pipeline again and approve the version that it registers",
        )
    if uri == package.archive_uri and package.archive_etag not in (None, version.etag):
        raise Finding(
            uri,
            f"must be the archive that was registered, with ETag {package.archive_etag}",
            got=version.etag,
        )
    return version
