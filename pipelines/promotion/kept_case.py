"""Lays out for a build what a production account keeps, and what it judges that by."""

from __future__ import annotations

from datetime import datetime

from pipelines.attestations.refusal import asking
from pipelines.errors import EnvironmentFault
from pipelines.promotion.aws import Aws
from pipelines.promotion.decisions import read_revocations
from pipelines.promotion.endpoint import Live, read_live
from pipelines.promotion.going_back import Case, make_asked, package_status
from pipelines.promotion.kept import Kept
from pipelines.promotion.settings import Settings
from pipelines.promotion.target import Target
from pipelines.promotion.trust import read_trusted


def make_case(
    settings: Settings, aws: Aws, target: Target, live: Live | None, now: datetime
) -> Case:
    """Gather what is kept here, which keys are pinned, and what runs; nothing is believed yet."""
    account, home, model = settings.target(), settings.home, settings.model.name
    with asking("kept-here"):
        kept = Kept(aws.client("s3", account.region), target.evidence_bucket, model, account.name)
        runs = kept.runs(live, target)
        trusted = read_trusted(aws.client("ssm", account.region), settings.naming, account)
    decisions = settings.naming.bucket_name(home.name, "decisions")
    return Case(
        kept,
        trusted,
        make_asked(settings.organization, account, model, runs, now),
        lambda release_id: read_revocations(
            aws.client("s3", home.region), decisions, model, release_id
        ),
        lambda arn: package_status(aws.client("sagemaker", home.region), arn),
    )


def describe_live(settings: Settings, aws: Aws) -> Live | None:
    """Ask what the model's endpoint runs; None where there is no endpoint."""
    account = settings.target()
    name = settings.naming.endpoint_name(account.name, settings.model.name)
    try:
        return read_live(aws.client("sagemaker", account.region), name)
    except EnvironmentFault as error:
        # SageMaker has no error of its own for an endpoint that is not there.
        if "Could not find" not in str(error.got):
            raise
        return None
