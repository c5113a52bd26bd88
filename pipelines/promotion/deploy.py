"""Deploy: judges a release, brings it into a target by its digests, puts it behind its endpoint."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import Any

from pipelines.errors import Finding
from pipelines.images import Registry, copy_image
from pipelines.promotion.archive import copy_archive
from pipelines.promotion.aws import Aws
from pipelines.promotion.documents import write_document
from pipelines.promotion.endpoint import Live, check_live, read_live
from pipelines.promotion.evidence import keep
from pipelines.promotion.judgement import judge_release
from pipelines.promotion.kept import Kept
from pipelines.promotion.kept_terraform import TERRAFORM_FILE, pack
from pipelines.promotion.left_since import check_not_left
from pipelines.promotion.package import parse_package_arn, read_package
from pipelines.promotion.refusals import keeping_refusals
from pipelines.promotion.release import ExactObject, Release
from pipelines.promotion.reports import heading
from pipelines.promotion.retraining import check_definition, made_here
from pipelines.promotion.rollout import Applied, Surroundings, lay_out, roll_out
from pipelines.promotion.rollout_failure import keeping_failures
from pipelines.promotion.settings import Settings
from pipelines.promotion.target import Target, read_target
from pipelines.promotion.variables import terraform_variables

DEPLOYMENT_FILE = "deployment.json"

_log = logging.getLogger(__name__)


def run(settings: Settings, aws: Aws, around: Surroundings | None = None) -> None:
    """Deploy the release of this execution into this account and write deployment.json."""
    around = around or Surroundings()
    started = around.clock.now()
    account = settings.target()
    settings.artifact("Release")
    target = read_target(aws.client("ssm", account.region), settings.naming, account)
    s3 = aws.client("s3", account.region)
    with keeping_refusals(settings, aws, target, "deploy", around.clock.now):
        judged = judge_release(settings, aws, started)
        evidence, model = target.evidence_bucket, judged.release.model
        check_not_left(account, lambda: Kept(s3, evidence, model, account.name), judged)
        check_still_approved(settings, aws, judged.release)
        check_definition(settings, judged.release)
    release = judged.release
    _log.info("deploying release %s to account %s", release.id, account.name)
    name = settings.naming.endpoint_name(account.name, release.model)
    # Kept before anything is made: what half a deployment left must be known as a release as well,
    # and where no evidence can be kept, nothing is deployed.
    applied_from = {TERRAFORM_FILE: pack(settings.root)}
    keep(s3, target, release, settings.execution_id, {**judged.documents, **applied_from})
    with tempfile.TemporaryDirectory(prefix="deploy-") as made:
        scratch = Path(made)
        copy_release_image(aws, release, target, scratch)
        release = made_here(settings, aws, target, release, around.clock)
        archive = copy_archive(s3, release.archive, target, release.model, scratch)
        variables = terraform_variables(release, target, name)
        rollout = release.configuration_of(account.name).rollout
        with keeping_failures(settings, aws, target, release, started, around.clock.now):
            folder = lay_out(settings.root, scratch)
            applied = roll_out(folder, variables, rollout, target, aws, around)
    live = read_live(aws.client("sagemaker", account.region), name)
    check_deployed(live, release, target, applied)
    report = heading(settings, release, started, around.clock.now())
    report |= findings(live, archive, applied, release)
    content = write_document(settings.out / DEPLOYMENT_FILE, "deployment", report)
    report_of = {f"{account.name}/{DEPLOYMENT_FILE}": content}
    keep(s3, target, release, settings.execution_id, report_of)


def check_still_approved(settings: Settings, aws: Aws, release: Release) -> None:
    """Refuse a release whose package is no longer approved."""
    name = parse_package_arn(release.package_arn)
    group = settings.naming.model_package_group(release.model)
    package = read_package(aws.client("sagemaker", name.region), name, group)
    if package.image != release.image:
        raise Finding(
            package.address, f"must have the image {release.image.uri}", got=package.image.uri
        )


def copy_release_image(aws: Aws, release: Release, target: Target, scratch: Path) -> None:
    """Copy the image by digest into the account's own repository."""
    wanted, account = release.image, target.account
    source = Registry(aws.client("ecr", wanted.region), wanted.account, wanted.repository)
    own = Registry(aws.client("ecr", account.region), account.id, target.repository)
    copy_image(source, own, wanted.digest, wanted.digest.removeprefix("sha256:"), scratch)


def check_deployed(live: Live, release: Release, target: Target, applied: Applied) -> None:
    """Refuse an endpoint that does not run what was applied, whatever Terraform says."""
    wanted = str(applied.outputs.get("endpoint_configuration_name", ""))
    if live.config_name != wanted:
        raise Finding(
            f"endpoint {live.name}",
            f"must run the configuration {wanted}",
            got=live.config_name,
            hint="SageMaker rolled the update back: see the endpoint's log for its reason",
        )
    check_live(live, release, target)


def findings(
    live: Live, archive: ExactObject, applied: Applied, release: Release
) -> dict[str, Any]:
    """Tell what arrived, what was changed and what is live."""
    return {
        "archive": archive.document(),
        "image": {"uri": live.image_uri, "digest": release.image.digest},
        "plan": applied.document(),
        "endpoint": live.document(),
    }
