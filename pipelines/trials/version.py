"""The version that a trial serves: registered, approved by a lead, and of this very account."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.aws_call import aws_call
from pipelines.errors import Finding
from pipelines.trials.settings import Settings

_ARN = re.compile(
    r"arn:[a-z-]+:sagemaker:[a-z0-9-]+:\d{12}:model-package/[A-Za-z0-9-]+/[1-9]\d*", re.ASCII
)


@dataclass(frozen=True)
class Version:
    """What is served: the archive of a version, and the image that runs it."""

    arn: str
    image: str
    archive: str
    etag: str


def approved_version(sagemaker: Any, arn: str, model: str, settings: Settings) -> Version:
    """Read a version and refuse one that is not approved now, or not a model of this account.

    ``sagemaker`` is boto3's client; raises Finding with what must hold.
    """
    if not _ARN.fullmatch(arn):
        raise Finding("ModelPackageArn", "must be the ARN of one version", got=arn or "nothing")
    with aws_call(arn, "must be a version that can be read"):
        told: Mapping[str, Any] = sagemaker.describe_model_package(ModelPackageName=arn)
    _must(arn, "must be of the group", settings.group(model), told.get("ModelPackageGroupName"))
    _must(arn, "must have the status", "Completed", told.get("ModelPackageStatus"))
    _must(arn, "must have the approval status", "Approved", told.get("ModelApprovalStatus"))
    containers = (told.get("InferenceSpecification") or {}).get("Containers") or []
    if len(containers) != 1:
        raise Finding(arn, "must have exactly one container", got=str(len(containers)))
    image = str(containers[0].get("Image", ""))
    archive = str(containers[0].get("ModelDataUrl", ""))
    if not image.startswith(f"{settings.repository_url}@sha256:"):
        must = f"must have its image by digest in {settings.repository_url}"
        raise Finding(arn, must, got=image or "nothing")
    if not archive.startswith(f"s3://{settings.bucket}/{model}/"):
        must = f"must have its archive below s3://{settings.bucket}/{model}"
        raise Finding(arn, must, got=archive or "nothing")
    return Version(arn, image, archive, str(containers[0].get("ModelDataETag", "")))


def _must(arn: str, rule: str, wanted: str, found: object) -> None:
    if found != wanted:
        raise Finding(arn, f"{rule} {wanted}", got=str(found or "nothing"))
