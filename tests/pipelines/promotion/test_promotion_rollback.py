"""Production goes back to what ran there, on a signed word or a rejection, and to nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pipelines.attestations.refusal import Refused
from pipelines.attestations.rollback import Left
from pipelines.errors import Finding
from pipelines.promotion.aws import Aws
from pipelines.promotion.documents import parse_document
from pipelines.promotion.endpoint import Live
from pipelines.promotion.kept_case import describe_live
from pipelines.promotion.rollback_order import Order
from pipelines.promotion.settings import Settings
from tests.pipelines.attestations.cast import approver
from tests.pipelines.promotion.places import DECISIONS
from tests.pipelines.promotion.rollback_stage import ASKED_AT, Back, facts
from tests.pipelines.promotion.stage import Stage
from tests.pipelines.promotion.world import BUCKET, EXECUTION


@pytest.fixture
def back(production: Stage) -> Back:
    """A production account that could go back."""
    return Back(production)


def refused(back: Back, rule: str, order: Order | None = None, told: str | None = None) -> None:
    """Show that a rule keeps production as it is, and that the refusal is kept."""
    with pytest.raises(Refused, match=told) as found:
        back.run(order)
    assert found.value.rule == rule, str(found.value)
    assert back.runs is back.later
    kept = [content for key, content in back.evidence().items() if key.endswith("refusal.json")]
    assert facts(kept[0])["rule"] == rule
    assert facts(kept[0])["build"] == "rollback"


def test_production_goes_back_to_what_ran_before_on_a_signed_word(back: Back) -> None:
    report = back.run()
    assert back.runs is back.earlier
    assert report["outcome"] == "done"
    assert report["from"]["release_id"] == back.later.id
    assert report["to"]["release_id"] == back.earlier.id
    assert report["to"]["execution_id"] == EXECUTION
    assert report["endpoint"]["config_name"] == back.stage.place.config
    assert (back.out / "release.json").read_bytes() == back.earlier.content()


def test_what_a_rollback_rests_on_is_kept_with_it(back: Back) -> None:
    back.run()
    kept = back.evidence()
    assert set(kept) == {"production/rollback.json", "rollback.dsse.json"}
    parse_document("kept", "rollback", kept["production/rollback.json"])
    assert facts(kept["production/rollback.json"])["outcome"] == "done"


def test_a_rollback_needs_nothing_of_the_account_that_built_the_model(back: Back) -> None:
    s3 = back.stage.s3
    for one in s3.list_object_versions(Bucket=BUCKET)["Versions"]:
        s3.delete_object(Bucket=BUCKET, Key=one["Key"], VersionId=one["VersionId"])
    back.stage.home.manifests.clear()
    back.run()
    assert back.runs is back.earlier
    asked = back.verify()["asked"]
    assert asked == {"question": "an empty body", "status": 400}


def test_a_rollback_applies_the_terraform_of_then(back: Back) -> None:
    order = back.decided()
    source = back.stage.settings.root / "terraform" / "release" / "main.tf"
    source.write_text("# what is released today\n")
    back.run(order)
    assert back.runs is back.earlier


def test_a_freeze_does_not_keep_production_from_going_back(back: Back) -> None:
    back.stage.papers.frozen("all")
    back.run()
    assert back.runs is back.earlier


def test_a_word_for_another_account_leaves_this_one_as_it_is(back: Back) -> None:
    order = back.decided(back.word(accounts=("production-us",)))
    assert back.run(order)["outcome"] == "nothing"
    assert back.runs is back.later
    assert back.verify()["outcome"] == "nothing"


def test_a_rejection_of_what_runs_takes_production_back(back: Back) -> None:
    back.status[back.later.package_arn] = "Rejected"
    report = back.rejected()
    assert back.runs is back.earlier
    assert (report["why"], report["decision"]) == ("rejected", None)


def test_a_rejection_of_what_does_not_run_ends_well_and_changes_nothing(back: Back) -> None:
    report = back.rejected(back.earlier.package_arn)
    assert report["outcome"] == "nothing"
    assert f"{back.later.id} runs" in report["because"]
    assert back.runs is back.later


def test_an_event_of_a_rejection_proves_nothing_by_itself(back: Back) -> None:
    with pytest.raises(Refused, match="must have the approval status Rejected") as found:
        back.rejected()
    assert found.value.rule == "live-package-rejected"
    assert back.runs is back.later


def test_a_rejected_release_is_not_gone_back_to(back: Back) -> None:
    back.status[back.earlier.package_arn] = "Rejected"
    refused(back, "not-rejected")


def test_a_revoked_release_is_not_gone_back_to(back: Back) -> None:
    back.stage.papers.revoked()
    refused(back, "not-revoked")


def test_another_persons_signature_takes_nothing_back(back: Back) -> None:
    refused(back, "rollback-signed", back.decided(by=approver("rob")))


def test_a_word_that_expired_takes_nothing_back(back: Back) -> None:
    made = ASKED_AT - timedelta(hours=3)
    word = back.word(made_at=made, expires_at=made + timedelta(hours=1))
    refused(back, "rollback-in-force", back.decided(word))


def test_a_word_about_something_else_than_runs_takes_nothing_back(back: Back) -> None:
    other = replace(back.later, commit="8" * 40)
    word = back.word(left=Left(other.id, other.sha256))
    refused(back, "rollback-of-what-runs", back.decided(word))


def test_the_pipelines_variable_cannot_name_another_release_than_the_decision(back: Back) -> None:
    order = replace(back.decided(), to=back.later.id)
    refused(back, "as-decided", order)


def test_what_was_never_verified_here_is_not_gone_back_to(back: Back) -> None:
    bucket, key = back.stage.place.bucket("evidence"), back.kept("production/verification.json")
    back.stage.s3.delete_object(Bucket=bucket, Key=key)
    refused(back, "verified-here")


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("release.dsse.json", b"{}", "signature-of-release"),
        ("terraform.tar", b"not a tar", "kept-here"),
        ("Tested_staging/test-report.json", b"{}", "tests-of-this-release"),
    ],
)
def test_evidence_that_somebody_wrote_over_is_refused(
    back: Back, name: str, content: bytes, rule: str
) -> None:
    back.put(back.kept(name), content)
    refused(back, rule)


def test_a_release_that_nobody_keeps_is_not_gone_back_to(back: Back) -> None:
    word = back.word()
    to = replace(word.to, release_id="breast-cancer-v1-0123456789ab")
    refused(back, "kept-here", back.decided(replace(word, to=to)), "must have the evidence of")


def test_an_archive_that_is_gone_keeps_production_as_it_is(back: Back) -> None:
    bucket = back.stage.place.bucket("models")
    for one in back.stage.s3.list_objects_v2(Bucket=bucket)["Contents"]:
        back.stage.s3.put_object(Bucket=bucket, Key=one["Key"], Body=b"other bytes")
    refused(back, "kept-here", told="must hold the archive")


def test_an_image_that_is_gone_keeps_production_as_it_is(back: Back) -> None:
    order = back.decided()
    back.stage.own.manifests.clear()
    with pytest.raises(Finding):
        back.run(order)
    assert back.runs is back.later


def test_what_comes_in_between_is_not_undone_unseen(
    back: Back, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def later(settings: Settings, aws: Aws) -> Live | None:
        asked.append(settings)
        found = describe_live(settings, aws)
        return found and replace(found, config_name=found.config_name[: 63 * (len(asked) == 1)])

    monkeypatch.setattr("pipelines.promotion.rollback.describe_live", later)
    refused(back, "undisturbed", told="must still run .*, got nothing")


def test_a_rollback_that_meets_a_deployment_at_work_refuses_by_its_name(back: Back) -> None:
    lock = b'{"ID":"1","Who":"deploy@build","Created":"%s"}' % f"{ASKED_AT:%FT%TZ}".encode()
    key = "breast-cancer/terraform.tfstate.tflock"
    bucket = back.stage.place.bucket("releases")
    back.stage.s3.put_object(Bucket=bucket, Key=key, Body=lock)
    with pytest.raises(Finding, match=r"must not be locked by another deployment, got .*deploy@"):
        back.run()
    assert back.runs is back.later


def test_a_rollback_that_was_stopped_goes_on_when_it_is_tried_again(
    back: Back, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: Any) -> None:
        raise KeyboardInterrupt

    order = back.decided()
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("pipelines.promotion.rollback.check_deployed", stopped)
        back.run(order)
    assert back.runs is back.earlier
    assert facts(back.evidence()["production/rollback.json"])["outcome"] == "begun"
    assert back.run(order)["outcome"] == "done"
    assert facts(back.evidence()["production/rollback.json"])["from"]["release_id"] == back.later.id


def test_a_decision_is_not_used_a_second_time(back: Back) -> None:
    order = back.decided()
    back.run(order)
    again = replace(back.settings(), execution_id="another")
    back.settings = lambda package_arn="none": again  # type: ignore[method-assign]
    with pytest.raises(Refused) as found:
        back.run(order)
    assert found.value.rule == "rollback-of-what-runs"


def test_a_rollback_is_verified_and_asked_one_row(back: Back) -> None:
    back.run()
    report = back.verify()
    assert report["outcome"] == "done"
    assert report["asked"]["rows"] == 1
    kept = back.evidence()["production/rollback-verification.json"]
    parse_document("kept", "rollback-verification", kept)


def test_a_report_that_was_changed_on_its_way_is_not_believed(back: Back) -> None:
    back.run()
    told = (back.out / "rollback.json").read_bytes()
    (back.out / "rollback.json").write_bytes(told.replace(b"recall", b"x").replace(b"INC", b"X"))
    changed = told.replace(b'"why":"command"', b'"why":"rejected"')
    (back.out / "rollback.json").write_bytes(changed)
    with pytest.raises(Refused, match="must be the report that is kept here"):
        back.verify()


def test_a_rollback_without_its_decision_changes_nothing(back: Back) -> None:
    order = back.decided()
    back.stage.s3.delete_object(Bucket=DECISIONS, Key=order.decision_key("breast-cancer"))
    with pytest.raises(Exception, match="must be a decision that can be read"):
        back.run(order)
    assert back.runs is back.later


def test_a_missing_endpoint_is_no_release_that_runs(back: Back) -> None:
    def gone(**_: Any) -> dict[str, Any]:
        if back.runs is back.later:
            error = {"Code": "ValidationException", "Message": 'Could not find endpoint "x".'}
            raise ClientError({"Error": error}, "DescribeEndpoint")
        return found(EndpointName=back.stage.place.endpoint)

    found = back.stage.sagemaker.describe_endpoint
    back.stage.sagemaker.describe_endpoint = gone  # type: ignore[method-assign]
    back.run(back.decided(back.word(left=None)))
    assert back.runs is back.earlier
