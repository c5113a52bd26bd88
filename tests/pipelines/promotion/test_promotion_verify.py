"""What runs in production is what was signed and approved, down to the bytes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.attestations.rules import Refused
from pipelines.errors import Finding
from pipelines.promotion import verify
from pipelines.promotion.evidence import handed_over
from tests.pipelines.promotion.places import PRODUCTION
from tests.pipelines.promotion.stage import Stage
from tests.pipelines.promotion.test_promotion_test import watch
from tests.pipelines.promotion.world import EXECUTION, MODEL

STORE = PRODUCTION.bucket("models")


def verified(production: Stage) -> None:
    """Verify the release of the stage."""
    verify.run(production.settings, production, watch())


def deployed(production: Stage) -> None:
    """Put archive and image where a deployment puts them."""
    key = f"approved/{MODEL}/{production.release.archive.sha256}/model.tar.gz"
    production.s3.put_object(Bucket=STORE, Key=key, Body=b"archive")
    production.own.manifests = dict(production.home.manifests)


def test_what_runs_is_verified_down_to_the_bytes(production: Stage) -> None:
    deployed(production)
    verified(production)
    report = production.report("verification.json")
    assert report["archive"]["sha256"] == production.release.archive.sha256
    assert report["image"]["digest"] == production.release.image.digest
    assert report["invocation"]["rows"] == 1
    assert len(production.runtime.requests) == 1


def test_what_a_verification_rests_on_is_kept_with_it(production: Stage) -> None:
    deployed(production)
    verified(production)
    place = f"releases/{MODEL}/{production.release.id}/{EXECUTION}"
    documents = [
        "Tested_staging/test-report.dsse.json",
        "Tested_staging/test-report.json",
        "approvals/rita-20300102T023405Z.dsse.json",
        "release.dsse.json",
        "release.json",
    ]
    names = [*documents, "production/verification.json"]
    assert set(production.evidence()) == {f"{place}/{name}" for name in names}
    assert production.report("verification.json")["evidence"] == documents


def test_what_was_revoked_since_it_was_deployed_does_not_pass_for_verified(
    production: Stage,
) -> None:
    deployed(production)
    production.papers.revoked()
    with pytest.raises(Refused, match="must not be revoked, got a revocation by rita") as refusal:
        verified(production)
    assert refusal.value.rule == "not-revoked"
    assert not production.runtime.requests
    assert [name for name in production.evidence() if name.endswith("production/refusal.json")]
    assert production.report("refusal.json")["build"] == "verify"


def test_documents_of_another_release_are_no_evidence_of_this_one(production: Stage) -> None:
    other = replace(production.release, commit="0" * 40)
    folder = production.tmp_path / "Other"
    folder.mkdir()
    (folder / "release.json").write_bytes(other.content())
    assert handed_over({"Other": folder}, production.release) == {}
    assert handed_over({"Other": folder}, other) == {"release.json": other.content()}


def test_an_archive_that_was_written_over_is_refused(production: Stage) -> None:
    deployed(production)
    key = f"approved/{MODEL}/{production.release.archive.sha256}/model.tar.gz"
    production.s3.put_object(Bucket=STORE, Key=key, Body=b"forged")
    with pytest.raises(Finding, match="must hold the archive with SHA-256"):
        verified(production)


def test_an_image_that_is_gone_is_refused(production: Stage) -> None:
    deployed(production)
    production.own.manifests = {}
    with pytest.raises(Finding, match="must hold the image"):
        verified(production)


def test_a_live_prediction_that_differs_is_refused(production: Stage) -> None:
    deployed(production)
    production.runtime.answers[b"1.5,10.5,0"] = b"1,0.9,0.1"
    with pytest.raises(Finding, match="predictions must equal those recorded"):
        verified(production)
    assert not (production.settings.out / "verification.json").exists()


def test_an_endpoint_that_somebody_changed_is_refused(production: Stage) -> None:
    deployed(production)
    production.sagemaker.endpoint = {"EndpointStatus": "Updating"}
    with pytest.raises(Finding, match="must be InService, got Updating"):
        verified(production)
