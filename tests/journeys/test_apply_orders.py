"""The roots apply in every order: names, not state, connect the accounts; and they go again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest

from tests.journeys.left_behind import (
    as_services_do,
    leave_at_endpoint,
    leave_in_network,
    leave_in_studio,
    out_of_reach,
)
from tests.journeys.stage import ACCOUNTS, MODEL, Done, Stage, finish
from tests.journeys.story import Story

pytestmark = [pytest.mark.orders]

ORDERS = tuple(permutations(ACCOUNTS))
# After these the accounts are destroyed: one that nobody has used, and one with a live release.
UNUSED, RELEASED = ORDERS[-1], ORDERS[0]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A twin of its own."""
    made = Stage(tmp_path)
    made.open()
    try:
        yield made
    finally:
        made.close()


@pytest.mark.parametrize("order", ORDERS, ids="-then-".join)
def test_roots_apply_one_after_the_other_in_the_order(order: tuple[str, ...], stage: Stage) -> None:
    stage.set_up(*ACCOUNTS)
    for account in order:
        stage.gatehouse("apply", "--auto", "--account", account)
    planned = stage.run_side_by_side(ACCOUNTS, "plan", "--json")
    assert not [change for done in planned.values() for change in done.json()["changes"]]
    if order == RELEASED:
        _release(stage)
        _destroy_what_was_used(stage)
    if order == UNUSED:
        _add_what_no_plan_shows(stage, "staging")
        _destroy_what_was_not_used(stage)


def _release(stage: Stage) -> None:
    stage.trust_keys()
    stage.gatehouse("pipeline", "publish", "--as", "milo")
    story = Story(stage)
    version = story.train()
    story.decide_version(version, "approve")
    story.wait_for_gate(version)
    story.decide_release("approve")
    ended = story.wait_for_end(version)
    assert ended["status"] == "Succeeded", story.why(ended["execution"])
    rows = story.data().read_text("utf-8").splitlines()[:2]
    story.ask("production", "\n".join(line.rpartition(",")[0] for line in rows).encode())
    assert _items(stage, "production", "endpoint")
    captured = _items(stage, "production", "bucket content")
    assert stage.naming.bucket_name("production", "capture") in captured


def _add_what_no_plan_shows(stage: Stage, account: str) -> None:
    """Add a rule and a policy past Terraform, as its role: a plan is empty, drift tells both."""
    ec2, iam = stage.client("ec2", account, "apply"), stage.client("iam", account, "apply")
    tagged = [{"Name": "tag:account", "Values": [account]}]
    groups = ec2.describe_security_groups(Filters=tagged)["SecurityGroups"]
    group = next(each for each in groups if each["GroupName"] != "default")
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}
    anywhere = rule | {"IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    ec2.authorize_security_group_ingress(GroupId=group["GroupId"], IpPermissions=[anywhere])
    role = stage.naming.role_name(account, "serving")
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    iam.put_role_policy(RoleName=role, PolicyName="more", PolicyDocument=json.dumps(policy))
    told = stage.gatehouse("drift", "--account", account, "--json", code=1).json()
    differing = {tuple(each["attributes"]): each for each in told["drift"]}
    assert set(differing) == {("ingress",), ("inline_policy",)}, told
    assert all(each["policy"] and each["difference"] == "added to" for each in told["drift"])
    assert stage.planned_changes(account) == []
    iam.delete_role_policy(RoleName=role, PolicyName="more")
    ec2.revoke_security_group_ingress(GroupId=group["GroupId"], IpPermissions=[anywhere])
    assert "staging: as its root says" in stage.gatehouse("drift", "--account", account).err


def _destroy_what_was_used(stage: Stage) -> None:
    """With data: refused without consent, then everything goes but what the law of locks keeps."""
    refused = stage.gatehouse("destroy", "--account", "data-science", "--yes", code=2)
    assert "must hold no data to be destroyed without --delete-data" in refused.err
    locked = stage.gatehouse(
        *("destroy", "--account", "production", "--delete-data", "--confirm", "production"), code=1
    )
    assert "locked in compliance mode, which nobody can delete sooner" in locked.err
    with as_services_do(stage, "data-science"):
        leave_in_studio(stage, "data-science")
    with as_services_do(stage, "production"):
        leave_at_endpoint(stage, "production", stage.naming.endpoint_name("production", MODEL))
    for account in ACCOUNTS:
        with as_services_do(stage, account):
            leave_in_network(stage, account)
    # What is locked stays; beside it, what guardrails keep, until the organisation lets that go.
    told = _destroyed(stage, {"production": 0, "staging": 3, "data-science": 3})
    for name in ("staging", "data-science"):
        assert "explicit deny in a resource control policy" in told[name].err
    with out_of_reach(stage, "staging"), out_of_reach(stage, "data-science"):
        told |= _destroyed(stage, {"staging": 0, "data-science": 0})
    for name in ACCOUNTS:
        assert f"{name}: inventory zero, nothing of it is left" in told[name].err
    stays = {stage.naming.bucket_name("production", each) for each in ("evidence", "models")}
    assert _kept_buckets(stage, "production") <= stays
    assert not _kept_buckets(stage, "staging") | _kept_buckets(stage, "data-science")


def _destroyed(stage: Stage, codes: dict[str, int]) -> dict[str, Done]:
    """Destroy accounts side by side; each must end with its exit code."""
    started = {name: stage.start(*_destruction(name)) for name in codes}
    return {
        name: finish(process, ("destroy", name), codes[name], 500)
        for name, process in started.items()
    }


def _destruction(account: str) -> tuple[str, ...]:
    with_data = ("--delete-data", "--keep-locked", "--confirm", account)
    return ("destroy", "--account", account, *with_data)


def _kept_buckets(stage: Stage, account: str) -> set[str]:
    left = stage.gatehouse("inventory", "--account", account, "--json").json()["items"]
    return {item["name"] for item in left if item["part"] == "account" and item["kind"] == "bucket"}


def _destroy_what_was_not_used(stage: Stage) -> None:
    """Without data: an inventory of zero, and again there is nothing to do."""
    stage.run_side_by_side(ACCOUNTS, "destroy", "--yes")
    for account in ACCOUNTS:
        found = stage.gatehouse("inventory", "--account", account, "--json").json()
        assert found["count"] == 0, found["items"]
    again = stage.gatehouse("destroy", "--account", "staging", "--yes")
    assert "staging: nothing is laid out" in again.err


def _items(stage: Stage, account: str, kind: str) -> set[str]:
    found = stage.gatehouse("inventory", "--account", account, "--json").json()["items"]
    return {item["name"] for item in found if item["kind"] == kind}
