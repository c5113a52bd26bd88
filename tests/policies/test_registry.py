"""The registry: closed, complete, and the same as the page and the pins that are made of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.errors import InvalidInput
from policies.checks.checkov.pinned import PINNED, pinned_ids, read_pinned
from policies.registry import (
    REGISTRY,
    Severity,
    Stage,
    controls_by_verifier,
    read_controls,
    stages_of,
)
from policies.registry_page import PAGE, registry_page
from scripts.checkov_pins import described

CHECKOUT = Path(__file__).resolve().parents[2]
CONTROLS = read_controls()
# How many controls each family has; a control is never removed, only added.
FAMILIES = {
    "SMD": 20,
    "SMN": 8,
    "SME": 29,
    "SMI": 22,
    "KMS": 12,
    "S3": 16,
    "NET": 15,
    "IAM": 16,
    "ORG": 12,
    "PIPE": 11,
    "ECR": 4,
    "LAM": 1,
    "MSG": 1,
    "SEC": 1,
    "LOG": 5,
    "GOV": 5,
}
# https://docs.aws.amazon.com/securityhub/latest/userguide/sagemaker-controls.html
PUBLISHED_IN_NIST = {"SMN-02", "SMN-03", "SMN-04", "SME-10", "SME-20"}


def _changed(tmp_path: Path, old: str, new: str) -> Path:
    text = REGISTRY.read_text("utf-8")
    assert old in text
    path = tmp_path / "controls.yaml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path


@pytest.mark.parametrize(("family", "count"), FAMILIES.items())
def test_every_family_is_complete(family: str, count: int) -> None:
    ids = [each.id for each in CONTROLS if each.family == family]
    assert len(ids) >= count
    assert ids == [f"{family}-{number:02d}" for number in range(1, len(ids) + 1)]


def test_no_control_is_of_an_unknown_family() -> None:
    assert {each.family for each in CONTROLS} == set(FAMILIES)


def test_only_published_mappings_to_nist_are_called_published() -> None:
    published = {
        control.id
        for control in CONTROLS
        for origin in control.sources
        if origin.framework.key == "nist-800-53" and origin.published
    }
    assert published <= PUBLISHED_IN_NIST


def test_every_framework_is_used() -> None:
    used = {origin.framework.key for control in CONTROLS for origin in control.sources}
    described_ones = re.findall(r"^  ([a-z0-9-]+):$", REGISTRY.read_text("utf-8"), re.MULTILINE)
    assert used == set(described_ones)


def test_every_verifier_is_found_by_name() -> None:
    by_verifier = controls_by_verifier(CONTROLS)
    assert {each.id for each in by_verifier["tool:waivers"]} == {"GOV-01", "GOV-03"}
    assert sum(map(len, by_verifier.values())) == sum(len(each.verifiers) for each in CONTROLS)


def test_severities_have_an_order() -> None:
    ranks = [
        each.rank for each in (Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)
    ]
    assert ranks == sorted(ranks)


def test_a_root_is_of_its_accounts_stage_and_of_its_own() -> None:
    assert stages_of("staging", "staging") == {Stage.STAGING}
    assert stages_of("production-us", "production") == {Stage.PRODUCTION}
    assert stages_of("bootstrap/eu", "staging") == {Stage.BOOTSTRAP, Stage.STAGING}
    assert stages_of("release/eu", "production") == {Stage.RELEASE, Stage.PRODUCTION}
    assert stages_of("organization", "management") == {Stage.ORGANIZATION}


def test_the_page_is_what_the_registry_says() -> None:
    again = "python -m policies.registry"
    assert (CHECKOUT / PAGE).read_text("utf-8") == registry_page(CONTROLS), again


@pytest.mark.slow
def test_pinned_types_are_what_checkov_itself_says() -> None:
    text = described(CHECKOUT / ".venv-checkov", pinned_ids(CONTROLS))
    assert text == PINNED.read_text("utf-8"), "python -m scripts.checkov_pins"


def test_every_named_check_is_pinned_and_no_other() -> None:
    assert tuple(read_pinned(CONTROLS)) == pinned_ids(CONTROLS)
    without = [each for each in CONTROLS if "CKV_AWS_7" not in each.verifiers]
    with pytest.raises(InvalidInput, match="CKV_AWS_7"):
        read_pinned(without)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("    severity: critical", "    severity: severe", "severity must be one of"),
        ("verifiers: [CKV_MLS_1]", "verifiers: []", "verifiers must have 1 or more"),
        ("verifiers: [CKV_MLS_1]", "verifiers: [rego:x]", "must be a verifier"),
        ("stages: [data-science]", "stages: [moon]", "must be one of"),
        ("from: config-sagemaker", "from: config-sagemakr", "a framework that this file describes"),
        ("mapping: published }", "mapping: guessed }", "must be one of"),
        ("id: SMD-02", "id: SMD-01", "must be the id of one control only"),
        ("    severity: critical", "    severe: critical", "unknown key"),
    ],
)
def test_a_registry_that_breaks_a_rule_is_refused(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    with pytest.raises(InvalidInput, match=told):
        read_controls(_changed(tmp_path, old, new))
