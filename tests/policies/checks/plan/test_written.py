"""What nobody wrote is the provider's to fill in; what somebody wrote and nobody knows is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.organization import load_organization
from policies.checks.plan import judge
from policies.model import Model, read_plans
from policies.verdict import Judgement, Verdict
from tests.policies.checks.plan.planning import CHECKOUT
from tests.policies.model.planned import plan, resource

ORGANIZATION = load_organization(CHECKOUT)
ADDRESS = "aws_s3_bucket.this"
FILLED = {
    "aws_s3_bucket": ("buckets-plain", ("acl", "grant", "website", "cors_rule")),
    "aws_s3_object": ("buckets-plain", ("acl",)),
    "aws_security_group": ("security-groups-explicit", ("ingress", "egress")),
}
CASES = [(type_, check, name) for type_, (check, names) in FILLED.items() for name in names]
every_case = pytest.mark.parametrize(("type_", "check", "name"), CASES)


def planned(type_: str, name: str, references: list[str] | None) -> dict[str, Any]:
    """Plan a resource with one unknown argument, written with references or not at all."""
    made = plan(resource(f"{type_}.this", {}, {name: references} if references else {}))
    made["resource_changes"][0]["change"]["after_unknown"] = {name: True}
    made["configuration"]["root_module"]["resources"][0]["expressions"]["tags"] = {
        "constant_value": {}
    }
    return made


def said(model: Model, check: str, type_: str) -> set[Verdict]:
    """Give what a check says of the resource."""
    found: Judgement = next(it for it in judge(model) if it.verifier == f"check:{check}")
    assert f"staging: {type_}.this" in found.judged
    return {it.verdict for it in found.findings if it.source.address == f"{type_}.this"}


def of_file(folder: Path, type_: str, name: str, body: str) -> Model:
    """Read a plan that tells nothing of the argument beside the file that it is from."""
    root = folder / "accounts" / "staging"
    root.mkdir(parents=True)
    (root / "main.tf").write_text(f'resource "{type_}" "this" {{\n{body}}}\n', "utf-8")
    return read_plans({"staging": planned(type_, name, None)}, ORGANIZATION, folder)


@every_case
def test_what_nobody_wrote_is_silence(tmp_path: Path, type_: str, check: str, name: str) -> None:
    assert said(of_file(tmp_path, type_, name, "  tags = {}\n"), check, type_) == set()


@every_case
def test_a_value_that_was_written_and_is_not_known_is_not_decided(
    type_: str, check: str, name: str
) -> None:
    model = read_plans({"staging": planned(type_, name, ["local.elsewhere"])}, ORGANIZATION, None)
    assert said(model, check, type_) == {Verdict.NOT_DECIDED}


@every_case
def test_a_block_that_an_expression_makes_is_not_decided(
    tmp_path: Path, type_: str, check: str, name: str
) -> None:
    body = f'  dynamic "{name}" {{\n    for_each = local.some\n    content {{}}\n  }}\n'
    assert said(of_file(tmp_path, type_, name, body), check, type_) == {Verdict.NOT_DECIDED}


@every_case
def test_without_the_file_that_a_resource_is_from_nothing_is_silence(
    tmp_path: Path, type_: str, check: str, name: str
) -> None:
    """A module from elsewhere may have a block that its plan does not tell."""
    model = read_plans({"staging": planned(type_, name, None)}, ORGANIZATION, tmp_path)
    assert said(model, check, type_) == {Verdict.NOT_DECIDED}


def endpoint(references: list[str] | None) -> Model:
    """Read the plan of an endpoint whose policy is not known, written or not."""
    made = planned("aws_vpc_endpoint", "policy", references)
    return read_plans({"staging": made}, ORGANIZATION, None)


@pytest.mark.parametrize("check", ["endpoint-policies-own", "endpoint-policies-conditioned"])
def test_an_endpoint_for_which_nobody_wrote_a_policy_lets_everything_pass(check: str) -> None:
    """AWS gives it one of its own, which the plan does not know."""
    assert said(endpoint(None), check, "aws_vpc_endpoint") == {Verdict.VIOLATED}


def test_a_written_policy_of_an_endpoint_that_is_not_known_is_not_decided() -> None:
    found = said(endpoint(["local.elsewhere"]), "endpoint-policies-own", "aws_vpc_endpoint")
    assert found == {Verdict.NOT_DECIDED}
