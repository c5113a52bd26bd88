"""Keeps in the target why a build failed without a rule: for people who read no build logs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from pipelines.attestations.moments import spell
from pipelines.attestations.rules import Refused
from pipelines.errors import GatehouseError
from pipelines.promotion.aws import Aws
from pipelines.promotion.documents import write_document
from pipelines.promotion.evidence import keep_below
from pipelines.promotion.refusals import REFUSAL_FILE, account_of_failure
from pipelines.promotion.rollout_failure import RolloutFailed
from pipelines.promotion.settings import Settings
from pipelines.promotion.target import read_target

FAILED_BUILD_FILE = "failed-build.json"

_log = logging.getLogger(__name__)


@contextmanager
def keeping_errors(
    settings: Settings, aws: Aws, build: str, now: Callable[[], datetime]
) -> Iterator[None]:
    """Write failed-build.json, keep it as evidence, and let the error pass on as it is.

    Refusals and failed rollouts are kept by documents of their own.
    """
    try:
        yield
    except (Refused, RolloutFailed):
        raise
    except GatehouseError as error:
        if not (settings.out / REFUSAL_FILE).exists():
            _keep(settings, aws, build, error, now())
        raise


def _keep(
    settings: Settings, aws: Aws, build: str, error: GatehouseError, moment: datetime
) -> None:
    told = {
        "failed_at": spell(moment),
        "address": error.address,
        "must_hold": error.must_hold,
        "got": error.got,
        "hint": error.hint,
    }
    try:
        account, (place, heading) = settings.target(), account_of_failure(settings, build)
        content = write_document(settings.out / FAILED_BUILD_FILE, "failed-build", heading | told)
        target = read_target(aws.client("ssm", account.region), settings.naming, account)
        s3 = aws.client("s3", account.region)
        keep_below(s3, target, place, {FAILED_BUILD_FILE: content})
    except (GatehouseError, OSError) as fault:
        # The error matters more than its report.
        _log.error("why the build failed could not be kept: %s", fault)
