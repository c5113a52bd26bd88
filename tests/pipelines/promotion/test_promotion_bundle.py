"""Only an approved version, as it was registered, becomes a release."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from pipelines.attestations.envelope import open_envelope
from pipelines.attestations.release_statement import Actors, Author, ReleaseStatement
from pipelines.canonical import canonical_json, sha256_of
from pipelines.errors import EnvironmentFault, Finding, Misuse
from pipelines.models.description import describe, read_description
from pipelines.models.variant import Variant
from pipelines.promotion import bundle
from pipelines.promotion.gate import RULES
from pipelines.promotion.objects import current_version
from pipelines.promotion.package import parse_package_arn, read_package
from pipelines.promotion.release import load_release
from pipelines.promotion.released_source import read_released_source
from pipelines.promotion.threshold import check_threshold
from tests.pipelines.attestations.cast import GUARDRAILS, NOW, builder
from tests.pipelines.forecast_models import described
from tests.pipelines.promotion.world import (
    ARCHIVE,
    AUTHOR,
    BUCKET,
    EVALUATION,
    EXECUTION,
    GROUP,
    HOME,
    MODEL,
    REGION,
    Home,
    definition,
    settings,
)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """An account with the objects of one trained model."""
    with mock_aws():
        made = Home(tmp_path)
        made.objects()
        yield made


def run(home: Home, arn: str) -> None:
    """Run the build for a package."""
    bundle.run(settings(home.tmp_path, package_arn=arn), home, lambda: NOW)


def test_a_release_is_exactly_what_was_registered(home: Home) -> None:
    arn = home.register()
    run(home, arn)
    release = load_release(home.tmp_path / "out" / "release.json")
    document = release.document()
    assert release.id.startswith(f"{MODEL}-v1-")
    assert document["package"] == {"arn": arn, "version": 1}
    assert release.archive.sha256 == hashlib.sha256(b"archive").hexdigest()
    assert release.archive.uri == ARCHIVE
    assert release.image.digest == home.image.digest
    assert release.image.uri == home.image_uri()
    assert document["data"] == {"uri": "s3://data/raw.csv", "sha256": "d" * 64}
    assert (release.commit, release.definition_sha256) == ("c" * 40, definition())
    assert set(release.configuration) == {"staging", "production"}
    plain = Variant("ml.m5.large", 1).document()
    digest = hashlib.sha256(canonical_json(plain)).hexdigest()
    assert document["configuration"]["staging"] == plain | {"sha256": digest}


def test_bundling_twice_gives_the_same_bytes(home: Home) -> None:
    arn, out = home.register(), home.tmp_path / "out" / "release.json"
    run(home, arn)
    first = out.read_bytes()
    run(home, arn)
    assert out.read_bytes() == first


def stated(home: Home) -> ReleaseStatement:
    """Read the statement that the build has signed."""
    content = (home.tmp_path / "out" / "release.dsse.json").read_bytes()
    opened = open_envelope("signed", content, [builder().key])
    return ReleaseStatement.parse("signed", opened.statement)


def test_what_is_released_is_signed_with_everybody_who_made_it(home: Home) -> None:
    run(home, home.register())
    statement, root = stated(home), home.tmp_path / "unpacked"
    assert statement.release == load_release(home.tmp_path / "out" / "release.json")
    assert (statement.execution_id, statement.made_at) == (EXECUTION, NOW)
    assert statement.actors == Actors(Author(AUTHOR, "milo"), "sofia", "lena", None)
    assert [result.rule for result in statement.gate] == [rule.id for rule in RULES]
    assert all(result.passed for result in statement.gate)
    assert statement.guardrails_sha256 == GUARDRAILS
    report = (home.tmp_path / "out" / "evaluation.json").read_bytes()
    assert sha256_of(report) == statement.release.evaluation.sha256
    assert statement.terraform_sha256 == read_released_source(root).terraform_sha256


def test_a_build_that_may_not_sign_leaves_nothing(home: Home) -> None:
    home.kms.denied = True
    with pytest.raises(EnvironmentFault, match="must sign for this role, got AccessDenied"):
        run(home, home.register())
    assert not list((home.tmp_path / "out").iterdir())


def test_a_build_without_a_key_is_told_so(home: Home) -> None:
    told = replace(settings(home.tmp_path, package_arn=home.register()), signing_key_arn=None)
    with pytest.raises(Misuse, match="RELEASE_SIGNING_KEY_ARN: must be set, got nothing"):
        bundle.run(told, home, lambda: NOW)


def test_a_release_that_does_not_pass_the_gate_is_not_signed(home: Home) -> None:
    home.objects(times=14)
    with pytest.raises(Finding, match="must have 30 held-out rows or more, got 28"):
        run(home, home.register())
    assert not list((home.tmp_path / "out").iterdir())


@pytest.mark.parametrize("status", ["PendingManualApproval", "Rejected"])
def test_a_version_that_is_not_approved_now_is_refused(home: Home, status: str) -> None:
    arn = home.register()
    home.sagemaker.update_model_package(ModelPackageArn=arn, ModelApprovalStatus=status)
    with pytest.raises(Finding, match=f"must have the approval status Approved, got {status}"):
        run(home, arn)
    assert not (home.tmp_path / "out" / "release.json").exists()


def test_a_version_of_another_group_is_refused(home: Home) -> None:
    home.sagemaker.create_model_package_group(ModelPackageGroupName="gatehouse-other")
    arn = home.register(ModelPackageGroupName="gatehouse-other")
    with pytest.raises(Finding, match=f"must belong to the model package group {GROUP}, got"):
        run(home, arn)


@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:sagemaker:{REGION}:{HOME}:model-package-group/{GROUP}",
        f"arn:aws:sagemaker:{REGION}:{HOME}:model-package/{GROUP}/latest",
        f"arn:aws:sagemaker:{REGION}:{HOME}:model-package/{GROUP}/1\n",
        "latest",
    ],
)
def test_only_the_arn_of_one_version_is_taken(home: Home, arn: str) -> None:
    with pytest.raises(Finding, match="PACKAGE_ARN: must be the ARN of one version"):
        run(home, arn)


def test_a_version_that_does_not_exist_is_named(home: Home) -> None:
    arn = f"arn:aws:sagemaker:{REGION}:{HOME}:model-package/{GROUP}/7"
    with pytest.raises(EnvironmentFault, match=r"/7: must be a model package that can be read"):
        run(home, arn)


def changed(home: Home, **metadata: str) -> dict[str, Any]:
    """Metadata of a package with some values changed."""
    return {"CustomerMetadataProperties": home.metadata() | metadata}


def test_an_image_other_than_that_of_the_metadata_is_refused(home: Home) -> None:
    arn = home.register(**changed(home, image_digest="sha256:" + "0" * 64))
    with pytest.raises(Finding, match=r"must have the image of its metadata, sha256:0{64}, got"):
        run(home, arn)


def test_an_evaluation_other_than_that_of_the_metrics_is_refused(home: Home) -> None:
    arn = home.register(**changed(home, evaluation_uri=f"{EVALUATION}/predictions.csv"))
    with pytest.raises(Finding, match="must have the evaluation of its metadata"):
        run(home, arn)


def test_a_version_without_its_lineage_is_refused(home: Home) -> None:
    metadata = home.metadata()
    del metadata["definition_sha256"]
    arn = home.register(CustomerMetadataProperties=metadata)
    with pytest.raises(Finding, match="must tell definition_sha256 in its metadata"):
        run(home, arn)


def test_an_image_by_tag_is_refused(home: Home) -> None:
    tagged = home.image_uri().partition("@")[0] + ":latest"
    specification = {
        "Containers": [{"Image": tagged, "ModelDataUrl": ARCHIVE}],
        "SupportedContentTypes": ["text/csv"],
        "SupportedResponseMIMETypes": ["text/csv"],
    }
    arn = home.register(InferenceSpecification=specification)
    with pytest.raises(Finding, match="must name its image by digest"):
        run(home, arn)


def test_an_image_that_the_repository_does_not_hold_is_refused(home: Home) -> None:
    arn = home.register()
    home.ecr.batch_delete_image(
        repositoryName="gatehouse-data-science/model", imageIds=[{"imageDigest": home.image.digest}]
    )
    with pytest.raises(Finding, match=f"must hold the image {home.image.digest}"):
        run(home, arn)


def test_objects_outside_the_models_own_place_are_refused(home: Home) -> None:
    arn = home.register(**changed(home, holdout_uri=f"s3://{BUCKET}/other/holdout.csv"))
    with pytest.raises(Finding, match=f"must have its objects below s3://{BUCKET}/{MODEL}/, got"):
        run(home, arn)


def test_an_archive_replaced_after_the_registration_is_refused(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    arn = home.register()
    head = home.s3.head_object
    later = head(Bucket=BUCKET, Key=ARCHIVE.partition(f"{BUCKET}/")[2])["LastModified"].replace(
        year=2999
    )
    monkeypatch.setattr(home.s3, "head_object", lambda **r: head(**r) | {"LastModified": later})
    client = home.session.client
    monkeypatch.setattr(home.session, "client", lambda s, r: home.s3 if s == "s3" else client(s, r))
    with pytest.raises(Finding, match="must not have changed after the package was registered"):
        run(home, arn)


def test_an_archive_with_another_etag_than_was_registered_is_refused(home: Home) -> None:
    package = read_package(home.sagemaker, parse_package_arn(home.register()), GROUP)
    etag = current_version(home.s3, ARCHIVE).etag
    assert (
        bundle.measure_objects(home.s3, replace(package, archive_etag=etag)).archive.uri == ARCHIVE
    )
    with pytest.raises(Finding, match=f"must be the archive that was registered, .* got {etag}"):
        bundle.measure_objects(home.s3, replace(package, archive_etag="other"))


def test_a_report_exactly_at_the_threshold_is_enough(home: Home) -> None:
    home.objects(auc=0.95)
    run(home, home.register())


def test_a_metric_of_which_less_is_better_has_a_threshold_above(home: Home) -> None:
    package = read_package(home.sagemaker, parse_package_arn(home.register()), GROUP)
    told = describe(MODEL)
    error = replace(told, metric=replace(told.metric, higher_is_better=False))
    report = b'{"binary_classification_metrics": {"auc": {"value": %s}}}'
    check_threshold(package, error, report % b"0.95")
    with pytest.raises(Finding, match=r"auc must be at most 0\.95 to be released, got 0\.96"):
        check_threshold(package, error, report % b"0.96")


def test_an_object_that_is_missing_is_named(home: Home) -> None:
    arn = home.register(**changed(home, predictions_uri=f"{EVALUATION}/none.csv"))
    with pytest.raises(EnvironmentFault, match=r"none\.csv: must be an object that can be read"):
        run(home, arn)


def test_an_object_without_versions_is_refused(home: Home) -> None:
    home.s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"})
    home.s3.put_object(Bucket=BUCKET, Key=ARCHIVE.partition(f"{BUCKET}/")[2], Body=b"x")
    arn = home.register()
    with pytest.raises(Finding, match="must have a version, got an object without one"):
        run(home, arn)


@pytest.mark.parametrize(
    ("report", "told"),
    [
        ({"binary_classification_metrics": {"auc": {"value": 0.9}}}, "auc must be at least 0.95"),
        ({"binary_classification_metrics": {"auc": {"value": True}}}, "must report .* as a number"),
        ({}, "must report binary_classification_metrics.auc.value as a number"),
        ([], "must report binary_classification_metrics.auc.value as a number"),
    ],
)
def test_a_report_below_the_threshold_or_without_it_is_refused(
    home: Home, report: object, told: str
) -> None:
    home.put(f"{EVALUATION}/evaluation.json", json.dumps(report).encode())
    with pytest.raises(Finding, match=told):
        run(home, home.register())


def test_a_forecast_is_not_released_to_an_endpoint(tmp_path: Path) -> None:
    forecast = read_description(described(tmp_path))
    with pytest.raises(Finding, match="model demand: must answer row by row to be released"):
        bundle.check_kind(forecast)
