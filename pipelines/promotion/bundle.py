"""Bundle: turns one approved package version into a release of exact digests."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import Any

from pipelines.errors import Finding
from pipelines.images import Registry
from pipelines.models.description import ModelDescription, describe
from pipelines.promotion.aws import Aws
from pipelines.promotion.documents import write_document
from pipelines.promotion.objects import S3Client, current_version, measure, read
from pipelines.promotion.package import Package, check_package, parse_package_arn, read_package
from pipelines.promotion.release import (
    RELEASE_FILE,
    Configuration,
    Data,
    ExactObject,
    Release,
    checked,
)
from pipelines.promotion.settings import Settings

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Measured:
    """The objects of a package, each by exact version and digest."""

    archive: ExactObject
    evaluation: ExactObject
    holdout: ExactObject
    predictions: ExactObject


def run(settings: Settings, aws: Aws) -> None:
    """Write release.json for the package of this execution."""
    name = parse_package_arn(settings.package_arn)
    home, naming = settings.home, settings.naming
    group, repository = (
        naming.model_package_group(settings.model.name),
        naming.repository_name(home.name, "model"),
    )
    package = read_package(aws.client("sagemaker", home.region), name, group)
    check_package(package, home.id, repository)
    s3 = aws.client("s3", home.region)
    check_places(package, naming.bucket_name(home.name, "models"), settings.model.name)
    measured = measure_objects(s3, package)
    description = describe(settings.model.name, settings.root / "pipelines" / "models")
    check_threshold(package, description, read(s3, measured.evaluation))
    images = Registry(aws.client("ecr", package.image.region), home.id, repository)
    images.image(package.image.digest)
    release = checked(make_release(settings, package, measured, description))
    write_document(settings.out / RELEASE_FILE, "release", release.document())
    _log.info("release %s of %s", release.id, package.address)


def make_release(
    settings: Settings, package: Package, measured: Measured, description: ModelDescription
) -> Release:
    """Put the release of a checked package together."""
    metadata = package.metadata
    return Release(
        model=settings.model.name,
        package_arn=package.name.arn,
        archive=measured.archive,
        image=package.image,
        definition_sha256=metadata["definition_sha256"],
        evaluation=measured.evaluation,
        holdout=measured.holdout,
        predictions=measured.predictions,
        data=Data(metadata["data_uri"], metadata["data_sha256"]),
        commit=metadata["commit"],
        configuration={
            target.name: _configuration(description.endpoint(target.kind))
            for target in settings.organization.targets_of(settings.model)
        },
    )


def check_places(package: Package, bucket: str, model: str) -> None:
    """Refuse objects that lie outside the model's own place in the models bucket."""
    start = f"s3://{bucket}/{model}/"
    for uri in _uris(package).values():
        if not uri.startswith(start):
            raise Finding(package.address, f"must have its objects below {start}", got=uri)


def measure_objects(s3: S3Client, package: Package) -> Measured:
    """Hash every object of a package; refuse one that was replaced after the registration."""
    found: dict[str, ExactObject] = {}
    for what, uri in _uris(package).items():
        version = current_version(s3, uri)
        if version.modified > package.created:
            raise Finding(
                uri,
                f"must not have changed after the package was registered at {package.created}",
                got=f"version {version.version_id} of {version.modified}",
                hint="run the training pipeline again and approve the version that it registers",
            )
        _log.info("hashing the %s, %s", what, uri)
        found[what] = measure(s3, uri, version.version_id)
        if what == "archive" and package.archive_etag not in (None, version.etag):
            raise Finding(
                uri,
                f"must be the archive that was registered, with ETag {package.archive_etag}",
                got=version.etag,
            )
    return Measured(**found)


def check_threshold(package: Package, description: ModelDescription, evaluation: bytes) -> None:
    """Refuse a model whose report does not reach the threshold that it was registered with."""
    metric = description.metric
    address = package.metadata["evaluation_uri"]
    try:
        threshold = float(package.metadata["threshold"])
        value = _value(json.loads(evaluation), description.metric_path)
    except (ValueError, KeyError, TypeError) as error:
        raise Finding(
            address, f"must report {description.metric_path} as a number", got=str(error)
        ) from error
    reached = value >= threshold if metric.higher_is_better else value <= threshold
    if not reached:
        bound = "at least" if metric.higher_is_better else "at most"
        raise Finding(
            address, f"{metric.name} must be {bound} {threshold} to be released", got=str(value)
        )


def _uris(package: Package) -> dict[str, str]:
    return {
        "archive": package.archive_uri,
        "evaluation": package.metadata["evaluation_uri"],
        "holdout": package.metadata["holdout_uri"],
        "predictions": package.metadata["predictions_uri"],
    }


def _configuration(variant: dict[str, str | int]) -> Configuration:
    return Configuration(str(variant["instance_type"]), int(variant["initial_instance_count"]))


def _value(report: Any, path: str) -> float:
    for part in path.split("."):
        report = report[part]
    if isinstance(report, bool) or not isinstance(report, int | float):
        raise TypeError(f"{report!r}")
    return float(report)
