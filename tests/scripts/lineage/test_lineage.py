"""An endpoint is traced back by what its account, the registry and the signatures say."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from jsonschema import Draft202012Validator

from pipelines.attestations.envelope import sign
from pipelines.attestations.revocation import Revocation
from pipelines.canonical import canonical_json
from scripts.lineage.tree import WIDTH, tree_lines
from tests.pipelines.attestations.cast import MODEL, NOW, approver, builder
from tests.scripts.lineage.chain import ENDPOINT, EVIDENCE, Chain, fact_of, standings, told
from tests.scripts.lineage.works import JOB
from tests.scripts.releases.bureau import DECISIONS, ROOT, a_release

SCHEMA = json.loads((ROOT / "scripts" / "lineage" / "lineage.schema.json").read_text())


@pytest.fixture
def chain() -> Chain:
    """A release that went the whole way."""
    return Chain()


def test_a_whole_chain_is_known_and_agrees(chain: Chain) -> None:
    found = chain.lineage()
    assert (found.holds, found.contradictions, found.untold) == (True, (), ())
    verified = {
        "endpoint": {"archive", "image", "runs as released"},
        "deployment": {"Terraform", "release of the verification report"},
        "release": {"sha256", "signature", "rules of releases", "promotion"},
        "approval": {"approved", "because", "key"},
        "test": {"tested", "report"},
        "package": {"arn", "registered by", "approved by", "archive"},
        "commit": {"commit"},
        "data": {"uri", "sha256"},
        "image": {"digest"},
        "definition": {"definition"},
    }
    for kind, names in verified.items():
        stands = standings(found, kind)
        assert {stands[name] for name in names} == {"verified"}, (kind, stands)


def test_the_document_tells_links_values_and_who_says_them(chain: Chain) -> None:
    document = told(chain.lineage())
    Draft202012Validator(SCHEMA).validate(document)
    assert document["endpoint"] == ENDPOINT
    release = next(one for one in document["tree"]["made_of"] if one["kind"] == "release")
    [approval] = [one for one in release["made_of"] if one["kind"] == "approval"]
    assert approval["name"] == "by rita"
    assert {"name": "because", "value": "better recall (CHG-7)"}.items() <= approval["facts"][
        2
    ].items()
    package = next(one for one in release["made_of"] if one["kind"] == "package")
    [run] = package["made_of"]
    assert [one["kind"] for one in run["made_of"]] == [
        *("training job", "commit", "data", "image", "definition")
    ]
    assert run["made_of"][0]["facts"][0]["value"] == JOB
    [commit] = run["made_of"][1]["facts"]
    assert {one["source"]: one["proven"] for one in commit["said"]} == {
        "signed statement": True,
        "model registry": False,
    }


def test_the_tree_fits_its_width_and_names_standing_value_and_source(chain: Chain) -> None:
    lines = list(tree_lines(chain.lineage().tree))
    assert max(len(line) for line in lines) <= WIDTH
    text = "\n".join(lines)
    for each in (
        *("endpoint gatehouse-production-breast-cancer", "├─ approval by rita"),
        *(f"commit: {chain.release.commit}", "registered by: sofia", "approved by: lena"),
        "by live endpoint, signed statement, verification report",
    ):
        assert each in text, each


def test_what_a_run_chose_is_told_by_version_and_run(chain: Chain) -> None:
    chain.metadata(chosen_learning_rate="0.05", chosen_max_depth="3")
    chain.works.parameters |= {"LearningRate": "0.050"}
    found = chain.lineage()
    assert found.holds is True
    assert fact_of(found, "pipeline run", "learning rate").value == "0.05"
    assert len(fact_of(found, "pipeline run", "learning rate").said) == 2
    assert len(fact_of(found, "pipeline run", "max depth").said) == 1


def test_a_version_that_tells_another_choice_than_its_run_is_a_mismatch(chain: Chain) -> None:
    chain.metadata(chosen_learning_rate="0.05")
    chain.works.parameters |= {"LearningRate": "0.3"}
    found = chain.lineage()
    assert found.holds is False
    assert any("learning rate" in one for one in found.contradictions)


@pytest.mark.parametrize(
    ("name", "kind", "fact"),
    [
        ("commit", "commit", "commit"),
        ("data_sha256", "data", "sha256"),
        ("data_uri", "data", "uri"),
        ("image_digest", "image", "digest"),
        ("definition_sha256", "definition", "definition"),
    ],
)
def test_a_registry_that_says_otherwise_than_the_signed_statement_is_a_mismatch(
    chain: Chain, name: str, kind: str, fact: str
) -> None:
    chain.metadata(**{name: "something else"})
    found = chain.lineage()
    assert found.holds is False
    assert standings(found, kind)[fact] == "MISMATCH"
    assert any("model registry says something else" in one for one in found.contradictions)


def test_a_registry_that_says_nothing_any_more_is_a_mismatch(chain: Chain) -> None:
    chain.works.packages[chain.release.package_arn]["CustomerMetadataProperties"].pop("commit")
    assert "says nothing" in " ".join(chain.lineage().contradictions)


def test_an_image_that_runs_and_was_not_released_is_a_mismatch(chain: Chain) -> None:
    other = chain.bureau.endpoints.live[ENDPOINT][1].image("sha256:" + "9" * 64).uri
    chain.bureau.endpoints.images[ENDPOINT] = other
    found = chain.lineage()
    assert standings(found, "endpoint")["image"] == "MISMATCH"
    assert standings(found, "endpoint")["runs as released"] == "MISMATCH"
    assert any("live endpoint says sha256:9999" in one for one in found.contradictions)


def test_an_image_from_another_repository_is_a_mismatch_by_the_same_digest(chain: Chain) -> None:
    chain.bureau.endpoints.images[ENDPOINT] = chain.release.image.uri
    assert standings(chain.lineage(), "endpoint")["image"] == "MISMATCH"


def test_an_archive_from_another_place_is_a_mismatch(chain: Chain) -> None:
    other = replace(chain.release, archive=replace(chain.release.archive, sha256="9" * 64))
    chain.bureau.endpoints.live[ENDPOINT] = (other, chain.bureau.endpoints.live[ENDPOINT][1])
    assert standings(chain.lineage(), "endpoint")["archive"] == "MISMATCH"


def test_an_endpoint_that_no_deployment_left_is_a_mismatch(chain: Chain) -> None:
    told_by_build = {"endpoint": {"config_name": "another"}, "release_sha256": "x"}
    chain.keep("production/deployment.json", canonical_json(told_by_build))
    chain.bureau.runs("production", a_release(0.97, 2))
    found = chain.lineage()
    stands = standings(found, "endpoint")
    assert (stands["configuration"], stands["runs as released"]) == ("MISMATCH", "MISMATCH")


def test_an_endpoint_that_does_not_serve_is_a_mismatch(chain: Chain) -> None:
    chain.works.status = "Failed"
    assert standings(chain.lineage(), "endpoint")["status"] == "MISMATCH"


def test_a_statement_that_a_key_signed_which_is_not_pinned_proves_nothing() -> None:
    found = Chain(builder(2)).lineage()
    assert found.holds is False
    assert standings(found, "release")["signature"] == "MISMATCH"
    assert any("must be signed by a key that is pinned" in one for one in found.contradictions)
    assert "verified" not in standings(found, "commit").values()


def test_a_release_that_was_written_over_is_a_mismatch(chain: Chain) -> None:
    other = replace(chain.release, commit="f" * 40)
    chain.keep("release.json", other.content())
    found = chain.lineage()
    assert standings(found, "release")["sha256"] == "MISMATCH"
    assert standings(found, "release")["rules of releases"] == "MISMATCH"
    assert fact_of(found, "commit", "commit").value == chain.release.commit


def test_evidence_that_is_no_document_is_told_loudly_and_no_crash(chain: Chain) -> None:
    chain.keep("release.dsse.json", b"{")
    chain.keep("production/verification.json", b"{")
    chain.keep("terraform.tar", b"no tar")
    found = chain.lineage()
    told_of = " ".join(found.contradictions)
    for each in ("the signature of the release", "must be JSON", "must be a tar"):
        assert each in told_of, each


def test_a_verification_of_another_release_is_a_mismatch(chain: Chain) -> None:
    report = {"release_sha256": "9" * 64, "ended_at": "x", "invocation": {"differing_rows": 1}}
    chain.keep("production/verification.json", canonical_json(report))
    stands = standings(chain.lineage(), "deployment")
    assert stands["release of the verification report"] == "MISMATCH"
    assert stands["answered as recorded"] == "MISMATCH"


def test_an_approval_that_nobody_signed_fails_the_rules(chain: Chain) -> None:
    kept = chain.bureau.objects.kept
    kept.pop(next(one for one in kept if one.startswith(EVIDENCE) and "/approvals/" in one))
    found = chain.lineage()
    assert standings(found, "release")["rules of releases"] == "MISMATCH"
    assert "approvals-signed" in str(fact_of(found, "release", "rules of releases").value)


def test_what_was_revoked_since_is_told_loudly(chain: Chain) -> None:
    word = Revocation(chain.release.id, chain.release.sha256, "rob", "recalls fell", NOW)
    place = f"{DECISIONS}/revocations/{MODEL}/{chain.release.id}/rob-1.dsse.json"
    chain.bureau.objects.kept[place] = sign(word.statement(), approver("rob").signer)
    assert any("recalls fell" in one for one in chain.lineage().contradictions)


def test_a_version_that_is_rejected_must_not_run_in_production(chain: Chain) -> None:
    chain.works.packages[chain.release.package_arn]["ModelApprovalStatus"] = "Rejected"
    assert standings(chain.lineage(), "package")["status now"] == "MISMATCH"


def test_a_job_that_trained_something_else_is_a_mismatch(chain: Chain) -> None:
    chain.works.job["AlgorithmSpecification"] = {"TrainingImage": "x@sha256:" + "9" * 64}
    chain.works.job["ModelArtifacts"] = {"S3ModelArtifacts": "s3://models/other.tar.gz"}
    found = chain.lineage()
    assert standings(found, "package")["archive"] == "MISMATCH"
    assert standings(found, "image")["digest"] == "MISMATCH"


def test_a_run_that_registered_something_else_is_a_mismatch(chain: Chain) -> None:
    chain.works.outcomes["Register"] = {"RegisterModel": {"Arn": "arn:x:model-package/g/9"}}
    assert standings(chain.lineage(), "pipeline run")["registered"] == "MISMATCH"


def test_a_tuned_model_names_its_tuning_job(chain: Chain) -> None:
    arn = "arn:aws:sagemaker:eu-west-1:111111111111:hyper-parameter-tuning-job/t-1"
    chain.works.outcomes["Tune"] = {"TuningJob": {"Arn": arn}}
    chain.works.job["ModelArtifacts"] = {"S3ModelArtifacts": "s3://models/first.tar.gz"}
    found = chain.lineage()
    assert fact_of(found, "tuning job", "arn").value == arn
    assert found.holds is True


@pytest.mark.parametrize(("named", "standing"), [("t-1", "told"), ("t-2", "MISMATCH")])
def test_a_tuned_version_names_the_search_and_its_best_job(
    chain: Chain, named: str, standing: str
) -> None:
    arn = "arn:aws:sagemaker:eu-west-1:111111111111:hyper-parameter-tuning-job/t-1"
    chain.works.outcomes["Tune"] = {"TuningJob": {"Arn": arn}}
    chain.works.job["ModelArtifacts"] = {"S3ModelArtifacts": "s3://models/first.tar.gz"}
    told = chain.works.packages[chain.release.package_arn]["CustomerMetadataProperties"]
    told |= {"tuning_job": named, "training_job": "t-1-003-abc"}
    found = chain.lineage()
    assert standings(found, "tuning job")["name"] == standing
    assert fact_of(found, "tuning job", "best job").value == "t-1-003-abc"


def test_what_a_rollback_brought_again_is_told_with_the_rollback(chain: Chain) -> None:
    later = replace(
        chain.statement, release=a_release(0.97, 2), execution_id="99999999-1111-4222-8333-4444"
    )
    chain.lay(later)
    execution = "77777777-2222-3333-4444-555555555555"
    back = replace(chain.statement, execution_id=execution)
    report = {"outcome": "done", "endpoint": {"config_name": ENDPOINT}}
    chain.keep("production/rollback.json", canonical_json(report), back)
    for place in chain.bureau.objects.came:
        if execution in place:
            chain.bureau.objects.came[place] = NOW + timedelta(minutes=5)
    found = chain.lineage()
    assert fact_of(found, "deployment", "came back by rollback").value == execution
    assert fact_of(found, "release", "sha256").value == chain.release.sha256
    assert found.holds is True


def test_staging_is_traced_without_approvals(chain: Chain) -> None:
    chain.lay(chain.statement, "staging")
    found = chain.lineage(account="staging")
    assert found.contradictions == ()
    assert found.tree.find("approval") is None
    assert standings(found, "release")["rules of releases"] == "verified"
