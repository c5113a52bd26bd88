"""Promotions as a board needs them: what each did where, and the release that it carried."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.promotion.release import EVALUATION_FILE, RELEASE_FILE, Release, parse_release
from scripts.promotions import Action, Promotion, Promotions
from scripts.releases.board_inquiry import Inquiry
from scripts.releases.board_rollbacks import STAGE as ROLLBACK
from scripts.releases.board_rollbacks import Back, read_backs
from scripts.rollbacks import Rollbacks

# How many promotions are told in full; those before them only where they say what runs.
LATEST = 20
DEPLOYING = ("Staging", "Production")


@dataclass(frozen=True)
class Attempt:
    """One promotion, or one rollback, which has a `back`.

    `actions` are the latest try of each, as a stage may be tried again. `release` is None before it
    is bundled, and where it is not told.
    """

    promotion: Promotion
    actions: tuple[Action, ...]
    release: Release | None = None
    evaluation: Mapping[str, Any] = field(default_factory=dict)
    back: Back | None = None

    @property
    def version(self) -> str:
        """The version in the registry: for which a promotion was started, or of what came back.

        Empty for a rollback that brought none that is known.
        """
        if self.back is not None:
            return str(self.release.version) if self.release else ""
        return self.promotion.package_arn.rpartition("/")[2]

    def action(self, stage: str, name: str) -> Action | None:
        """Give the latest try of an action."""
        return next((one for one in self.actions if (one.stage, one.name) == (stage, name)), None)

    def deployment(self, account: str) -> Action | None:
        """Give what deployed to a target or took it back, or tried to."""
        if self.back is not None:
            return self.action(ROLLBACK, f"{account}-Rollback")
        tried = (self.action(stage, f"{account}-Deploy") for stage in DEPLOYING)
        return next((one for one in tried if one is not None), None)

    def brought_by(self, account: str) -> str:
        """Name the promotion that brought the release to a target; empty where nobody tells."""
        return self.back.brought_by.get(account, "") if self.back else self.promotion.id

    def deployed(self, account: str) -> bool:
        """Tell whether a target took the release."""
        if self.back is not None:
            return account in self.back.done
        found = self.deployment(account)
        return found is not None and found.status == "Succeeded"


@dataclass(frozen=True)
class Attempts:
    """Promotions and rollbacks, the latest first, as far back as is needed; `total` are all."""

    found: tuple[Attempt, ...] = ()
    total: int = 0

    @property
    def latest(self) -> tuple[Attempt, ...]:
        """Those that are told in full."""
        return self.found[:LATEST]

    def in_target(self, account: str) -> Attempt | None:
        """Give the promotion whose release a target took last."""
        took = [one for one in self.found if one.deployed(account)]
        return max(took, key=lambda one: _started(one, account), default=None)

    def failed_since(self, account: str) -> Attempt | None:
        """Give the latest promotion that failed in a target after the last that it took."""
        running = self.in_target(account)
        since = _started(running, account) if running else ""
        failed = [
            one
            for one in self.found
            if (action := one.deployment(account)) is not None
            and action.status == "Failed"
            and action.started > since
        ]
        return max(failed, key=lambda one: _started(one, account), default=None)


def read_attempts(
    flow: Promotions, targets: Collection[str], inquiry: Inquiry, back: Rollbacks | None = None
) -> Attempts:
    """Read promotions until it is known what every target took last, and the latest rollbacks."""
    promotions = inquiry.ask("promotions", flow.all) or []
    found: list[Attempt] = []
    unknown = set(targets)
    for promotion in promotions:
        if len(found) >= LATEST and not unknown:
            break
        attempt = _attempt(flow, promotion, inquiry)
        unknown -= {account for account in targets if attempt.deployed(account)}
        found.append(attempt)
    backs = read_backs(back, LATEST, inquiry) if back else ()
    found += [_went_back(one, found) for one in backs]
    found.sort(key=lambda one: one.promotion.started, reverse=True)
    return Attempts(tuple(found), len(promotions) + len(backs))


def _went_back(back: Back, promoted: Sequence[Attempt]) -> Attempt:
    """Tell a rollback as an attempt; the evaluation is that of the promotion of its release."""
    wanted = back.release.id if back.release else None
    known = (one.evaluation for one in promoted if one.release and one.release.id == wanted)
    return Attempt(back.execution, back.actions, back.release, next(known, {}), back)


def _attempt(flow: Promotions, promotion: Promotion, inquiry: Inquiry) -> Attempt:
    listed = inquiry.ask("what promotions did", lambda: flow.actions(promotion.id)) or []
    latest = {(action.stage, action.name): action for action in listed}
    actions = tuple(sorted(latest.values(), key=lambda action: action.started))
    bundled = next(
        (one for one in actions if one.stage == "Bundle" and "Release" in one.outputs), None
    )
    if bundled is None:
        return Attempt(promotion, actions)

    def carried() -> Attempt:
        files = flow.files(bundled, "Release")
        release = parse_release(RELEASE_FILE, files.get(RELEASE_FILE, b""))
        return Attempt(promotion, actions, release, _numbers(files.get(EVALUATION_FILE)))

    return inquiry.ask("what promotions carried", carried) or Attempt(promotion, actions)


def _started(attempt: Attempt, account: str) -> str:
    action = attempt.deployment(account)
    return action.started if action else ""


def _numbers(content: bytes | None) -> Mapping[str, Any]:
    try:
        found = json.loads(content or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
