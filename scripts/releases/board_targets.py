"""What runs in each target: by the promotions' own record, and by the live endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pipelines.errors import EnvironmentFault, Finding
from pipelines.organization import Account
from pipelines.promotion.endpoint import Live, check_live, read_live
from pipelines.promotion.release import Release
from pipelines.promotion.target import read_target
from scripts.releases.board_attempts import Attempt, Attempts
from scripts.releases.board_inquiry import Inquiry
from scripts.releases.board_rollbacks import WORD_UNTOLD
from scripts.releases.office import ModelOffice


@dataclass(frozen=True)
class Endpoint:
    """A live endpoint; `differs` tells in what from the release on record, None where in nothing.

    `compared` tells whether it could be held against a release at all.
    """

    name: str
    status: str
    config_name: str | None = None
    instance_type: str | None = None
    instance_count: int | None = None
    compared: bool = False
    differs: str | None = None


@dataclass(frozen=True)
class Running:
    """What a target runs; without an execution it never took a release.

    `went_back` tells on whose word, where that execution was a rollback.
    """

    account: str
    kind: str
    execution: str | None = None
    version: str | None = None
    release: str | None = None
    since: datetime | None = None
    commit: str | None = None
    digests: Mapping[str, str] = field(default_factory=dict)
    verified: str | None = None
    failed_since: str | None = None
    endpoint: Endpoint | None = None
    went_back: str | None = None


def read_running(
    office: ModelOffice, target: Account, attempts: Attempts, inquiry: Inquiry
) -> Running:
    """Tell what a target runs."""
    taken, failed = attempts.in_target(target.name), attempts.failed_since(target.name)
    release = taken.release if taken else None
    endpoint = inquiry.ask(
        f"the live endpoint in {target.name}", lambda: _endpoint(office, target, taken)
    )
    action = taken.deployment(target.name) if taken else None
    return Running(
        account=target.name,
        kind=target.kind.value,
        execution=taken.promotion.id if taken else None,
        version=taken.version or None if taken else None,
        release=release.id if release else None,
        since=action.ended if action else None,
        commit=release.commit if release else None,
        digests=digests(release) if release else {},
        verified=_verified(taken, target.name) if taken else None,
        failed_since=failed.promotion.id if failed else None,
        endpoint=endpoint,
        went_back=taken.back.word or WORD_UNTOLD if taken and taken.back else None,
    )


def digests(release: Release) -> dict[str, str]:
    """Give what a release consists of, by its digests."""
    return {
        "archive": release.archive.sha256,
        "image": release.image.digest,
        "definition": release.definition_sha256,
        "evaluation": release.evaluation.sha256,
        "data": release.data.sha256,
    }


def _verified(attempt: Attempt, account: str) -> str | None:
    """Tell how the check after the deployment went; staging's is the test."""
    for stage, name in (("Verify", f"{account}-Verify"), ("Test", f"{account}-Test")):
        action = attempt.action(stage, name)
        if action is not None:
            return {"Succeeded": "passed", "Failed": "failed"}.get(action.status, "under way")
    return None


def _endpoint(office: ModelOffice, target: Account, taken: Attempt | None) -> Endpoint:
    release = taken.release if taken else None
    naming = office.at.naming
    name = naming.endpoint_name(target.name, office.model)
    access = office.at.visiting(target)
    try:
        live = read_live(access.client("sagemaker", target.region), name)
    except EnvironmentFault as error:
        # SageMaker has no error of its own for an endpoint that is not there.
        if "Could not find" not in str(error.got):
            raise
        return Endpoint(name, "none")
    if taken is None or release is None:
        return _seen(live, compared=False, differs=None)
    place = read_target(access.client("ssm", target.region), naming, target)
    release = office.as_made(release, taken.promotion.id, target)
    try:
        check_live(live, release, place)
    except Finding as error:
        return _seen(live, compared=True, differs=f"{error.must_hold}, got {error.got}")
    return _seen(live, compared=True, differs=None)


def _seen(live: Live, *, compared: bool, differs: str | None) -> Endpoint:
    return Endpoint(
        live.name,
        live.status,
        live.config_name,
        live.instance_type,
        live.instance_count,
        compared,
        differs,
    )
