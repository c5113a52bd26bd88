"""The facts that several sources tell, each read off all of them and compared."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.naming import Naming
from pipelines.organization import Account
from pipelines.organization_models import Promotes
from pipelines.promotion.release import ImageReference, Release
from scripts.lineage.facts import (
    JOB,
    LIVE,
    NOTHING,
    REGISTRY,
    RUN,
    SIGNED,
    TRAINED_HERE,
    UNSIGNED,
    VERIFICATION,
    Fact,
    Said,
    compare,
)
from scripts.lineage.home_side import HomeSide
from scripts.lineage.signed_side import SignedSide
from scripts.lineage.target_side import TargetSide

_ARCHIVE = re.compile(r"([0-9a-f]{64})/model\.tar\.gz", re.ASCII)
_DATA_PARAMETER = "InputDataUri"


@dataclass(frozen=True)
class Sources:
    """All that was told about one endpoint."""

    naming: Naming
    model: str
    target: TargetSide
    signed: SignedSide
    home: HomeSide

    @property
    def account(self) -> Account:
        """The account of the endpoint."""
        return self.target.account

    @property
    def release(self) -> Release | None:
        """The release that is kept of it."""
        return self.signed.release

    def stated(self, value: str | None) -> Said:
        """Say what the release says, and whether its signature holds."""
        proven = self.signed.key is not None
        return Said(SIGNED if proven or value is None else UNSIGNED, value, proven)

    def registered(self, name: str) -> Said:
        """Say what the package says of itself; one that is read and does not says nothing."""
        package = self.home.package
        return Said(REGISTRY, (package.metadata.get(name) or NOTHING) if package else None)


def archive(found: Sources) -> Fact:
    """Tell the model archive, by its digest; the place where it lies bears that."""
    release, live = found.release, found.target.live
    made = found.target.as_made(release) if release else None
    code = release is not None and release.promotes is Promotes.CODE
    digest = made.archive.sha256 if made else None
    # Of code it is what the account itself says that it has made; nobody else has signed that.
    stated = Said(TRAINED_HERE, digest) if code else found.stated(digest)
    measured = found.target.reports.get("verification.json", {}).get("archive", {}).get("sha256")
    return compare(
        "archive",
        Said(LIVE, _archive_digest(found, live.archive_uri) if live else None),
        stated,
        *([Said(VERIFICATION, str(measured))] if measured else []),
        needs=(LIVE, TRAINED_HERE) if code else (LIVE,),
    )


def image(found: Sources) -> Fact:
    """Tell the image by its digest, as the endpoint runs it and as everybody else names it."""
    live = found.target.live
    return compare(
        "image",
        Said(LIVE, _live_digest(found, live.image_uri) if live else None),
        *_images(found),
        needs=(LIVE,),
    )


def built_image(found: Sources) -> Fact:
    """Tell the image that trained the model and was registered with it."""
    job = found.home.job
    return compare("digest", *_images(found), *([Said(JOB, _digest(job.image_uri))] if job else []))


def commit(found: Sources) -> Fact:
    """Tell the commit of the definition and the code that made the model."""
    release = found.release
    return compare(
        "commit", found.stated(release.commit if release else None), found.registered("commit")
    )


def data(found: Sources) -> tuple[Fact, Fact]:
    """Tell where the data lie, and which version of them by its digest."""
    release, parameters = found.release, found.home.parameters
    given = parameters.get(_DATA_PARAMETER) if parameters is not None else None
    return (
        compare(
            "uri",
            found.stated(release.data.uri if release else None),
            found.registered("data_uri"),
            *([Said(RUN, given)] if given else []),
        ),
        compare(
            "sha256",
            found.stated(release.data.sha256 if release else None),
            found.registered("data_sha256"),
        ),
    )


def definition(found: Sources) -> Fact:
    """Tell the compiled pipeline that ran, by its digest."""
    release = found.release
    return compare(
        "definition",
        found.stated(release.definition_sha256 if release else None),
        found.registered("definition_sha256"),
    )


def trained_archive(found: Sources) -> Fact:
    """Tell where the archive was registered from: the release, the package and the job agree."""
    release, package, job = found.release, found.home.package, found.home.job
    return compare(
        "archive",
        found.stated(release.archive.uri if release else None),
        Said(REGISTRY, package.archive_uri or NOTHING if package else None),
        *([Said(JOB, job.artifact_uri)] if job else []),
    )


def _images(found: Sources) -> tuple[Said, ...]:
    release, package = found.release, found.home.package
    return (
        found.stated(release.image.digest if release else None),
        found.registered("image_digest"),
        *([Said(f"container of the {REGISTRY}", _digest(package.image_uri))] if package else []),
    )


def _digest(uri: str) -> str:
    """Give what follows the @; an image that is named without a digest is told as it is."""
    return uri.partition("@")[2] or uri or NOTHING


def _live_digest(found: Sources, uri: str) -> str:
    """Give the digest of an image in the account's own repository; another one as it is."""
    account, digest = found.account, uri.partition("@")[2]
    repository = found.naming.repository_name(account.name, "model")
    own = ImageReference(account.id, account.region, repository, digest)
    return digest if digest and own.uri == uri else uri or NOTHING


def _archive_digest(found: Sources, uri: str) -> str:
    """Give the digest of an archive in the account's own store; another place as it is."""
    bucket = found.naming.bucket_name(found.account.name, "models")
    start = f"s3://{bucket}/approved/{found.model}/"
    match = _ARCHIVE.fullmatch(uri.removeprefix(start)) if uri.startswith(start) else None
    return match[1] if match else uri or NOTHING
