"""The platform's own plans under review: all of it holds, and what is seeded is found."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.platform_plans import platform_plans
from tests.policies.invariants.record import PROVED, recorded
from tests.scripts.command_line import CommandLine

pytestmark = [pytest.mark.slow, pytest.mark.terraform]
Change = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def plans() -> Path:
    return platform_plans()


@pytest.fixture(scope="module")
def reviewed(plans: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, dict[str, Any]]:
    """The exit code and the document of a review of the platform as it is."""
    gatehouse = CommandLine(tmp_path_factory.mktemp("review") / "state")
    told = gatehouse("review", "--plans", str(plans), "--json")
    return told.code, json.loads(told.out)


@pytest.fixture
def gatehouse(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path / "state")


def seeded(plans: Path, folder: Path, root: str, type_: str, change: Change) -> str:
    """Copy the plans and change the first resource of a type; gives its address."""
    shutil.copytree(plans, folder)
    path = folder / f"{root}.json"
    plan = json.loads(path.read_text("utf-8"))
    found = next(each for each in plan["resource_changes"] if each["type"] == type_)
    change(found["change"]["after"])
    path.write_text(json.dumps(plan), "utf-8")
    address: str = found["address"]
    return address


def test_no_control_of_the_platform_is_violated_or_undecided(
    reviewed: tuple[int, dict[str, Any]],
) -> None:
    code, document = reviewed
    failing = {each["id"]: each["verdict"] for each in document["controls"] if each["fails"]}
    assert (failing, document["faults"], code) == ({}, [], 0)
    assert [each for each in document["waivers"] if each["fault"]] == []
    # Nobody looks at nothing and calls it proved.
    for control in document["controls"]:
        for judgement in control["judgements"]:
            if judgement["verdict"] == "proved":
                assert judgement["judged"], (control["id"], judgement["verifier"])


def test_every_invariant_is_proved_of_the_platform(reviewed: tuple[int, dict[str, Any]]) -> None:
    """Those that are recorded to be, by the name of this test, and no others."""
    _, document = reviewed
    proved = {
        judgement["verifier"]
        for control in document["controls"]
        for judgement in control["judgements"]
        if judgement["verdict"] == "proved" and judgement["verifier"].startswith("invariant:")
    }
    name = "test_every_invariant_is_proved_of_the_platform"
    assert PROVED.endswith(f"{Path(__file__).name}::{name}")
    assert {each for each in recorded() if each.startswith("invariant:")} == proved


def _open_bucket(after: dict[str, Any]) -> None:
    after["block_public_acls"] = False


def _no_rotation(after: dict[str, Any]) -> None:
    after["enable_key_rotation"] = False


def _open_policy(after: dict[str, Any]) -> None:
    policy = json.loads(after["policy"])
    policy["Statement"].append(
        {
            "Sid": "Everybody",
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": "*",
        }
    )
    after["policy"] = json.dumps(policy)


@pytest.mark.parametrize(
    ("control", "type_", "change"),
    [
        ("S3-01", "aws_s3_bucket_public_access_block", _open_bucket),
        ("KMS-02", "aws_kms_key", _no_rotation),
        ("IAM-06", "aws_s3_bucket_policy", _open_policy),
    ],
)
def test_a_violation_in_one_plan_is_shown_with_its_address(
    gatehouse: CommandLine,
    plans: Path,
    tmp_path: Path,
    control: str,
    type_: str,
    change: Change,
) -> None:
    folder = tmp_path / "plans"
    address = seeded(plans, folder, "production", type_, change)
    told = gatehouse("review", "--plans", str(folder), "--control", control, "--json")
    assert told.code == 1
    found = json.loads(told.out)["findings"]
    assert ("production", address) in {
        (each["root"], each["address"]) for each in found if each["verdict"] == "violated"
    }
    assert all(each["file"] and each["line"] for each in found if each["address"] == address)


def test_a_policy_that_the_plan_does_not_know_is_not_decided(
    gatehouse: CommandLine, plans: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "plans"
    shutil.copytree(plans, folder)
    path = folder / "production.json"
    plan = json.loads(path.read_text("utf-8"))
    found = next(e for e in plan["resource_changes"] if e["type"] == "aws_s3_bucket_policy")
    del found["change"]["after"]["policy"]
    found["change"]["after_unknown"]["policy"] = True
    path.write_text(json.dumps(plan), "utf-8")
    told = gatehouse("review", "--plans", str(folder), "--control", "IAM-16", "--json")
    assert told.code == 1
    verdicts = {
        each["verdict"]
        for each in json.loads(told.out)["findings"]
        if each["address"] == found["address"]
    }
    assert verdicts == {"not decided"}


def test_the_difference_in_reach_tells_who_lost_what(
    gatehouse: CommandLine, plans: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "plans"
    shutil.copytree(plans, folder)
    path = folder / "data-science.json"
    plan = json.loads(path.read_text("utf-8"))
    for each in plan["resource_changes"]:
        if each["type"] == "aws_iam_role_policy":
            policy = json.loads(each["change"]["after"]["policy"])
            kept = [s for s in policy["Statement"] if "UpdateModelPackage" not in json.dumps(s)]
            each["change"]["after"]["policy"] = json.dumps(policy | {"Statement": kept})
    path.write_text(json.dumps(plan), "utf-8")
    words = ["--plans", str(folder), "--against", str(plans), "--control", "GOV-06", "--json"]
    rows = json.loads(gatehouse("review", *words).out)["difference"]["rows"]
    assert ["data-science lead", "lost", "approve a version"] in [row[:3] for row in rows]


def test_a_question_about_the_platform_is_answered_with_a_proof(
    gatehouse: CommandLine, plans: Path
) -> None:
    asked = ("data-science/data-scientist", "s3:GetObject")
    evidence = "arn:aws:s3:::gatehouse-production-evidence-333333333333/release.json"
    answer = gatehouse("review", "ask", *asked, evidence, "--plans", str(plans), "--json")
    made = json.loads(answer.out)
    assert (answer.code, made["decision"]["allowed"]) == (0, False)
    assert made["proof"]["outcome"] == "proved"
