"""A version in the model registry: what it says of itself, and whether it may be released."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from pipelines.aws_call import aws_call
from pipelines.errors import Finding
from pipelines.promotion.release import ImageReference

_ARN = re.compile(
    r"arn:[a-z-]+:sagemaker:(?P<region>[a-z0-9-]+):(?P<account>\d{12})"
    r":model-package/(?P<group>[A-Za-z0-9-]+)/(?P<version>[1-9]\d*)",
    re.ASCII,
)
_IMAGE = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?"
    r"/(?P<repository>[a-z0-9._/-]+)@(?P<digest>sha256:[0-9a-f]{64})",
    re.ASCII,
)
_METADATA = (
    "commit",
    "data_sha256",
    "data_uri",
    "definition_sha256",
    "evaluation_uri",
    "holdout_uri",
    "image_digest",
    "predictions_uri",
    "threshold",
)


class RegistryClient(Protocol):
    """The operation of the `sagemaker` client that is used here."""

    def describe_model_package(self, **request: Any) -> dict[str, Any]: ...


@dataclass(frozen=True)
class PackageName:
    """A package version, taken apart from its ARN."""

    arn: str
    account: str
    region: str
    group: str
    version: int


@dataclass(frozen=True)
class Package:
    """What a registered version says of itself; not yet checked against anything."""

    name: PackageName
    created: datetime
    image: ImageReference
    archive_uri: str
    archive_etag: str | None
    report_uri: str | None
    metadata: Mapping[str, str]
    # As SageMaker tells them; empty where it does not.
    created_by: Mapping[str, Any] = field(default_factory=dict)
    modified_by: Mapping[str, Any] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """How messages call it."""
        return self.name.arn


def parse_package_arn(arn: str) -> PackageName:
    """Take the ARN of a package version apart; refuse what names none exactly."""
    match = _ARN.fullmatch(arn)
    if match is None:
        raise Finding(
            "PACKAGE_ARN",
            "must be the ARN of one version of a model package",
            got=arn or "nothing",
            hint="start the promotion with the ARN of the approved version",
        )
    return PackageName(
        arn, match["account"], match["region"], match["group"], int(match["version"])
    )


def read_package(
    client: RegistryClient, name: PackageName, group: str, approval: str = "Approved"
) -> Package:
    """Ask the registry for a version of a group; refuse one that is not approved now.

    What a target registers for itself is never approved: `approval` is then its other status.
    """
    with aws_call(name.arn, "must be a model package that can be read"):
        answer = client.describe_model_package(ModelPackageName=name.arn)
    _require(
        name.arn,
        ("must belong to the model package group", group, name.group),
        ("must belong to the model package group", group, answer.get("ModelPackageGroupName")),
        ("must be version", str(name.version), str(answer.get("ModelPackageVersion"))),
        ("must have the status", "Completed", answer.get("ModelPackageStatus")),
        ("must have the approval status", approval, answer.get("ModelApprovalStatus")),
    )
    containers = (answer.get("InferenceSpecification") or {}).get("Containers") or []
    if len(containers) != 1:
        raise Finding(name.arn, "must have exactly one container", got=str(len(containers)))
    container = containers[0]
    quality = (answer.get("ModelMetrics") or {}).get("ModelQuality") or {}
    return Package(
        name=name,
        created=answer["CreationTime"],
        image=_image(name.arn, str(container.get("Image", ""))),
        archive_uri=str(container.get("ModelDataUrl", "")),
        archive_etag=container.get("ModelDataETag"),
        report_uri=(quality.get("Statistics") or {}).get("S3Uri"),
        metadata=_metadata(name.arn, answer.get("CustomerMetadataProperties") or {}),
        created_by=answer.get("CreatedBy") or {},
        modified_by=answer.get("LastModifiedBy") or {},
    )


def check_package(package: Package, account: str, repository: str) -> None:
    """Refuse a version that lies elsewhere or contradicts itself."""
    image, metadata = package.image, package.metadata
    _require(
        package.address,
        ("must belong to the account", account, package.name.account),
        ("must have its image in the account", account, image.account),
        ("must have its image in the repository", repository, image.repository),
        ("must have the image of its metadata,", metadata["image_digest"], image.digest),
        (
            "must have the evaluation of its metadata,",
            metadata["evaluation_uri"],
            package.report_uri,
        ),
    )


def _require(address: str, *rules: tuple[str, str, str | None]) -> None:
    for rule, wanted, found in rules:
        if wanted != found:
            raise Finding(address, f"{rule} {wanted}", got=found or "nothing")


def _image(address: str, uri: str) -> ImageReference:
    match = _IMAGE.fullmatch(uri)
    if match is None:
        raise Finding(address, "must name its image by digest in a private repository", got=uri)
    return ImageReference(match["account"], match["region"], match["repository"], match["digest"])


def _metadata(address: str, metadata: Mapping[str, str]) -> Mapping[str, str]:
    for name in _METADATA:
        if not metadata.get(name):
            raise Finding(
                address,
                f"must tell {name} in its metadata",
                got="nothing",
                hint="register models through their training pipeline, not by hand",
            )
    return dict(metadata)
