"""Trains code that was promoted in its target, and judges what came of it before it is served."""

from __future__ import annotations

import json
import logging
from typing import Any

from pipelines.clock import Clock
from pipelines.errors import Finding
from pipelines.models.description import ModelDescription, describe
from pipelines.organization_models import Promotes
from pipelines.promotion.aws import Aws
from pipelines.promotion.bundle import measure_objects
from pipelines.promotion.documents import write_document
from pipelines.promotion.evidence import keep
from pipelines.promotion.held_out import read_held_out
from pipelines.promotion.objects import S3Client, read
from pipelines.promotion.package import (
    Package,
    check_package,
    parse_package_arn,
    read_package,
)
from pipelines.promotion.quality import measure_quality
from pipelines.promotion.release import Release
from pipelines.promotion.reports import heading
from pipelines.promotion.retrained import RETRAINING_FILE, Retrained, as_made
from pipelines.promotion.settings import Settings
from pipelines.promotion.target import Target
from pipelines.promotion.threshold import check_threshold, evaluated, metrics_of
from pipelines.promotion.training_run import Run, pipeline_name, signed_definition, train

UNDECIDED = "PendingManualApproval"

_log = logging.getLogger(__name__)


def check_definition(settings: Settings, release: Release) -> None:
    """Refuse code whose definition at hand is another one than was signed."""
    if release.promotes is Promotes.CODE:
        signed_definition(settings, release)


def made_here(
    settings: Settings, aws: Aws, target: Target, release: Release, clock: Clock
) -> Release:
    """Tell what is to be served: a model as it was signed, and code as it is now trained here.

    Threshold and held-out rows are judged before anything serves what was trained.
    """
    if release.promotes is Promotes.MODEL:
        return release
    return retrain(settings, aws, target, release, clock)


def retrain(
    settings: Settings, aws: Aws, target: Target, release: Release, clock: Clock
) -> Retrained:
    """Train a release here, judge it, and keep what was trained from what as evidence.

    Raises Finding for a model below its threshold, or whose held-out rows speak against it.
    """
    started, account = clock.now(), target.account
    s3 = aws.client("s3", account.region)
    run = train(settings, aws, target, release, clock)
    package = registered(settings, aws, target, release, run)
    measured = measure_objects(s3, package)
    made = {
        "archive": measured.archive.document(),
        "evaluation": measured.evaluation.document(),
        "holdout": measured.holdout.document(),
        "predictions": measured.predictions.document(),
        "data": {
            "uri": run.data.uri,
            "version_id": run.data.version,
            "sha256": package.metadata["data_sha256"],
        },
    }
    retrained = as_made(release, made)
    judgement = judge(settings, s3, retrained, package)
    report = heading(settings, release, started, clock.now()) | made | judgement
    report |= {
        "run": {"arn": run.arn, "package_arn": run.package_arn},
        "definition": {"sha256": release.definition_sha256, "bound_sha256": run.bound_sha256},
        "image": {"digest": release.image.digest, "uri": package.image.uri},
    }
    content = write_document(settings.out / RETRAINING_FILE, "retraining", report)
    documents = {f"{account.name}/{RETRAINING_FILE}": content}
    keep(s3, target, release, settings.execution_id, documents)
    _log.info("trained release %s anew on version %s of %s", release.id, *_of(run))
    return retrained


def _of(run: Run) -> tuple[str, str]:
    return run.data.version, run.data.uri


def registered(settings: Settings, aws: Aws, target: Target, release: Release, run: Run) -> Package:
    """Read what a run has registered; refuse a version that is not of this run and release."""
    name = parse_package_arn(run.package_arn)
    group, sagemaker = pipeline_name(settings, release), target.account.region
    package = read_package(aws.client("sagemaker", sagemaker), name, group, UNDECIDED)
    check_package(package, target.account.id, target.repository)
    for what, wanted, found in (
        ("run", run.arn, package.metadata.get("execution_arn")),
        ("definition", release.definition_sha256, package.metadata["definition_sha256"]),
        ("image", release.image.digest, package.image.digest),
        ("commit", release.commit, package.metadata["commit"]),
        ("data", run.data.uri, package.metadata["data_uri"]),
        ("version of the data", run.data.version, package.metadata.get("data_version")),
    ):
        # SageMaker writes the names of pipelines in an ARN in small letters.
        if str(found).casefold() != wanted.casefold():
            raise Finding(package.address, f"must be of the {what} {wanted}", got=found or "none")
    return package


def judge(
    settings: Settings, s3: S3Client, retrained: Retrained, package: Package
) -> dict[str, Any]:
    """Hold what was trained to threshold and held-out rows, before anything serves it."""
    description = describe(retrained.model, settings.root / "pipelines" / "models")
    evaluation = read(s3, retrained.evaluation)
    _check_own_threshold(description, package)
    check_threshold(package, description, evaluation)
    number = evaluated(retrained.evaluation.uri, description.metric_path, evaluation)
    held_out = read_held_out(s3, retrained, description)
    quality, slices = measure_quality(description, held_out, held_out.predictions, number)
    failures = quality.failures() + [told for one in slices for told in one.failures()]
    if failures:
        more = f" (and {len(failures) - 1} more)" if len(failures) > 1 else ""
        raise Finding(
            retrained.archive.uri,
            f"must pass the judgement of its held-out rows; {failures[0]}{more}",
        )
    return {
        "metrics": metrics_of(json.loads(evaluation)),
        "quality": quality.document(),
        "slices": [one.document() for one in slices],
    }


def _check_own_threshold(description: ModelDescription, package: Package) -> None:
    """Refuse a run that was measured against another threshold than the description's."""
    wanted, found = description.metric.threshold, package.metadata["threshold"]
    if float(found) != wanted:
        raise Finding(package.address, f"must have the threshold {wanted}", got=found)
