"""The pipeline in the account is what the source package says: bound, checked and written."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber
from moto import mock_aws

from pipelines.definitions.contract import read_contract
from pipelines.definitions.upsert import Upserted, upsert
from pipelines.errors import EnvironmentFault, InvalidInput, Misuse

ROOT = Path(__file__).parents[3]
COMPILED = "pipelines/definitions/compiled/breast-cancer.json"
COMMIT = "c" * 40
DIGEST = f"sha256:{'d' * 64}"
REPOSITORY = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/gatehouse-data-science/model"
ARN = "arn:aws:sagemaker:eu-west-1:111111111111:pipeline/gatehouse-breast-cancer"
ROLE = "arn:aws:iam::111111111111:role/gatehouse-data-science-"
TOKEN = "t" * 36
PARAMETERS = {
    "buckets/data": "gatehouse-data-science-data-111111111111",
    "buckets/models": "gatehouse-data-science-models-111111111111",
    "images/model-repository-url": REPOSITORY,
    "keys/data-arn": "arn:aws:kms:eu-west-1:111111111111:key/data",
    "keys/models-arn": "arn:aws:kms:eu-west-1:111111111111:key/models",
    "network/subnet-ids": "subnet-a,subnet-b",
    "network/workload-security-group-ids": "sg-a",
    "pipelines/breast-cancer/name": "gatehouse-breast-cancer",
    "registry/breast-cancer/group-name": "gatehouse-breast-cancer",
    "roles/pipeline-arn": f"{ROLE}pipeline",
    "roles/processing-arn": f"{ROLE}processing",
    "roles/training-arn": f"{ROLE}training",
}


@dataclass(frozen=True)
class Account:
    """A data-science account whose SageMaker answers by script."""

    ssm: Any
    sagemaker: Any
    answers: Stubber

    def upsert(self, root: Path, model: str = "breast-cancer") -> Upserted:
        return upsert(root, model, ssm=self.ssm, sagemaker=self.sagemaker, request_token=TOKEN)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        ssm = boto3.client("ssm", region_name="eu-west-1")
        for path, value in PARAMETERS.items():
            kind = "StringList" if path.startswith("network/") else "String"
            ssm.put_parameter(Name=f"/gatehouse/data-science/{path}", Value=value, Type=kind)
        sagemaker = boto3.client("sagemaker", region_name="eu-west-1")
        with Stubber(sagemaker) as answers:
            yield Account(ssm, sagemaker, answers)
            answers.assert_no_pending_responses()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Unpack a source package."""
    for name in ("accounts/organization.yaml", "accounts/organization.schema.json", COMPILED):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    write_source(tmp_path)
    return tmp_path


def write_source(root: Path, **changes: Any) -> None:
    image = {"repository": "gatehouse-data-science/model", "digest": DIGEST}
    told = {"author": "milo@example.com", "guardrails": {"sha256": "d" * 64}}
    document = {"schema_version": 1, "commit": COMMIT, "image": image, **told, **changes}
    (root / "source.json").write_text(json.dumps(document), "utf-8")


def request(**more: Any) -> dict[str, Any]:
    return {
        "PipelineName": "gatehouse-breast-cancer",
        "PipelineDefinition": ANY,
        "PipelineDescription": f"Builds model breast-cancer from commit {COMMIT}.",
        "RoleArn": f"{ROLE}pipeline",
        **more,
    }


def not_there(answers: Stubber) -> None:
    answers.add_client_error(
        "update_pipeline", "ResourceNotFound", "Pipeline does not exist.", 404, None, request()
    )


def test_a_pipeline_that_is_not_there_is_created(account: Account, root: Path) -> None:
    not_there(account.answers)
    account.answers.add_response(
        "create_pipeline", {"PipelineArn": ARN}, request(ClientRequestToken=TOKEN)
    )
    digest = hashlib.sha256((root / COMPILED).read_bytes()).hexdigest()
    assert account.upsert(root) == Upserted(ARN, digest)


