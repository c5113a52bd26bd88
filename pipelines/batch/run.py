"""Run a batch: check that the version is approved and as it was registered, then forecast."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from pipelines.aws_call import aws_call
from pipelines.batch.job import Batch, plan_batch
from pipelines.batch.settings import HOURS, LATEST, REGISTERED, Settings
from pipelines.clock import Clock
from pipelines.errors import Finding
from pipelines.models.description import describe
from pipelines.models.series_table import series_of
from pipelines.promotion.aws import Aws
from pipelines.promotion.bundle import check_places
from pipelines.promotion.package import (
    Package,
    check_package,
    parse_package_arn,
    read_package,
)
from pipelines.promotion.registered import registered_version

RECORD = "batch.json"
_ENDED = ("Completed", "Failed", "Stopped")
_SECONDS = 5.0
_log = logging.getLogger(__name__)


def run(settings: Settings, aws: Aws, out: Path, clock: Clock | None = None) -> Batch:
    """Forecast with one approved version and write batch.json into `out`.

    Raises Finding for a version that is not approved now or not as it was registered, for a series
    that lies elsewhere than people's data do, and for a job that does not complete.
    """
    clock = clock or Clock()
    region = settings.account.region
    description = describe(settings.model.name, settings.root / "pipelines" / "models")
    series_of(description)
    sagemaker, s3 = aws.client("sagemaker", region), aws.client("s3", region)
    package = _read(settings, sagemaker)
    before = registered_version(s3, package, package.archive_uri)
    series = _series(settings, package)
    batch = plan_batch(settings, package, description, series, clock.now())
    with aws_call(batch.job_name, "must be a job that can be started"):
        sagemaker.create_processing_job(**batch.request)
    _follow(sagemaker, batch, clock)
    if registered_version(s3, package, package.archive_uri) != before:
        raise Finding(
            package.archive_uri, "must not change while a batch uses it", got="another version"
        )
    _write(out / RECORD, batch)
    _log.info("forecast of %s: %s", settings.model.name, batch.table_uri)
    return batch


def _read(settings: Settings, sagemaker: Any) -> Package:
    naming, model = settings.naming, settings.model.name
    group = naming.model_package_group(model)
    arn = settings.package_arn
    name = parse_package_arn(_latest(sagemaker, group) if arn == LATEST else arn)
    package = read_package(sagemaker, name, group)
    account = settings.account
    check_package(package, account.id, naming.repository_name(account.name, "model"))
    check_places(package, naming.bucket_name(account.name, "models"), model)
    return package


def _latest(sagemaker: Any, group: str) -> str:
    """Find the version of a group that was made last of those that are approved."""
    with aws_call(f"group {group}", "must be one whose versions can be listed"):
        found = sagemaker.list_model_packages(
            ModelPackageGroupName=group,
            ModelApprovalStatus="Approved",
            SortBy="CreationTime",
            SortOrder="Descending",
            MaxResults=1,
        )["ModelPackageSummaryList"]
    if not found:
        raise Finding(f"group {group}", "must have a version that is approved", got="none")
    return str(found[0]["ModelPackageArn"])


def _series(settings: Settings, package: Package) -> str:
    uri = settings.series_uri
    if uri == REGISTERED:
        uri = package.metadata["data_uri"]
    bucket = settings.naming.bucket_name(settings.account.name, "data")
    model = settings.model.name
    starts = tuple(f"s3://{bucket}/{folder}/{model}/" for folder in (HOURS, "raw"))
    if not uri.startswith(starts):
        raise Finding("SERIES_URI", f"must be an object below {' or '.join(starts)}", got=uri)
    return uri


def _follow(sagemaker: Any, batch: Batch, clock: Clock) -> None:
    while True:
        with aws_call(batch.job_name, "must be a job that can be read"):
            found = sagemaker.describe_processing_job(ProcessingJobName=batch.job_name)
        status = found["ProcessingJobStatus"]
        if status in _ENDED:
            break
        clock.sleep(_SECONDS)
    if status != "Completed":
        told = found.get("ExitMessage") or found.get("FailureReason") or "no reason"
        raise Finding(f"job {batch.job_name}", "must complete", got=f"{status}: {told}")


def _write(path: Path, batch: Batch) -> None:
    document = {
        "schema_version": 1,
        "job": batch.job_name,
        "package": batch.package_arn,
        "series": batch.series_uri,
        "table": batch.table_uri,
        "chart": batch.chart_uri,
    }
    path.write_text(json.dumps(document, indent=2, sort_keys=True) + "\n", encoding="utf-8")
