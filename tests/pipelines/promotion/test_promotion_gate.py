"""The policy gate: every rule is asked, recorded, and can refuse."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from moto import mock_aws

from pipelines.errors import Finding
from pipelines.promotion import bundle, gate
from pipelines.promotion.gate import Bounds, Candidate, pass_gate, read_bounds
from pipelines.promotion.package import parse_package_arn
from pipelines.promotion.release import Configuration
from tests.pipelines.promotion.world import CHECKOUT, Home, settings


@pytest.fixture(scope="module")
def candidate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Candidate]:
    """A release that passes."""
    with mock_aws(), pytest.MonkeyPatch.context() as patched:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            patched.setenv(name, "testing")
        home = Home(tmp_path_factory.mktemp("gate"))
        home.objects()
        found = parse_package_arn(home.register())
        yield bundle.read_candidate(settings(home.tmp_path), home, found, "milo@example.com")


def test_what_each_rule_found_is_recorded(candidate: Candidate) -> None:
    results = pass_gate(candidate, read_bounds())
    assert all(result.passed for result in results)
    told = {result.rule: result.detail for result in results}
    assert set(told) == {rule.id for rule in gate.RULES}
    assert told["threshold-reached"] == "auc 0.99, at least 0.95"
    assert told["enough-held-out-rows"] == "40 rows, each with a recorded prediction"
    assert told["machines-allowed"] == "production on ml.m5.large, staging on ml.m5.large"
    assert told["instances-bounded"] == "2 in production, 1 in staging"
    assert told["approved-by-another"] == "registered by sofia, approved by lena"


def package(**metadata: str) -> Callable[[Candidate], Candidate]:
    """Change what the package says of itself."""

    def change(one: Candidate) -> Candidate:
        changed = {**one.package.metadata, **metadata}
        return replace(one, package=replace(one.package, metadata=changed))

    return change


def release(**changes: Any) -> Callable[[Candidate], Candidate]:
    """Change the release."""
    return lambda one: replace(one, release=replace(one.release, **changes))


def image(**changes: str) -> Callable[[Candidate], Candidate]:
    """Change the image."""
    return lambda one: release(image=replace(one.release.image, **changes))(one)


def part(**changes: Any) -> Callable[[Candidate], Candidate]:
    """Change a part of the candidate."""
    return lambda one: replace(one, **changes)


def configured(machine: str, number: int) -> Callable[[Candidate], Candidate]:
    """Change how production runs the model."""
    return release(configuration={"production": Configuration(machine, number)})


def alone(one: Candidate) -> Candidate:
    """Let one person train and approve."""
    return replace(one, actors=replace(one.actors, model_approver="sofia"))


ROWS = b"mean_radius,diagnosis\n" + b"1.5,0\n" * 30
REFUSED: list[tuple[str, Callable[[Candidate], Candidate], str]] = [
    ("threshold-reached", part(evaluation=b"{}"), "must report .* as a number"),
    ("threshold-reached", package(threshold="0.999"), r"auc must be at least 0\.999 .* got 0\.99"),
    ("threshold-reached", package(threshold="high"), "must tell its threshold as a number"),
    ("threshold-reached", package(threshold="nan"), "auc must be at least nan"),
    ("threshold-kept", package(threshold="0.5"), r"a threshold of at least 0\.95, .* got 0\.5"),
    ("image-of-own-registry", image(account="999999999999"), "must have the image 1111"),
    ("image-of-own-registry", image(region="us-east-1"), "must have the image 1111"),
    ("image-of-own-registry", image(repository="other"), "must have the image 1111"),
    ("definition-of-this-source", release(definition_sha256="0" * 64), "must be made by the def"),
    ("enough-held-out-rows", part(holdout=ROWS[:-6]), "must have 30 held-out rows or more, got 29"),
    ("enough-held-out-rows", part(holdout=ROWS), "must have a prediction for each of 30"),
    ("enough-held-out-rows", part(holdout=b"a\n1\n"), "must have the column diagnosis, got a"),
    ("machines-allowed", configured("ml.p5.48xlarge", 1), "must run on .* got ml.p5.48xlarge"),
    ("instances-bounded", configured("ml.m5.large", 11), "must start with 10 .* most, got 11"),
    ("approved-by-another", alone, "must be approved by somebody else .* got sofia"),
]


@pytest.mark.parametrize(("rule", "change", "told"), REFUSED)
def test_a_release_that_breaks_a_rule_is_refused_by_its_name(
    candidate: Candidate, rule: str, change: Callable[[Candidate], Candidate], told: str
) -> None:
    with pytest.raises(Finding, match=told) as refusal:
        pass_gate(change(candidate), read_bounds())
    assert f"rule {rule} of the policy gate: " in str(refusal.value.hint)


def test_a_source_that_captures_less_is_refused(
    candidate: Candidate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "CAPTURE_PERCENTAGE", 10)
    with pytest.raises(Finding, match="must have 100 of 100 requests captured, got 10"):
        pass_gate(candidate, read_bounds())


def test_all_broken_rules_are_told_at_once(candidate: Candidate) -> None:
    broken = configured("ml.p5.48xlarge", 11)(alone(candidate))
    with pytest.raises(Finding) as refusal:
        pass_gate(broken, read_bounds())
    told = "Broken as well: instances-bounded, approved-by-another."
    assert str(refusal.value.hint).endswith(told)


def test_the_machines_are_those_that_the_guardrails_allow() -> None:
    boundary = CHECKOUT / "policies" / "guardrails" / "boundaries" / "delivery.json"
    statements = json.loads(boundary.read_text("utf-8"))["Statement"]
    only = next(one for one in statements if one.get("Sid") == "DenyOtherInstances")
    allowed = only["Condition"]["ForAnyValue:StringNotLike"]["sagemaker:InstanceTypes"]
    assert list(read_bounds().instance_types) == allowed


def test_a_long_finding_stays_one_line(
    candidate: Candidate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wordy(_candidate: Candidate, _bounds: Bounds) -> str:
        return "word\n" * 1000

    monkeypatch.setattr(gate, "RULES", (gate.GateRule("wordy", "It says much.", wordy),))
    (result,) = pass_gate(candidate, read_bounds())
    assert len(result.detail) == 400
    assert "\n" not in result.detail