def test_a_pipeline_that_is_there_gets_the_bound_definition(account: Account, root: Path) -> None:
    sent: list[dict[str, Any]] = []
    account.sagemaker.meta.events.register(
        "provide-client-params.sagemaker.UpdatePipeline",
        lambda params, **_: sent.append(params),
    )
    account.answers.add_response("update_pipeline", {"PipelineArn": ARN}, request())
    digest = account.upsert(root).definition_sha256
    text = sent[0]["PipelineDefinition"]
    assert "contract:" not in text
    assert "build:" not in text
    prepare, train, *_, check = json.loads(text)["Steps"]
    assert prepare["Arguments"]["NetworkConfig"]["VpcConfig"] == {
        "SecurityGroupIds": ["sg-a"],
        "Subnets": ["subnet-a", "subnet-b"],
    }
    assert prepare["Arguments"]["AppSpecification"]["ImageUri"] == f"{REPOSITORY}@{DIGEST}"
    assert train["Arguments"]["RoleArn"] == f"{ROLE}training"
    lineage = check["Arguments"]["IfSteps"][0]["Arguments"]["CustomerMetadataProperties"]
    assert lineage["commit"] == COMMIT
    assert lineage["image_digest"] == DIGEST
    assert lineage["definition_sha256"] == digest


def test_what_the_account_refuses_is_told(account: Account, root: Path) -> None:
    account.answers.add_client_error("update_pipeline", "AccessDeniedException", "No.", 400)
    with pytest.raises(EnvironmentFault) as fault:
        account.upsert(root)
    assert str(fault.value).startswith(
        "pipeline gatehouse-breast-cancer: must be created or updated, got AccessDenied"
    )


def test_a_parameter_that_is_missing_is_named(account: Account, root: Path) -> None:
    account.ssm.delete_parameter(Name="/gatehouse/data-science/keys/models-arn")
    with pytest.raises(EnvironmentFault) as fault:
        account.upsert(root)
    assert str(fault.value).startswith(
        "/gatehouse/data-science/keys/models-arn: must be a parameter of this account and region"
    )


def test_lists_and_more_parameters_than_one_call_gives_are_read(account: Account) -> None:
    contract = read_contract(account.ssm, "/gatehouse/data-science", list(PARAMETERS))
    assert len(contract) == len(PARAMETERS) > 10
    assert contract["network/workload-security-group-ids"] == ["sg-a"]
    assert contract["buckets/data"] == PARAMETERS["buckets/data"]


def test_a_model_that_the_organisation_does_not_have_is_refused(
    account: Account, root: Path
) -> None:
    with pytest.raises(Misuse, match="did you mean breast-cancer"):
        account.upsert(root, "breast-cancr")


def test_an_image_of_another_repository_is_refused(account: Account, root: Path) -> None:
    write_source(root, image={"repository": "other/model", "digest": DIGEST})
    with pytest.raises(InvalidInput, match="must be the repository of the account"):
        account.upsert(root)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"commit": "main"}, "source.json commit: must be a full commit hash, got 'main'"),
        ({"commit": None}, "source.json commit: must be a full commit hash, got None"),
        ({"image": {}}, "source.json repository: must be a repository's name, got None"),
        ({"author": None}, "source.json author: must be the email of the commit's author, got"),
        ({"author": "a b"}, "source.json author: must be the email of the commit's author, got"),
        ({"guardrails": None}, "source.json guardrails: must have the SHA-256 of the guardrails"),
        ({"guardrails": {"sha256": "x"}}, "source.json guardrails: must have the SHA-256 of the"),
        ({"image": "x"}, "source.json: must have schema_version 1 and an image"),
        ({"schema_version": 2}, "source.json: must have schema_version 1 and an image"),
        (
            {"image": {"repository": "gatehouse-data-science/model", "digest": "latest"}},
            "source.json digest: must be the SHA-256 digest of an image, got 'latest'",
        ),
    ],
)
def test_a_source_that_does_not_say_exactly_what_it_is_is_refused(
    account: Account, root: Path, changes: dict[str, Any], sentence: str
) -> None:
    write_source(root, **changes)
    with pytest.raises(InvalidInput) as refusal:
        account.upsert(root)
    assert str(refusal.value).startswith(f"{root}/{sentence}")


def test_a_package_without_source_or_definition_is_refused(account: Account, root: Path) -> None:
    (root / COMPILED).unlink()
    with pytest.raises(InvalidInput, match="run: make compile"):
        account.upsert(root)
    (root / "source.json").unlink()
    with pytest.raises(InvalidInput, match=r"source\.json: must be a readable file"):
        account.upsert(root)


def test_an_unfinished_package_of_uncommitted_work_is_marked_as_such(
    account: Account, root: Path
) -> None:
    write_source(root, commit=f"{COMMIT}-dirty")
    expected = request(
        PipelineDescription=f"Builds model breast-cancer from commit {COMMIT}-dirty."
    )
    account.answers.add_response("update_pipeline", {"PipelineArn": ARN}, expected)
    assert account.upsert(root).pipeline_arn == ARN
