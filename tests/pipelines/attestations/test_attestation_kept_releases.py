"""Only what ran in production, was verified there and is still good comes back to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.attestations.envelope import sign
from pipelines.attestations.evidence import Document
from pipelines.attestations.keys import TrustedKeys
from pipelines.attestations.refusal import Refused
from pipelines.attestations.release_statement import Author
from pipelines.attestations.revocation import Revocation
from pipelines.attestations.rollback import Destination
from pipelines.attestations.rules_of_kept_releases import KeptRelease, check_decided, judge_kept
from pipelines.attestations.rules_of_rollbacks import (
    Asked,
    judge_rejection,
    judge_word,
    without_what_runs,
)
from pipelines.errors import Finding
from tests.pipelines.attestations.cast import (
    EXECUTION,
    NOW,
    RELEASE,
    STATEMENT,
    TEST,
    Holder,
    approval,
    approved,
    approver,
    attested,
    builder,
    released,
    staging_key,
    trusted,
)
from tests.pipelines.attestations.rollback_cast import (
    ASKED,
    ASKED_AT,
    LATER,
    SINCE,
    WORD,
    kept,
    names,
    said,
)

# Signed once: of the same key and bytes every signature is another one.
BUNDLE = kept()


def come_back(
    one: KeptRelease,
    asked: Asked = ASKED,
    revocations: Sequence[Document] = (),
    status: str = "Approved",
    keys: TrustedKeys | None = None,
) -> str:
    """Judge what is kept, and tell which release may come back."""
    verified = judge_kept(one, revocations, lambda _: status, keys or trusted(), asked)
    return verified.release.statement.release.id


def refuse_kept(rule: str, one: KeptRelease, told: str | None = None, **others: object) -> None:
    """Show that a rule refuses what is kept."""
    with pytest.raises(Refused, match=told) as found:
        come_back(one, **others)  # type: ignore[arg-type]
    names(rule, found)


def test_what_ran_and_was_verified_comes_back() -> None:
    assert come_back(kept()) == RELEASE.id


@pytest.mark.parametrize(
    "name",
    [
        "release.json",
        "release.dsse.json",
        "production/deployment.json",
        "Tested_staging/test-report.json",
        "Tested_staging/test-report.dsse.json",
    ],
)
def test_a_bundle_that_lacks_a_document_does_not_come_back(name: str) -> None:
    refuse_kept("kept-here", kept(**{name: None}), told="got none")


def test_a_bundle_without_its_terraform_does_not_come_back() -> None:
    refuse_kept("kept-here", replace(kept(), terraform_sha256=None), told="Terraform")


def test_a_bundle_under_the_name_of_another_release_does_not_come_back() -> None:
    refuse_kept("kept-here", replace(kept(), release_id=LATER.id), told="must be the release")


def test_a_release_that_was_never_verified_here_does_not_come_back() -> None:
    refuse_kept("verified-here", kept(**{"production/verification.json": None}))
    refuse_kept("verified-here", replace(kept(), verified_at=None))


@pytest.mark.parametrize("member", ["account", "execution_id", "release_sha256"])
def test_the_verification_of_something_else_brings_nothing_back(member: str) -> None:
    name = "production/verification.json"
    told = json.loads(kept().documents[name].content) | {member: "other"}
    refuse_kept("verified-here", kept(**{name: json.dumps(told).encode()}), told="got other")
    refuse_kept("verified-here", kept(**{name: b"[]"}), told="must be a verification")


def test_what_runs_is_nothing_to_go_back_to() -> None:
    assert ASKED.runs is not None
    asked = replace(ASKED, runs=replace(ASKED.runs, release=RELEASE))
    refuse_kept("goes-to-another", kept(), asked=asked)
    assert come_back(kept(), without_what_runs(asked)) == RELEASE.id


def test_a_bundle_of_other_bytes_does_not_come_back() -> None:
    # As whoever may write evidence would lay it: consistent with itself, and signed by nobody.
    other = replace(RELEASE, archive=replace(RELEASE.archive, sha256="9" * 64))
    told = json.loads(kept().documents["production/verification.json"].content)
    verification = json.dumps(told | {"release_sha256": other.sha256}).encode()
    forged = kept(**{"release.json": other.content(), "production/verification.json": verification})
    refuse_kept("statement-is-of-these-bytes", replace(forged, release_id=other.id))


@pytest.mark.parametrize("by", [builder(2), approver("rita"), staging_key()])
def test_a_bundle_that_the_build_has_not_signed_does_not_come_back(by: Holder) -> None:
    envelope = sign(STATEMENT.statement(), by.signer)
    refuse_kept("signature-of-release", kept(**{"release.dsse.json": envelope}))


def test_a_bundle_with_other_terraform_does_not_come_back() -> None:
    changed = replace(kept(), terraform_sha256="9" * 64)
    refuse_kept("source-is-the-stated-one", changed, told="Terraform")


def test_a_bundle_of_another_execution_does_not_come_back() -> None:
    moved = replace(kept(), execution_id="another")
    name = "production/verification.json"
    told = json.loads(moved.documents[name].content) | {"execution_id": "another"}
    moved = replace(
        moved, documents={**moved.documents, name: Document(name, json.dumps(told).encode())}
    )
    refuse_kept("of-this-execution", moved)


def test_a_release_that_failed_its_test_does_not_come_back() -> None:
    failed = attested(replace(TEST, passed=False)).envelope.content
    refuse_kept("tests-passed", kept(**{"Tested_staging/test-report.dsse.json": failed}))


def test_a_release_without_a_signed_approval_does_not_come_back() -> None:
    without = kept(**{f"approvals/{approved().address}": None})
    refuse_kept("approvals-signed", without)


def test_an_approval_counts_as_of_the_day_when_the_release_was_deployed() -> None:
    # It has expired long since; what counts is that it was in force then.
    assert approval().expires_at < ASKED_AT
    late = replace(kept(), deployed_at=approval().expires_at + timedelta(seconds=1))
    refuse_kept("approval-in-force", late, told="expired")


def test_a_maker_approved_nothing_then_either() -> None:
    statement = replace(
        STATEMENT,
        actors=replace(STATEMENT.actors, author=Author("rita@example.com", "rita")),
    )
    one = approved(approval("rita", statement))
    envelope = released(statement).statement.content
    bundle = kept(**{f"approvals/{approved().address}": one.content, "release.dsse.json": envelope})
    refuse_kept("approver-is-nobody-of-the-makers", bundle)


def test_as_many_have_approved_as_are_asked_for_today() -> None:
    refuse_kept("enough-approvers", kept(), asked=replace(ASKED, required_approvals=2))


def test_a_release_that_was_revoked_since_does_not_come_back() -> None:
    word = Revocation(RELEASE.id, RELEASE.sha256, "rita", "biased", SINCE)
    document = Document("revocation", sign(word.statement(), approver("rita").signer))
    refuse_kept("not-revoked", kept(), revocations=[document])


def test_a_release_whose_package_is_rejected_does_not_come_back() -> None:
    refuse_kept("not-rejected", kept(), status="Rejected")
    assert come_back(kept(), status="PendingManualApproval") == RELEASE.id


def test_a_staging_account_of_today_need_not_have_tested_a_release_of_then() -> None:
    asked = replace(ASKED, staging_accounts=frozenset({"staging", "newer"}))
    assert come_back(kept(), asked) == RELEASE.id


# as-decided


@pytest.mark.parametrize(
    "change",
    [
        {"release_id": LATER.id},
        {"release_sha256": "9" * 64},
        {"statement_sha256": "9" * 64},
        {"execution_id": "another"},
    ],
)
def test_production_goes_back_to_what_the_decision_names(change: dict[str, str]) -> None:
    signed = judge_kept(kept(), (), lambda _: "Approved", trusted(), ASKED).release
    check_decided(WORD, signed, kept())
    other = replace(WORD, to=replace(WORD.to, **change))
    with pytest.raises(Refused) as found:
        check_decided(other, signed, kept())
    names("as-decided", found)


# All together


BREAKS: dict[str, Callable[[KeptRelease], KeptRelease]] = {
    "unsigned": lambda one: kept(
        **{"release.dsse.json": sign(STATEMENT.statement(), builder(2).signer)}
    ),
    "unverified": lambda one: replace(one, verified_at=None),
    "untested": lambda one: kept(**{"Tested_staging/test-report.dsse.json": None}),
    "other terraform": lambda one: replace(one, terraform_sha256="9" * 64),
    "unapproved": lambda one: kept(**{f"approvals/{approved().address}": None}),
}


@pytest.mark.parametrize(("how", "status"), list(product(BREAKS, ["Approved", "Rejected"])))
def test_no_authority_makes_up_for_what_a_bundle_lacks(how: str, status: str) -> None:
    # A word that holds and a rejection that holds: what is kept is judged whatever they say.
    judge_word(said(), trusted(), ASKED)
    judge_rejection("Rejected", ASKED)
    with pytest.raises(Refused):
        come_back(BREAKS[how](kept()), status=status)


@given(st.sampled_from(sorted(BUNDLE.documents)), st.data())
def test_a_bundle_of_which_one_byte_differs_does_not_come_back(
    name: str, data: st.DataObject
) -> None:
    if name == "production/deployment.json":
        return  # says nothing by itself: S3 tells when it was kept
    content = bytearray(BUNDLE.documents[name].content)
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    spoilt = bytes(content)
    if name == "production/verification.json" and _same_facts(spoilt, name):
        return
    with pytest.raises(Finding):
        come_back(replace(BUNDLE, documents={**BUNDLE.documents, name: Document(name, spoilt)}))


def _same_facts(content: bytes, name: str) -> bool:
    try:
        told = json.loads(content)
    except ValueError:
        return False
    return bool(told == json.loads(kept().documents[name].content))


def test_a_rollback_names_an_execution_so_that_a_release_promoted_twice_is_one_bundle() -> None:
    assert WORD.to == Destination(
        RELEASE.id, RELEASE.sha256, STATEMENT.statement().sha256, EXECUTION
    )
    assert NOW < SINCE < WORD.made_at
