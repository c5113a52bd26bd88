"""What the registry says of a version is believed only where it fits together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from pipelines.errors import Finding
from pipelines.promotion.package import (
    Package,
    check_package,
    parse_package_arn,
    read_package,
)
from tests.pipelines.promotion.places import NOW

GROUP = "gatehouse-breast-cancer"
HOME = "111111111111"
NAME = parse_package_arn(f"arn:aws:sagemaker:eu-west-1:{HOME}:model-package/{GROUP}/3")
DIGEST = "sha256:" + "a" * 64
IMAGE = f"{HOME}.dkr.ecr.eu-west-1.amazonaws.com/gatehouse-data-science/model@{DIGEST}"
METADATA = {
    "commit": "c" * 40,
    "data_sha256": "d" * 64,
    "data_uri": "s3://data/raw.csv",
    "definition_sha256": "e" * 64,
    "evaluation_uri": "s3://models/evaluation.json",
    "holdout_uri": "s3://models/holdout.csv",
    "image_digest": DIGEST,
    "predictions_uri": "s3://models/predictions.csv",
    "threshold": "0.95",
}


@dataclass
class Answers:
    """A registry with one answer."""

    changes: dict[str, Any]

    def describe_model_package(self, **_request: Any) -> dict[str, Any]:
        report = {"S3Uri": METADATA["evaluation_uri"]}
        return {
            "ModelPackageGroupName": GROUP,
            "ModelPackageVersion": 3,
            "ModelPackageStatus": "Completed",
            "ModelApprovalStatus": "Approved",
            "CreationTime": NOW,
            "InferenceSpecification": {
                "Containers": [{"Image": IMAGE, "ModelDataUrl": "s3://m/a"}]
            },
            "ModelMetrics": {"ModelQuality": {"Statistics": report}},
            "CustomerMetadataProperties": METADATA,
        } | self.changes


def package(**changes: Any) -> Package:
    """Read and check a version."""
    read = read_package(Answers(changes), NAME, GROUP)
    check_package(read, HOME, "gatehouse-data-science/model")
    return read


def test_a_version_that_fits_together_is_taken() -> None:
    assert package().image.digest == DIGEST
    assert package().archive_uri == "s3://m/a"


def image(uri: str) -> dict[str, Any]:
    """A specification with another image."""
    return {"Containers": [{"Image": uri, "ModelDataUrl": "s3://m/a"}]}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"ModelPackageGroupName": "other"}, f"must belong to the model package group {GROUP}"),
        ({"ModelPackageVersion": 4}, "must be version 3, got 4"),
        ({"ModelPackageStatus": "Failed"}, "must have the status Completed, got Failed"),
        ({"ModelPackageStatus": None}, "must have the status Completed, got nothing"),
        ({"ModelApprovalStatus": "Rejected"}, "must have the approval status Approved"),
        ({"ModelApprovalStatus": None}, "must have the approval status Approved, got nothing"),
        (
            {"InferenceSpecification": image(IMAGE.replace(HOME, "4" * 12))},
            f"must have its image in the account {HOME}, got 444444444444",
        ),
        (
            {"InferenceSpecification": image(IMAGE.replace("/model@", "/other@"))},
            "must have its image in the repository gatehouse-data-science/model, "
            "got gatehouse-data-science/other",
        ),
        ({"InferenceSpecification": {}}, "must have exactly one container, got 0"),
        (
            {"InferenceSpecification": {"Containers": [{"Image": IMAGE}, {"Image": IMAGE}]}},
            "must have exactly one container, got 2",
        ),
        ({"ModelMetrics": {}}, "must have the evaluation of its metadata, .* got nothing"),
    ],
)
def test_a_version_that_does_not_is_refused(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(Finding, match=told):
        package(**changes)


def test_a_version_of_another_account_is_refused() -> None:
    elsewhere = replace(NAME, account="4" * 12)
    read = read_package(Answers({}), elsewhere, GROUP)
    with pytest.raises(Finding, match=f"must belong to the account {HOME}, got 444444444444"):
        check_package(read, HOME, "gatehouse-data-science/model")
