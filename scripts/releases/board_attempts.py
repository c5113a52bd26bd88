"""Promotions as a board needs them: what each did where, and the release that it carried."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines.promotion.release import EVALUATION_FILE, RELEASE_FILE, Release, parse_release
from scripts.promotions import Action, Promotion, Promotions
from scripts.releases.board_inquiry import Inquiry

# How many promotions are told in full; those before them only where they say what runs.
LATEST = 20
DEPLOYING = ("Staging", "Production")


@dataclass(frozen=True)
class Attempt:
    """One promotion; `actions` are the latest try of each, as a stage may be tried again.

    `release` is None before it is bundled, and where it is not told.
    """

    promotion: Promotion
    actions: tuple[Action, ...]
    release: Release | None = None
    evaluation: Mapping[str, Any] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """The version in the registry, as the promotion was started for it."""
        return self.promotion.package_arn.rpartition("/")[2]

    def action(self, stage: str, name: str) -> Action | None:
        """Give the latest try of an action."""
        return next((one for one in self.actions if (one.stage, one.name) == (stage, name)), None)

    def deployment(self, account: str) -> Action | None:
        """Give what deployed to a target, or tried to."""
        tried = (self.action(stage, f"{account}-Deploy") for stage in DEPLOYING)
        return next((one for one in tried if one is not None), None)

    def deployed(self, account: str) -> bool:
        """Tell whether a target took the release."""
        found = self.deployment(account)
        return found is not None and found.status == "Succeeded"


@dataclass(frozen=True)
class Attempts:
    """The promotions of a model, the latest first, as far back as is needed; `total` are all."""

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


def read_attempts(flow: Promotions, targets: Collection[str], inquiry: Inquiry) -> Attempts:
    """Read promotions until it is known what every target took last."""
    promotions = inquiry.ask("promotions", flow.all) or []
    found: list[Attempt] = []
    unknown = set(targets)
    for promotion in promotions:
        if len(found) >= LATEST and not unknown:
            break
        attempt = _attempt(flow, promotion, inquiry)
        unknown -= {account for account in targets if attempt.deployed(account)}
        found.append(attempt)
    return Attempts(tuple(found), len(promotions))


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
