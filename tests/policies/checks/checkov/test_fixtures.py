"""Every pinned check on its fixtures: as HCL, as plan, and however the resource is declared."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import replace

import pytest

from policies.checks.checkov.command import PACK, PUBLIC_KEY, checkov_environment
from policies.checks.checkov.pinned import pinned_ids, read_pinned
from policies.registry import Control, Stage, read_controls
from policies.verdict import Verdict
from scripts.checkov import judged_by_checkov
from tests.policies.checks.checkov.planned_fixtures import (
    CHECKOUT,
    FIXTURES,
    PLANS,
    VARIANTS,
    Example,
    digest,
    examples,
    read_plans,
)

CHECKS = pinned_ids(read_controls())
# No plan with a user in it passes; that a plan without one does is shown elsewhere.
NOTHING_PASSES = {"CKV_AWS_273"}
Found = Mapping[tuple[str, str], Verdict]


@pytest.fixture(scope="module")
def found() -> Found:
    """The verdict of each check on each planned resource, of all fixtures in one run."""
    controls = [_everywhere(each) for each in read_controls()]
    resources = [each for planned in read_plans().values() for each in planned]
    verdicts: dict[tuple[str, str], Verdict] = {}
    for judgement in judged_by_checkov(controls, resources, {}, CHECKOUT):
        for address in judgement.judged:
            verdicts.setdefault((judgement.verifier, address), Verdict.HOLDS)
        for finding in judgement.findings:
            verdicts[finding.verifier, finding.source.address] = finding.verdict
    return verdicts


@pytest.fixture(scope="module")
def found_in_files() -> Mapping[tuple[str, str], bool]:
    """Whether each check passes each resource of its file, by checkov on the files themselves."""
    python = CHECKOUT / ".venv-checkov" / "bin" / "python"
    command = [str(python), str(python.with_name("checkov")), "--directory", str(FIXTURES)]
    command += ["--framework", "terraform", "--skip-download", "--check", ",".join(CHECKS)]
    command += ["--external-checks-dir", str(PACK), "--external-checks-public-key", str(PUBLIC_KEY)]
    command += ["--output", "json", "--compact"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=checkov_environment({})
    )
    results = json.loads(done.stdout)["results"]
    return {
        (record["file_path"].strip("/").removesuffix(".tf"), record["resource"]): passed
        for passed, key in ((True, "passed_checks"), (False, "failed_checks"))
        for record in results[key]
        if record["check_id"] == record["file_path"].strip("/").removesuffix(".tf")
    }


def test_the_kept_plans_are_those_of_the_fixtures() -> None:
    made_of = json.loads(PLANS.read_text("utf-8"))["fixtures"]
    again = "python -m tests.policies.checks.checkov.planned_fixtures"
    assert made_of == digest(), f"plan the fixtures again: {again}"


@pytest.mark.parametrize("check", CHECKS)
def test_each_check_has_resources_that_keep_it_and_that_break_it(check: str) -> None:
    expected = {each.expected for each in examples() if each.check == check}
    assert expected & {Verdict.VIOLATED, Verdict.NOT_DECIDED}
    assert Verdict.HOLDS in expected or check in NOTHING_PASSES


def test_no_fixture_is_of_a_check_that_is_not_pinned() -> None:
    assert {each.check for each in examples()} == set(CHECKS)


@pytest.mark.slow
@pytest.mark.parametrize("check", CHECKS)
def test_a_planned_resource_is_judged_as_its_name_says(check: str, found: Found) -> None:
    planned = read_plans()
    for example in (each for each in examples() if each.check == check and each.is_planned):
        (resource,) = planned[example]
        assert found[check, resource.address] == example.expected, resource.address


@pytest.mark.slow
@pytest.mark.parametrize("variant", VARIANTS[1:])
def test_where_a_resource_is_declared_changes_no_verdict(variant: str, found: Found) -> None:
    planned = read_plans()
    for example in (each for each in examples() if each.is_planned):
        resources = planned[replace(example, variant=variant)]
        assert len(resources) == (2 if variant in ("each", "count") else 1)
        for resource in resources:
            assert found[example.check, resource.address] == example.expected, resource.address


@pytest.mark.slow
@pytest.mark.parametrize("check", CHECKS)
def test_file_and_plan_agree(check: str, found_in_files: Mapping[tuple[str, str], bool]) -> None:
    for example in (each for each in examples() if each.check == check):
        passed = found_in_files[check, f"{example.type}.{example.name}"]
        assert passed == (example.expected is Verdict.HOLDS), _told(example)


def test_pinned_types_are_those_that_fixtures_show() -> None:
    shown = {(each.check, each.type) for each in examples()}
    for check in read_pinned(read_controls()).values():
        assert any((check.id, type_) in shown for type_ in check.types)


def _everywhere(control: Control) -> Control:
    return replace(control, stages=tuple(Stage))


def _told(example: Example) -> str:
    return f"{example.check}: {example.type}.{example.name}"
