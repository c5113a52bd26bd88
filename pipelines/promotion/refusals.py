"""Keeps in the target why a release was refused there, beside what is kept of those that pass."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from pipelines.attestations.moments import spell
from pipelines.attestations.rules import Refused
from pipelines.errors import EnvironmentFault, Finding
from pipelines.promotion.aws import Aws
from pipelines.promotion.documents import write_document
from pipelines.promotion.evidence import keep_below
from pipelines.promotion.release import RELEASE_FILE, Release, load_release
from pipelines.promotion.settings import Settings
from pipelines.promotion.target import Target

REFUSAL_FILE = "refusal.json"
# The one rule that is not about signatures: the registry says so at this moment.
PACKAGE_RULE = "package-approved-now"
# Where refusals of rollbacks are kept, which are handed no release.
ROLLBACKS = "rollbacks"
# Where the refusal of an artefact lies that holds no release.
NO_RELEASE = "unreadable"

_log = logging.getLogger(__name__)


@contextmanager
def keeping_refusals(
    settings: Settings, aws: Aws, target: Target, build: str, now: Callable[[], datetime]
) -> Iterator[None]:
    """Write refusal.json, keep it as evidence, and let the refusal pass on as it is."""
    try:
        yield
    except Finding as refusal:
        place, heading = account_of_failure(settings, build)
        report = heading | {"refused_at": spell(now())} | _told(refusal)
        content = write_document(settings.out / REFUSAL_FILE, "refusal", report)
        s3 = aws.client("s3", target.account.region)
        try:
            keep_below(s3, target, place, {REFUSAL_FILE: content})
        except EnvironmentFault as fault:
            # The refusal matters more than its report.
            _log.error("the refusal could not be kept: %s", fault)
        raise


def account_of_failure(settings: Settings, build: str) -> tuple[str, dict[str, Any]]:
    """Give the place that keeps what a promotion ended by here, and how each such report begins.

    It tells what failed where, and of which release, if one was handed over.
    """
    release, account = _release_at_hand(settings), settings.target()
    without = NO_RELEASE if "Release" in settings.artifacts else ROLLBACKS
    released = release.id if release else without
    place = f"{settings.model.name}/{released}/{settings.execution_id}/{account.name}"
    return place, {
        "schema_version": 1,
        "release_id": release.id if release else None,
        "release_sha256": release.sha256 if release else None,
        "account": account.name,
        "account_id": account.id,
        "region": account.region,
        "execution_id": settings.execution_id,
        "build": build,
    }


def _release_at_hand(settings: Settings) -> Release | None:
    """Read which release this would be, if what lies there is one; nobody has signed for it.

    A rollback is handed none.
    """
    if "Release" not in settings.artifacts:
        return None
    try:
        return load_release(settings.artifact("Release") / RELEASE_FILE)
    except (Finding, EnvironmentFault):
        return None


def _told(refusal: Finding) -> dict[str, Any]:
    return {
        "rule": refusal.rule if isinstance(refusal, Refused) else PACKAGE_RULE,
        "address": refusal.address,
        "must_hold": refusal.must_hold,
        "got": refusal.got,
    }
