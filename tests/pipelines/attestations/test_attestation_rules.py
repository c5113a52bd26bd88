"""Each rule refuses what breaks it, and says that it was this rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.attestations.envelope import sign
from pipelines.attestations.keys import SignerKind, TrustedKeys
from pipelines.attestations.release_statement import GateResult
from pipelines.attestations.rules import RULES, Document, Refused, judge
from pipelines.errors import Finding, Misuse
from pipelines.organization_models import Promotes
from tests.pipelines.attestations.cast import (
    NOW,
    PRODUCTION,
    RELEASE,
    REPORT,
    STAGING,
    STATEMENT,
    TEST,
    approval,
    approver,
    attested,
    builder,
    complete,
    holder,
    judged,
    refused,
    released,
    staging_key,
    trusted,
    unchecked,
)

README = Path(__file__).parents[3] / "pipelines" / "attestations" / "README.md"


def test_a_release_that_all_have_signed_may_be_deployed() -> None:
    verified = judged(complete())
    assert verified.release.statement == STATEMENT
    assert verified.release.sha256 == STATEMENT.statement().sha256
    assert verified.release.key == builder().key
    assert verified.tests == (TEST,)
    assert verified.approvals == (approval(),)
    assert verified.passed_over == ()


def test_staging_asks_for_the_build_only() -> None:
    assert judged(released(), STAGING).approvals == ()


# promoted-as-told-here


def test_a_target_that_takes_models_refuses_code_and_the_other_way_round() -> None:
    code = replace(RELEASE, promotes=Promotes.CODE)
    evidence = released(replace(STATEMENT, release=code), bytes_of=code)
    models = replace(STAGING, promotes=Promotes.MODEL)
    told = "must promote model, as account staging says of its models, got code"
    refused("promoted-as-told-here", evidence, models, told)
    codes = replace(STAGING, promotes=Promotes.CODE)
    assert judged(evidence, codes).release.statement.release == code
    refused("promoted-as-told-here", released(), codes, "must promote code")
    assert judged(released(), models).approvals == ()


# signature-of-release


def test_without_a_pinned_key_nothing_verifies() -> None:
    with pytest.raises(Refused, match="none is pinned") as found:
        judge(complete(), TrustedKeys(), PRODUCTION)
    assert found.value.rule == "signature-of-release"


@pytest.mark.parametrize(
    "by",
    [
        lambda: builder(2),
        staging_key,
        lambda: approver("rita"),
        lambda: holder(SignerKind.BUILD, "lab"),
    ],
)
def test_a_release_is_signed_by_the_pinned_build_key_and_no_other(by: Callable[[], object]) -> None:
    refused("signature-of-release", released(by=by()), STAGING, "must be signed by a key")  # type: ignore[arg-type]


def test_a_build_key_of_another_home_signs_nothing_here() -> None:
    other = holder(SignerKind.BUILD, "lab")
    keys = trusted().merged([other.key])
    with pytest.raises(Refused, match="must be signed by a key") as found:
        judge(released(by=other), keys, STAGING)
    assert found.value.rule == "signature-of-release"


# statement-is-of-these-bytes


def test_another_release_under_a_good_statement_is_refused() -> None:
    other = replace(RELEASE, archive=replace(RELEASE.archive, sha256="9" * 64))
    refused("statement-is-of-these-bytes", released(bytes_of=other), STAGING, "signed digest")


def test_a_test_attestation_signed_by_the_build_is_no_release() -> None:
    document = Document("release.dsse.json", sign(TEST.statement(), builder().signer))
    evidence = replace(released(), statement=document)
    refused(
        "statement-is-of-these-bytes", evidence, STAGING, "must be of type urn:gatehouse:release"
    )


# meant-for-this-account


def test_a_release_without_a_configuration_for_the_account_is_refused() -> None:
    expected = replace(PRODUCTION, account="elsewhere")
    refused("meant-for-this-account", complete(), expected, "must be meant for account elsewhere")


def test_a_release_of_another_model_is_refused() -> None:
    expected = replace(PRODUCTION, model="churn")
    refused("meant-for-this-account", complete(), expected, "must be of the model churn")


# of-this-execution


def test_a_statement_of_another_execution_is_a_replay() -> None:
    expected = replace(PRODUCTION, execution_id="9" * 8)
    refused("of-this-execution", complete(), expected, "must be made for the execution 99999999")


def test_a_statement_about_another_package_is_refused() -> None:
    expected = replace(PRODUCTION, package_arn=PRODUCTION.package_arn[:-1] + "4")
    refused("of-this-execution", complete(), expected, "must be made for the package")


def test_a_statement_from_the_future_is_refused() -> None:
    for late, fine in ((timedelta(minutes=5), True), (timedelta(minutes=5, seconds=1), False)):
        evidence = released(replace(STATEMENT, made_at=NOW + late))
        if fine:
            judged(evidence, STAGING)
        else:
            refused("of-this-execution", evidence, STAGING, "must have been made before")


# source-is-the-stated-one


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"terraform_sha256": "9" * 64}, "the Terraform"),
        ({"guardrails_sha256": "9" * 64}, "guardrails"),
    ],
)
def test_another_source_than_the_stated_one_is_refused(change: dict[str, str], told: str) -> None:
    refused("source-is-the-stated-one", released(), replace(STAGING, **change), told)  # type: ignore[arg-type]


# gate-passed


def test_a_release_that_the_gate_refused_is_refused() -> None:
    gate = (*STATEMENT.gate, GateResult("bias", False, "recall of women 0.71"))
    refused("gate-passed", released(replace(STATEMENT, gate=gate)), STAGING, "recall of women 0.71")


def test_a_gate_that_asked_nothing_has_let_nothing_pass() -> None:
    statement = replace(STATEMENT, gate=()).statement()
    with pytest.raises(Finding, match="gate must follow its schema"):
        sign(statement, builder().signer)
    evidence = replace(released(), statement=Document("d", unchecked(statement, builder())))
    refused("statement-is-of-these-bytes", evidence, STAGING, "gate must follow its schema")


# tests-signed


def test_production_without_a_test_is_refused() -> None:
    refused("tests-signed", complete(tests=[]), told="got none of staging")


def test_every_staging_account_must_have_tested() -> None:
    expected = replace(PRODUCTION, staging_accounts=frozenset({"staging", "trial"}))
    refused("tests-signed", complete(), expected, "got none of trial")


@pytest.mark.parametrize("by", [lambda: staging_key(number=2), builder, lambda: approver("rita")])
def test_a_test_is_signed_by_the_staging_accounts_key_and_no_other(
    by: Callable[[], object],
) -> None:
    refused("tests-signed", complete(tests=[attested(by=by())]), told="must be signed by a key")  # type: ignore[arg-type]


def test_the_key_of_another_staging_account_attests_nothing_here() -> None:
    refused(
        "tests-signed",
        complete(tests=[attested(by=staging_key("trial"))]),
        told="whose key it bears",
    )


def test_an_account_that_is_not_asked_attests_nothing() -> None:
    other = attested(replace(TEST, account="trial"), staging_key("trial"))
    refused("tests-signed", complete(tests=[attested(), other]), told="got trial")


# tests-passed


def test_a_failed_test_is_not_outweighed_by_a_good_one() -> None:
    failed = attested(replace(TEST, passed=False))
    refused("tests-passed", complete(tests=[failed]), told="a test that passed")
    refused("tests-passed", complete(tests=[attested(), failed]), told="a test that passed")


# tests-of-this-release


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"release_id": "breast-cancer-v3-" + "0" * 12}, "must attest the release breast"),
        ({"release_sha256": "9" * 64}, "must attest the release with digest"),
        ({"execution_id": "earlier"}, "must attest the execution"),
        ({"report_sha256": "9" * 64}, "must attest the report with digest"),
        ({"made_at": NOW - timedelta(days=3)}, "must be made between"),
        ({"made_at": NOW + timedelta(minutes=6)}, "must be made between"),
    ],
)
def test_a_test_of_something_else_is_refused(change: dict[str, object], told: str) -> None:
    test = replace(TEST, **change)  # type: ignore[arg-type]
    refused("tests-of-this-release", complete(tests=[attested(test)]), told=told)


def test_another_report_under_a_good_attestation_is_refused() -> None:
    swapped = replace(attested(), report=Document("test-report.json", REPORT + b"\n"))
    refused("tests-of-this-release", complete(tests=[swapped]), told="the report with digest")


# what the rules could not keep


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"required_approvals": 0}, "approvals for production: must be 1 or more, got 0"),
        ({"staging_accounts": frozenset()}, "staging accounts: must be one or more, got none"),
    ],
)
def test_a_demand_that_no_rule_keeps_is_misuse(change: dict[str, object], told: str) -> None:
    with pytest.raises(Misuse, match=told):
        replace(PRODUCTION, **change)  # type: ignore[arg-type]


def test_a_clock_without_a_time_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="must have a time zone"):
        replace(PRODUCTION, now=NOW.replace(tzinfo=None))


def test_the_readme_tells_every_rule_in_order() -> None:
    readme = README.read_text("utf-8")
    rows = [f"| `{rule.id}` | {rule.sentence} |" for rule in RULES]
    assert "\n".join(rows) in readme
