"""Verify: judges a release again and compares with it what production runs, down to the bytes."""

from __future__ import annotations

import logging

from pipelines.errors import Finding
from pipelines.images import Registry
from pipelines.models.description import describe
from pipelines.promotion.archive import held_archive
from pipelines.promotion.aws import Aws
from pipelines.promotion.consumer import become_consumer
from pipelines.promotion.documents import write_document
from pipelines.promotion.endpoint import check_live, read_live
from pipelines.promotion.evidence import handed_over, keep
from pipelines.promotion.examination import describe_difference
from pipelines.promotion.held_out import read_held_out
from pipelines.promotion.judgement import judge_release
from pipelines.promotion.refusals import keeping_refusals
from pipelines.promotion.release import Release
from pipelines.promotion.reports import heading
from pipelines.promotion.retrained import as_served, region_of_rows
from pipelines.promotion.rows import Comparison, compare
from pipelines.promotion.settings import Settings
from pipelines.promotion.target import Target, read_target
from pipelines.promotion.watch import Watch

VERIFICATION_FILE = "verification.json"

_log = logging.getLogger(__name__)


def run(settings: Settings, aws: Aws, watch: Watch | None = None) -> None:
    """Verify the release of this execution in this account and write verification.json."""
    watch = watch or Watch()
    started = watch.now()
    account = settings.target()
    settings.artifact("Release")
    target = read_target(aws.client("ssm", account.region), settings.naming, account)
    with keeping_refusals(settings, aws, target, "verify", watch.now):
        judged = judge_release(settings, aws, started)
    s3 = aws.client("s3", account.region)
    release = as_served(settings, s3, target, judged.release)
    name = settings.naming.endpoint_name(account.name, release.model)
    live = read_live(aws.client("sagemaker", account.region), name)
    check_live(live, release, target)
    archive = held_archive(s3, release.archive, live.archive_uri)
    check_image(aws, release, target)
    comparison = ask_once(settings, aws, release)
    documents = handed_over(settings.artifacts, release) | dict(judged.documents)
    report = heading(settings, release, started, watch.now()) | {
        "endpoint": live.document(),
        "archive": archive.document(),
        "image": {"uri": live.image_uri, "digest": release.image.digest},
        "invocation": comparison.document(),
        "evidence": sorted(documents),
    }
    content = write_document(settings.out / VERIFICATION_FILE, "verification", report)
    documents[f"{account.name}/{VERIFICATION_FILE}"] = content
    keep(s3, target, release, settings.execution_id, documents)
    _log.info("account %s runs release %s", account.name, release.id)


def check_image(aws: Aws, release: Release, target: Target) -> None:
    """Read the image's manifest in the account's own repository and hash it."""
    account = target.account
    own = Registry(aws.client("ecr", account.region), account.id, target.repository)
    own.image(release.image.digest)


def ask_once(settings: Settings, aws: Aws, release: Release) -> Comparison:
    """Ask for the first held-out row; refuse another prediction than the recorded one."""
    description = describe(release.model, settings.root / "pipelines" / "models")
    s3 = aws.client("s3", region_of_rows(settings, release))
    held_out = read_held_out(s3, release, description).first(1)
    consumer = become_consumer(aws, settings, release)
    answer = consumer.predictions(held_out.rows)
    comparison = compare(held_out.predictions, answer, description.acceptance.tolerance)
    if comparison.differing_rows:
        raise Finding(f"endpoint {consumer.endpoint}", describe_difference(comparison))
    return comparison
