"""Drift: in what the releases in staging and in production differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.organization import AccountKind
from pipelines.promotion.release import Release
from scripts.releases.board_attempts import Attempt, Attempts
from scripts.releases.board_targets import Running, digests
from scripts.releases.dossier_plot import Metric, metrics


@dataclass(frozen=True)
class Part:
    """One thing that is not the same in both."""

    name: str
    staging: str
    production: str


@dataclass(frozen=True)
class Drift:
    """A staging and a production account beside each other.

    `same` is None where one of them runs nothing that is told here. In metrics, `now` is staging's.
    """

    staging: str
    production: str
    same: bool | None
    parts: tuple[Part, ...] = ()
    metrics: tuple[Metric, ...] = ()


def read_drift(running: Sequence[Running], attempts: Attempts) -> tuple[Drift, ...]:
    """Compare each staging account with each production account."""
    staging, production = (
        [one for one in running if one.kind == kind.value]
        for kind in (AccountKind.STAGING, AccountKind.PRODUCTION)
    )
    return tuple(_drift(one, other, attempts) for one in staging for other in production)


def _drift(staging: Running, production: Running, attempts: Attempts) -> Drift:
    ours, theirs = attempts.in_target(staging.account), attempts.in_target(production.account)
    if not ours or not theirs or not ours.release or not theirs.release:
        return Drift(staging.account, production.account, None)
    parts = tuple(_parts(ours.release, theirs.release, staging, production))
    same = ours.release.id == theirs.release.id
    found = () if same else _metrics(ours, theirs)
    return Drift(staging.account, production.account, same, parts, found)


def _parts(ours: Release, theirs: Release, staging: Running, production: Running) -> list[Part]:
    mine, other = _told(ours), _told(theirs)
    found = [
        Part(name, mine.get(name, "nothing"), other.get(name, "nothing"))
        for name in dict.fromkeys([*mine, *other])
        if mine.get(name) != other.get(name)
    ]
    # Accounts may run a release on different instances by design; it is told all the same.
    here, there = _instances(ours, staging), _instances(theirs, production)
    if here != there:
        found.append(Part("instances", here, there))
    return found


def _told(release: Release) -> dict[str, str]:
    told = {"release": release.id, "version": str(release.version), "commit": release.commit}
    told |= digests(release)
    for account, one in sorted(release.configuration.items()):
        told[f"configuration for {account}"] = (
            f"{one.initial_instance_count} of {one.instance_type}"
        )
    return told


def _instances(release: Release, running: Running) -> str:
    live = running.endpoint
    if live is not None and live.instance_type:
        return f"{live.instance_count} of {live.instance_type}"
    one = release.configuration.get(running.account)
    return f"{one.initial_instance_count} of {one.instance_type}" if one else "not told"


def _metrics(ours: Attempt, theirs: Attempt) -> tuple[Metric, ...]:
    return tuple(
        one for one in metrics(ours.evaluation, theirs.evaluation) if one.now != one.running
    )
