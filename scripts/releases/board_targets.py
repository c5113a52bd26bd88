"""What runs in each target: by the promotions' own record, and by the live endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pipelines.errors import EnvironmentFault, Finding
from pipelines.organization import Account
from pipelines.organization_models import Promotes
from pipelines.promotion.endpoint import Live, check_live, read_live
from pipelines.promotion.release import Release
from pipelines.promotion.target import read_target
from scripts.releases.board_attempts import Attempt, Attempts
from scripts.releases.board_inquiry import Inquiry
from scripts.releases.board_rollbacks import WORD_UNTOLD
from scripts.releases.office import ModelOffice
from scripts.releases.trained import Training

# What of a release of code is the same wherever it is trained.
_BOUND = ("image", "definition")


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

    `went_back` tells on whose word, where that execution was a rollback. `trained` tells of code
    what the target itself has trained, and is empty of a model. `digests` are those of what runs:
    of code, archive, evaluation and data are the target's own.
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
    trained: Mapping[str, Any] = field(default_factory=dict)


def read_running(
    office: ModelOffice, target: Account, attempts: Attempts, inquiry: Inquiry
) -> Running:
    """Tell what a target runs."""
    taken, failed = attempts.in_target(target.name), attempts.failed_since(target.name)
    release = taken.release if taken else None
    trained = inquiry.ask(
        f"what was trained in {target.name}", lambda: _trained(office, target, taken)
    )
    made = trained.release if trained else _as_signed(release)
    endpoint = inquiry.ask(
        f"the live endpoint in {target.name}", lambda: _endpoint(office, target, made)
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
        digests=_digests(release, made),
        verified=_verified(taken, target.name) if taken else None,
        failed_since=failed.promotion.id if failed else None,
        endpoint=endpoint,
        went_back=taken.back.word or WORD_UNTOLD if taken and taken.back else None,
        trained={name: told for name, told in trained.told().items() if name != "account"}
        if trained
        else {},
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


def _digests(release: Release | None, made: Release | None) -> dict[str, str]:
    if release is None:
        return {}
    if made is not None:
        return digests(made)
    # What a target has trained and does not tell here is nothing that anybody has signed.
    return {name: value for name, value in digests(release).items() if name in _BOUND}


def _as_signed(release: Release | None) -> Release | None:
    return release if release and release.promotes is Promotes.MODEL else None


def _trained(office: ModelOffice, target: Account, taken: Attempt | None) -> Training | None:
    """Read what a target has trained of the code that it took; None of a model."""
    release = taken.release if taken else None
    if taken is None or release is None or release.promotes is Promotes.MODEL:
        return None
    execution = taken.brought_by(target.name)
    found = office.training(release, execution, target) if execution else None
    if found is None:
        raise Finding(f"release {release.id}", f"must be kept as {target.name} has trained it")
    return found


def _verified(attempt: Attempt, account: str) -> str | None:
    """Tell how the check after the deployment went; staging's is the test."""
    for stage, name in (("Verify", f"{account}-Verify"), ("Test", f"{account}-Test")):
        action = attempt.action(stage, name)
        if action is not None:
            return {"Succeeded": "passed", "Failed": "failed"}.get(action.status, "under way")
    return None


def _endpoint(office: ModelOffice, target: Account, made: Release | None) -> Endpoint:
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
    if made is None:
        return _seen(live, compared=False, differs=None)
    place = read_target(access.client("ssm", target.region), naming, target)
    try:
        check_live(live, made, place)
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
