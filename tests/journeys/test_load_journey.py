"""Terraform in three accounts at once while a model is promoted: nothing refused, nothing lost."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.journeys.conftest import laid_out
from tests.journeys.stage import ACCOUNTS, Stage, side_by_side
from tests.journeys.story import Story

pytestmark = [pytest.mark.journey, pytest.mark.long]

# Terraform applies ten resources at a time where nobody says otherwise.
_PARALLEL = 10
_TAG = "by-hand"
_MOST_ROUNDS = 6
# The account's own root tags no role of those that set it up.
_SETUP = ("-apply", "-plan", "-state")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Three accounts on a twin, laid out at the same time."""
    yield from laid_out(Stage(tmp_path_factory.mktemp("load")))


@pytest.fixture(scope="module")
def promoted(story: Story) -> tuple[str, int]:
    """How a promotion ended, and how often all accounts were applied anew while it went on."""
    version = story.train()
    with ThreadPoolExecutor(1) as pool:
        promotion = pool.submit(_promote, story, version)
        rounds = 0
        while not (rounds and promotion.done()) and rounds < _MOST_ROUNDS:
            side_by_side(lambda account: _change_by_hand(story.stage, account), ACCOUNTS)
            story.stage.run_side_by_side(ACCOUNTS, "apply", "--auto")
            rounds += 1
        return str(promotion.result()["status"]), rounds


def test_a_promotion_succeeds_while_all_accounts_are_applied(promoted: tuple[str, int]) -> None:
    status, rounds = promoted
    assert status == "Succeeded"
    assert rounds >= 1


def test_no_update_is_lost(story: Story, promoted: tuple[str, int]) -> None:
    for account in ACCOUNTS:
        assert story.stage.planned_changes(account) == []
        iam = story.stage.client("iam", account)
        for role in _roles(story.stage, account):
            keys = [tag["Key"] for tag in iam.list_role_tags(RoleName=role)["Tags"]]
            assert _TAG not in keys, role
            # What Terraform gave is still there.
            assert "managed-by" in keys, role


def test_nobody_is_refused_what_the_same_roles_may_otherwise(
    story: Story, promoted: tuple[str, int]
) -> None:
    refused = [
        (record["userIdentity"]["arn"], record["eventName"], record["errorMessage"])
        for record in _records(story.stage)
        if record.get("additionalEventData", {}).get("decision", {}).get("allowed") is False
        and _is_of_platform(record, story.stage.naming.organization.prefix)
    ]
    assert refused == []


def test_every_request_is_recorded_once(story: Story, promoted: tuple[str, int]) -> None:
    # A function's run is told under the id of the request that invoked it.
    asked = (each for each in _records(story.stage) if each.get("eventType") == "AwsApiCall")
    recorded = Counter(each["requestID"] for each in asked)
    assert recorded
    assert [name for name, count in recorded.items() if count > 1] == []


def test_changes_of_three_accounts_overlapped(story: Story, promoted: tuple[str, int]) -> None:
    """Terraform's calls in all accounts lie between each other's, or nothing was at once."""
    seconds: dict[str, set[str]] = {}
    for record in _records(story.stage):
        if "terraform" in str(record.get("userAgent", "")).lower():
            second = str(record["eventTime"])[:19]
            seconds.setdefault(str(record["recipientAccountId"]), set()).add(second)
    accounts = [story.stage.naming.organization.account(name).id for name in ACCOUNTS]
    assert len(set.intersection(*(seconds[each] for each in accounts))) >= _PARALLEL


def _promote(story: Story, version: int) -> dict[str, Any]:
    story.decide_version(version, "approve")
    story.wait_for_gate(version)
    story.decide_release("approve")
    return story.wait_for_end(version)


def _change_by_hand(stage: Stage, account: str) -> None:
    """Give every role a tag that Terraform must take away again."""
    iam = stage.client("iam", account)
    for role in _roles(stage, account):
        iam.tag_role(RoleName=role, Tags=[{"Key": _TAG, "Value": "yes"}])


def _roles(stage: Stage, account: str) -> list[str]:
    prefix = f"{stage.naming.account_prefix(account)}-"
    pages = stage.client("iam", account).get_paginator("list_roles").paginate()
    names = [role["RoleName"] for page in pages for role in page["Roles"]]
    return [name for name in names if name.startswith(prefix) and not name.endswith(_SETUP)]


def _is_of_platform(record: dict[str, Any], prefix: str) -> bool:
    """Tell whether a role of the platform asked; how accounts are set up is another journey."""
    identity = record.get("userIdentity", {})
    issuer = identity.get("sessionContext", {}).get("sessionIssuer", {})
    return str(issuer.get("userName", "")).startswith(f"{prefix}-")


def _records(stage: Stage) -> Iterator[dict[str, Any]]:
    trail = stage.folder / "twin" / "audit.jsonl"
    for line in trail.read_text("utf-8").splitlines():
        if line.endswith("}"):
            yield json.loads(line)
