"""A staged release passes only when it answers as its model did, refuses bad input, is quick."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from pipelines.attestations.envelope import open_envelope
from pipelines.attestations.test_attestation import TestAttestation
from pipelines.canonical import sha256_of
from pipelines.errors import EnvironmentFault, Finding
from pipelines.models.description import describe
from pipelines.promotion import test as build
from pipelines.promotion.documents import parse_document
from pipelines.promotion.held_out import read_held_out
from pipelines.promotion.target import read_target
from pipelines.promotion.watch import Watch, Work
from tests.pipelines.attestations.cast import staging_key
from tests.pipelines.promotion.places import NAME, NOW
from tests.pipelines.promotion.runtime import refused
from tests.pipelines.promotion.stage import Stage
from tests.pipelines.promotion.world import EXECUTION, MODEL, evaluation

CONSUMER = "arn:aws:iam::222222222222:role/gatehouse-staging-consumer"


def one_by_one(works: Sequence[Work]) -> None:
    """Do works one after the other, so that a test counts the same seconds each time."""
    for work in works:
        work()


def watch(step: float = 0.01) -> Watch:
    """A watch by which every request takes `step` seconds."""
    ticks = itertools.count()
    return Watch(lambda: NOW, lambda: next(ticks) * step, one_by_one)


def run(stage: Stage, step: float = 0.01) -> None:
    """Test the release of the stage."""
    build.run(stage.settings, stage, watch(step))


def test_a_release_that_answers_as_its_model_did_passes(stage: Stage) -> None:
    run(stage)
    report = stage.report("test-report.json")
    assert report["passed"]
    assert report["failures"] == []
    assert report["predictions"]["identical"]
    assert report["predictions"]["rows"] == 2
    assert report["latency"]["p95_ms"] == 10.0
    assert report["release_id"] == stage.release.id
    assert all(check["passed"] for check in report["checks"])
    assert (report["load"]["clients"], report["load"]["requests"]) == (4, 200)
    assert (report["load"]["errors"], report["load"]["p99_ms"]) == (0, 10.0)


def test_the_report_tells_the_limits_that_applied(stage: Stage) -> None:
    run(stage)
    limits = stage.report("test-report.json")["limits"]
    assert limits == describe(MODEL).acceptance.document()
    assert [one["column"] for one in limits["slices"]] == ["mean_radius", "mean_texture"]


def test_a_stricter_description_fails_what_others_pass(stage: Stage) -> None:
    path = stage.settings.root / "pipelines" / "models" / f"{MODEL}.yaml"
    path.write_text(path.read_text("utf-8") + "  load: { p95_ms: 5 }\n", "utf-8")
    with pytest.raises(Finding, match=r"within 5 ms while 4 clients ask: got 10\.0 ms"):
        run(stage)
    assert stage.report("test-report.json")["limits"]["load"]["p95_ms"] == 5


def test_slices_that_decide_nothing_are_said_to(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    run(stage)
    slices = stage.report("test-report.json")["slices"]
    assert [(one["column"], one["passed"], one["undecided"]) for one in slices] == [
        ("mean_radius", None, 2),
        ("mean_texture", None, 2),
    ]
    assert "undecided: slice of mean_radius below 2.5: 1 rows, fewer than 20" in caplog.text


def test_live_answers_of_another_quality_than_evaluated_fail_the_release(stage: Stage) -> None:
    stage.release = replace(
        stage.release,
        evaluation=stage.exact(stage.release.evaluation.uri, evaluation(0.96)),
    )
    stage.sagemaker.release = stage.release
    stage.papers.carry()
    with pytest.raises(Finding, match=r"auc of the live answers must be 0\.96 as evaluated"):
        run(stage)
    quality = stage.report("test-report.json")["quality"]
    assert (quality["live"], quality["evaluated"], quality["passed"]) == (1.0, 0.96, False)


def test_answers_that_cannot_be_measured_are_reported_and_signed_as_failed(stage: Stage) -> None:
    stage.runtime.answers[b"2.5,20.5,1"] = b"1,0.2,nan"
    with pytest.raises(Finding, match="predictions must equal those recorded"):
        run(stage)
    report = stage.report("test-report.json")
    assert report["quality"]["live"] is None
    assert "must be a finite number, got 'nan'" in report["quality"]["unmeasured"]
    assert not attested(stage).passed


def test_an_answer_that_is_lost_under_load_fails_the_release(stage: Stage) -> None:
    invoke: Callable[..., dict[str, Any]] = stage.runtime.invoke_endpoint

    def last(**request: Any) -> dict[str, Any]:
        if len(stage.runtime.requests) > 250:
            raise refused(503, "too many")
        return invoke(**request)

    stage.runtime.invoke_endpoint = last  # type: ignore[method-assign]
    with pytest.raises(Finding, match=r"may fail while 4 clients ask: got 1 of \d+ \(status 503"):
        run(stage)


def test_the_endpoint_is_asked_as_its_consumers_ask(stage: Stage) -> None:
    run(stage)
    assert stage.assumed == [CONSUMER]
    assert {request["EndpointName"] for request in stage.runtime.requests} == {NAME}


def test_the_target_column_is_never_sent(stage: Stage) -> None:
    run(stage)
    assert not [one for one in stage.runtime.requests if b"diagnosis" in one["Body"]]


def test_the_report_is_kept_as_evidence(stage: Stage) -> None:
    run(stage)
    place = f"releases/{MODEL}/{stage.release.id}/{EXECUTION}"
    kept = stage.evidence()
    assert set(kept) == {
        f"{place}/release.json",
        f"{place}/staging/test-report.dsse.json",
        f"{place}/staging/test-report.json",
    }
    parse_document("kept", "test-report", kept[f"{place}/staging/test-report.json"])


def attested(stage: Stage) -> TestAttestation:
    """Read what the test has signed, as it is kept and handed on."""
    content = (stage.settings.out / "test-report.dsse.json").read_bytes()
    kept = [one for name, one in stage.evidence().items() if name.endswith("report.dsse.json")]
    assert kept == [content]
    opened = open_envelope("handed on", content, [staging_key().key])
    return TestAttestation.parse("handed on", opened.statement)


def test_a_test_is_signed_with_the_accounts_own_key(stage: Stage) -> None:
    run(stage)
    report = (stage.settings.out / "test-report.json").read_bytes()
    test = attested(stage)
    assert test == replace(stage.papers.test(), made_at=NOW, report_sha256=sha256_of(report))


def test_a_test_that_fails_is_signed_as_failed(stage: Stage) -> None:
    stage.runtime.refusal = 500
    with pytest.raises(Finding, match="must pass the test of its release"):
        run(stage)
    assert not attested(stage).passed


def test_a_test_that_may_not_sign_ends_without_handing_on_a_signature(stage: Stage) -> None:
    stage.kms.denied = True
    with pytest.raises(EnvironmentFault, match="must sign for this role, got AccessDenied"):
        run(stage)
    assert not (stage.settings.out / "test-report.dsse.json").exists()


def test_an_account_without_a_key_for_tests_is_named(stage: Stage) -> None:
    name = "/gatehouse/staging/keys/test-signing-arn"
    stage.client("ssm", "eu-west-1").delete_parameter(Name=name)
    with pytest.raises(EnvironmentFault, match=f"{name}: must be a parameter of this account"):
        run(stage)
    assert stage.assumed == []


def test_a_prediction_that_differs_fails_the_release(stage: Stage) -> None:
    stage.runtime.answers[b"2.5,20.5,1"] = b"0,0.2,0.8"
    with pytest.raises(Finding, match=r"predictions must equal those recorded.*got 1 of 2 rows"):
        run(stage)
    report = stage.report("test-report.json")
    assert not report["passed"]
    assert report["predictions"]["differing_rows"] == 1
    assert [key for key in stage.evidence() if key.endswith("test-report.json")]


def test_a_crash_on_bad_input_fails_the_release(stage: Stage) -> None:
    stage.runtime.refusal = 500
    with pytest.raises(Finding, match=r"an empty body is refused: got 500 \(and \d+ more\)"):
        run(stage)
    failed = [
        check["name"] for check in stage.report("test-report.json")["checks"] if not check["passed"]
    ]
    assert "broken JSON is refused" in failed


def test_a_slow_endpoint_fails_the_release(stage: Stage) -> None:
    with pytest.raises(Finding, match=r"must end within 2000 ms: got 3000\.0 ms"):
        run(stage, step=3)


def test_another_content_type_fails_the_release(stage: Stage) -> None:
    invoke: Callable[..., dict[str, Any]] = stage.runtime.invoke_endpoint

    def plain(**request: Any) -> dict[str, Any]:
        answer = invoke(**request)
        if request["Accept"] == "application/json":
            answer["ContentType"] = "text/plain"
        return answer

    stage.runtime.invoke_endpoint = plain  # type: ignore[method-assign]
    with pytest.raises(
        Finding, match="text/csv is answered with application/json: got 200 text/plain"
    ):
        run(stage)


def test_an_endpoint_that_refuses_held_out_rows_is_told(stage: Stage) -> None:
    stage.runtime.answers.clear()
    with pytest.raises(Finding, match="must predict 2 held-out rows, got status 400: request"):
        run(stage)


def test_an_endpoint_with_another_release_is_not_tested(stage: Stage) -> None:
    stage.sagemaker.container = {"Image": "other"}
    with pytest.raises(Finding, match=r"must serve the image .* got other"):
        run(stage)
    assert stage.assumed == []


def test_an_endpoint_that_is_not_there_is_named(stage: Stage) -> None:
    stage.sagemaker.exists = False
    with pytest.raises(EnvironmentFault, match=f"endpoint {NAME}: must be describable"):
        run(stage)


@pytest.mark.parametrize("what", ["holdout", "predictions"])
def test_held_out_rows_with_other_bytes_are_refused(
    stage: Stage, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssm, told = stage.client("ssm", "eu-west-1"), stage.settings
    target = read_target(ssm, told.naming, told.account)
    exact = getattr(stage.release, what)
    get = stage.s3.get_object

    def forged(**request: Any) -> dict[str, Any]:
        if request.get("VersionId") == exact.version_id:
            request["VersionId"] = stage.release.archive.version_id
            request["Key"] = f"{MODEL}/model.tar.gz"
        answer: dict[str, Any] = get(**request)
        return answer

    stage.s3.get_object = forged
    client = stage.aws.client
    monkeypatch.setattr(
        stage.aws, "client", lambda name, region: stage.s3 if name == "s3" else client(name, region)
    )
    monkeypatch.setattr(build, "read_target", lambda *_: target)
    with pytest.raises(Finding, match=f"must have the SHA-256 {exact.sha256}"):
        run(stage)


def test_a_prediction_must_be_recorded_for_each_held_out_row(stage: Stage) -> None:
    uri = stage.release.predictions.uri
    fewer = stage.exact(uri, b"prediction,probability_0,probability_1\n0,0.9,0.1\n")
    release = replace(stage.release, predictions=fewer)
    with pytest.raises(Finding, match="must have a prediction for each of 2 held-out rows, got 1"):
        read_held_out(stage.s3, release, describe(MODEL))


def test_held_out_rows_must_have_the_target(stage: Stage) -> None:
    other = stage.exact(stage.release.holdout.uri, b"mean_radius\n1.5\n")
    release = replace(stage.release, holdout=other)
    with pytest.raises(Finding, match="must have the column diagnosis, got mean_radius"):
        read_held_out(stage.s3, release, describe(MODEL))
