"""`gatehouse review` as a program: what it refuses, how it ends, and what it writes."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from pipelines.organization import load_organization
from policies.model.reading import required_roots
from policies.report.evidence import check
from tests.scripts.command_line import ROOT, CommandLine, copied_checkout

# Controls of one kind of verifier each, so that a test takes a second and not a review.
DIALECT, CHECKED, COMMENTS = "IAM-05", "ECR-03", "GOV-06"
EMPTY: dict[str, Any] = {
    "format_version": "1.2",
    "terraform_version": "1.11.4",
    "planned_values": {"root_module": {}},
    "resource_changes": [],
    "configuration": {"root_module": {}},
}
FOREIGN = "aws_ecr_replication_configuration"


def planned(*types: str) -> dict[str, Any]:
    """Make a plan of resources of which nothing is known."""
    changes = [
        {
            "address": f"{type_}.this",
            "mode": "managed",
            "type": type_,
            "name": "this",
            "change": {"actions": ["create"], "after": {"name": "this"}, "after_unknown": {}},
        }
        for type_ in types
    ]
    blocks = [
        {"address": f"{type_}.this", "mode": "managed", "type": type_, "name": "this"}
        for type_ in types
    ]
    configuration = {"root_module": {"resources": blocks}}
    return EMPTY | {"resource_changes": changes, "configuration": configuration}


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    """Plans of all roots in which there is nothing."""
    folder = tmp_path / "plans"
    folder.mkdir()
    for root in required_roots(load_organization(ROOT)):
        (folder / f"{root.replace('/', '__')}.json").write_text(json.dumps(EMPTY))
    return folder


@pytest.fixture
def gatehouse(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path / "state")


def words(plans: Path, *controls: str) -> list[str]:
    return ["review", "--plans", str(plans), *(w for c in controls for w in ("--control", c))]


def test_what_holds_ends_with_0(gatehouse: CommandLine, plans: Path) -> None:
    told = gatehouse(*words(plans, COMMENTS, CHECKED))
    assert (told.code, told.out.splitlines()[-1]) == (0, "every control holds")


def test_a_violation_is_shown_with_its_address_and_ends_with_1(
    gatehouse: CommandLine, plans: Path
) -> None:
    (plans / "staging.json").write_text(json.dumps(planned(FOREIGN)))
    told = gatehouse(*words(plans, CHECKED))
    assert told.code == 1
    assert told.out.startswith("VIOLATED")
    assert f"staging: {FOREIGN}.this" in told.out
    assert max(map(len, told.out.splitlines())) <= 100


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "must be a plan in JSON"),
        ("[]", "must be a plan in JSON, got a list"),
        ("{}", "must have format_version 1.x of Terraform, got None"),
        (json.dumps(EMPTY | {"errored": True}), "must be of a plan that came to its end"),
    ],
)
def test_a_malformed_plan_ends_with_2_and_a_sentence(
    gatehouse: CommandLine, plans: Path, content: str, sentence: str
) -> None:
    (plans / "staging.json").write_text(content)
    refusal = gatehouse(*words(plans, COMMENTS)).is_refusal(2)
    assert refusal.startswith(f"{plans}/staging.json: {sentence}")


def test_a_root_without_plan_ends_with_2(gatehouse: CommandLine, plans: Path) -> None:
    (plans / "organization.json").unlink()
    told = gatehouse(*words(plans, COMMENTS))
    assert told.is_refusal(2).endswith("must hold a plan of every root, got no organization.json")
    assert "terraform show -json" in told.hint


@pytest.mark.parametrize("name", ["S3-99", "s3-11", "nonsense"])
def test_an_unknown_control_ends_with_2(gatehouse: CommandLine, plans: Path, name: str) -> None:
    for command in (words(plans, name), ["review", "explain", name, "--plans", str(plans)]):
        assert "must be a control" in gatehouse(*command).is_refusal(2)


@pytest.mark.parametrize(
    ("day", "sentence"),
    [("soon", "must be a day such as 2027-02-01, got soon"), ("2020-01-01", "or later")],
)
def test_a_day_that_is_past_or_none_ends_with_2(
    gatehouse: CommandLine, plans: Path, day: str, sentence: str
) -> None:
    assert sentence in gatehouse(*words(plans, COMMENTS), "--on", day).is_refusal(2)


def test_a_bad_waiver_file_ends_with_2(tmp_path: Path, plans: Path) -> None:
    copy = copied_checkout(tmp_path / "checkout")
    (copy / "policies" / "waivers.yaml").write_text("waivers:\n  - control: S3-99\n")
    told = CommandLine(tmp_path / "state", copy)(*words(plans, COMMENTS))
    assert told.is_refusal(2).startswith("policies/waivers.yaml:2")


def test_without_the_environment_of_checkov_it_ends_with_3(tmp_path: Path, plans: Path) -> None:
    copy = copied_checkout(tmp_path / "checkout")
    (plans / "staging.json").write_text(json.dumps(planned("aws_sagemaker_endpoint_configuration")))
    told = CommandLine(tmp_path / "state", copy)(*words(plans, "SME-07"))
    told.is_refusal(3)
    assert told.hint == "make python-checkov"


def test_json_holds_all_and_nothing_else_is_on_stdout(gatehouse: CommandLine, plans: Path) -> None:
    told = gatehouse(*words(plans, COMMENTS), "--json")
    document = json.loads(told.out)
    assert [each["id"] for each in document["controls"]] == [COMMENTS]
    assert set(document["plans"]) == set(required_roots(load_organization(ROOT)))
    assert document["tools"]["terraform"] == "1.11.4"


def test_reports_are_written_and_equal_in_a_second_run(
    gatehouse: CommandLine, plans: Path, tmp_path: Path
) -> None:
    (plans / "staging.json").write_text(json.dumps(planned(FOREIGN)))
    written = []
    for name in ("first", "second"):
        told = gatehouse(*words(plans, COMMENTS, CHECKED, DIALECT), "--out", str(tmp_path / name))
        assert told.code == 1
        written.append({p.name: p.read_bytes() for p in sorted((tmp_path / name).iterdir())})
    assert written[0] == written[1]
    assert set(written[0]) == {
        "evidence.tar",
        "review.html",
        "review.json",
        "review.junit.xml",
        "review.sarif",
    }
    assert check(written[0]["evidence.tar"]) == ()
    with tarfile.open(fileobj=io.BytesIO(written[0]["evidence.tar"])) as tar:
        names = {each.name for each in tar.getmembers()}
    assert "evidence/model.json" in names


def test_a_folder_that_cannot_be_written_ends_with_2(
    gatehouse: CommandLine, plans: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    told = gatehouse(*words(plans, COMMENTS), "--out", str(tmp_path / "file" / "below"))
    assert "must be a file that can be written" in told.is_refusal(2)


def test_the_model_is_exported(gatehouse: CommandLine, plans: Path, tmp_path: Path) -> None:
    (plans / "staging.json").write_text(json.dumps(planned(FOREIGN)))
    target = tmp_path / "model.json"
    assert gatehouse(*words(plans, COMMENTS), "--export", str(target)).code == 0
    exported = json.loads(target.read_text("utf-8"))
    assert [each["type"] for each in exported["resources"]] == [FOREIGN]


def test_a_control_is_explained(gatehouse: CommandLine, plans: Path) -> None:
    told = gatehouse("review", "explain", COMMENTS, "--plans", str(plans))
    assert told.code == 0
    assert "tool:no-inline-skips: holds" in told.out
    assert "accounts/organization.yaml" in told.out
    assert "our reading" in told.out
