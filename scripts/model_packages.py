"""Model packages: the versions of a model in the registry, and the decision on each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.errors import Misuse
from scripts.access import Access, aws_errors


@dataclass(frozen=True)
class ModelPackage:
    """One version; of a listing, image and archive are empty."""

    arn: str
    version: int
    approval: str
    created: str
    metadata: Mapping[str, str]
    image_uri: str = ""
    archive_uri: str = ""

    @property
    def is_waiting(self) -> bool:
        """Tell whether nobody has decided on it yet."""
        return self.approval == "PendingManualApproval"


class ModelPackages:
    """The versions of one model."""

    def __init__(self, access: Access, region: str, group: str) -> None:
        self._client = access.client("sagemaker", region)
        self._endpoint = access.endpoint
        self._group = group

    def all(self) -> list[ModelPackage]:
        """List the versions, the latest first."""
        with self._errors("must be a group whose versions can be listed"):
            # Asked for explicitly: the service sorts ascending by default.
            pages = self._client.get_paginator("list_model_packages").paginate(
                ModelPackageGroupName=self._group, SortBy="CreationTime", SortOrder="Descending"
            )
            found = [_package(each) for page in pages for each in page["ModelPackageSummaryList"]]
        return sorted(found, key=lambda package: -package.version)

    def version(self, number: int) -> ModelPackage:
        """Read one version with all that it says of itself."""
        arn = next((found.arn for found in self.all() if found.version == number), None)
        if arn is None:
            raise Misuse(
                f"group {self._group}",
                "must have the version asked for",
                got=str(number),
                hint="list them: gatehouse model list",
            )
        return self.describe(arn)

    def describe(self, arn: str) -> ModelPackage:
        """Read one version by its ARN."""
        with self._errors("must have a version that can be read"):
            return _package(self._client.describe_model_package(ModelPackageName=arn))

    def decide(self, package: ModelPackage, *, approve: bool, summary: str) -> ModelPackage:
        """Approve or reject a version that waits, or reject one that was approved.

        Where that one runs in production, its rejection takes production back.
        """
        takes_back = package.approval == "Approved" and not approve
        if not package.is_waiting and not takes_back:
            raise Misuse(
                package.arn,
                "must be waiting for a decision",
                got=package.approval,
                hint="train again: a new version is decided anew",
            )
        decision = "Approved" if approve else "Rejected"
        with self._errors("must have a version that can be decided on"):
            self._client.update_model_package(
                ModelPackageArn=package.arn,
                ModelApprovalStatus=decision,
                ApprovalDescription=summary,
            )
        return self.describe(package.arn)

    def _errors(self, must_hold: str) -> Any:
        return aws_errors(f"model package group {self._group}", must_hold, self._endpoint)


def _package(found: Mapping[str, Any]) -> ModelPackage:
    created = found.get("CreationTime")
    containers = (found.get("InferenceSpecification") or {}).get("Containers") or []
    container = containers[0] if len(containers) == 1 else {}
    return ModelPackage(
        arn=str(found["ModelPackageArn"]),
        version=int(found.get("ModelPackageVersion", 0)),
        approval=str(found.get("ModelApprovalStatus", "")),
        created=created.isoformat(timespec="seconds") if created else "",
        metadata=dict(found.get("CustomerMetadataProperties") or {}),
        image_uri=str(container.get("Image", "")),
        archive_uri=str(container.get("ModelDataUrl", "")),
    )
