"""What brought the release that an endpoint runs, by the evidence that its account keeps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pipelines.promotion.endpoint import Live
from pipelines.promotion.kept import DEPLOYMENT_FILE, DONE, ROLLBACK_FILE, Bundle, Kept
from pipelines.promotion.target import Target


@dataclass(frozen=True)
class Record:
    """The promotion that carried a release here, and what put it behind the endpoint.

    `back` is the rollback that brought it again, None where the promotion itself did. `runs` tells
    whether the live configuration is the one that was left then; None where nothing live is known.
    """

    bundle: Bundle
    since: datetime
    back: Bundle | None
    runs: bool | None


def find_record(kept: Kept, live: Live | None, target: Target | None) -> Record | None:
    """Give the record of what runs, or else the latest there is; None where nothing is kept.

    Raises Finding where something kept cannot be read, and EnvironmentFault where AWS refuses.
    """
    found = kept.runs(live, target) if live and target else None
    own = _record(kept, found.release.id, found.since, runs=True) if found else None
    if own is not None:
        return own
    latest = max(_brought(kept), key=lambda one: one[0], default=None)
    if latest is None:
        return None
    since, release_id = latest
    # A document that was written over may call itself a release that nothing was kept under.
    known = None if live is None or found is not None else False
    return _record(kept, release_id, since, runs=known)


def _brought(kept: Kept) -> Iterator[tuple[datetime, str]]:
    for bundle in kept.bundles:
        deployed = bundle.came.get(f"{kept.account}/{DEPLOYMENT_FILE}")
        if deployed is not None:
            yield deployed, bundle.release_id
        told = kept.rollback(bundle)
        if told is not None and told.get("outcome") == DONE:
            yield bundle.came[f"{kept.account}/{ROLLBACK_FILE}"], bundle.release_id


def _record(kept: Kept, release_id: str, since: datetime, *, runs: bool | None) -> Record | None:
    own = [one for one in kept.promoted() if one.release_id == release_id]
    if not own:
        return None
    # One version may have been promoted twice as the same release: by then the later counts.
    bundle = next((one for one in own if kept.moment(one) <= since), own[-1])
    name = f"{kept.account}/{ROLLBACK_FILE}"
    backs = (one for one in kept.bundles if one.came.get(name) == since)
    back = next((one for one in backs if one.release_id == release_id), None)
    return Record(bundle, since, back, runs)
