"""The pipeline of a branch registers in the branch's own group, and goes with all it registered."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber
from moto import mock_aws

from pipelines.definitions.branch_order import Order, Wanted
from pipelines.definitions.branches import Place, main, put, remove
from pipelines.errors import EnvironmentFault, Finding, InvalidInput
from pipelines.naming import Naming
from pipelines.organization import load_organization
from tests.pipelines.definitions.test_upsert import (
    COMMIT,
    COMPILED,
    PARAMETERS,
    ROLE,
    ROOT,
    TOKEN,
    write_source,
)

MODEL = "breast-cancer"
NAME = "gatehouse-x--breast-cancer--idea"
GROUP = f"arn:aws:sagemaker:eu-west-1:111111111111:model-package-group/{NAME}"
TOLD = "Versions of model breast-cancer from branch try/idea; nothing promotes them."
ORDER = Order("try/idea", "idea", (MODEL,), Wanted.PRESENT)
_NONE = f"ModelPackageGroup {GROUP} does not exist."


class Account:
    """A data-science account whose SageMaker answers by script."""

    def __init__(self, root: Path, ssm: Any, sagemaker: Any, answers: Stubber) -> None:
        naming = Naming(load_organization(root))
        self.place = Place(root, naming, ssm, sagemaker, lambda: TOKEN)
        self.answers = answers

    def group(self, description: str | None) -> None:
        """Answer next what the branch's group holds, or that there is none."""
        asked = {"ModelPackageGroupName": NAME}
        if description is None:
            self.answers.add_client_error(
                "describe_model_package_group", "ValidationException", _NONE, 400, None, asked
            )
            return
        answer = {
            "ModelPackageGroupName": NAME,
            "ModelPackageGroupArn": GROUP,
            "ModelPackageGroupDescription": description,
            "CreationTime": 0,
            "CreatedBy": {},
            "ModelPackageGroupStatus": "Completed",
        }
        self.answers.add_response("describe_model_package_group", answer, asked)

    def versions(self, *numbers: int) -> list[str]:
        """Answer next which versions there are; gives their ARNs."""
        arns = [f"{GROUP.replace('-group', '')}/{number}" for number in numbers]
        listed = [
            {
                "ModelPackageArn": arn,
                "ModelPackageName": arn,
                "CreationTime": 0,
                "ModelPackageStatus": "Completed",
            }
            for arn in arns
        ]
        self.answers.add_response(
            "list_model_packages",
            {"ModelPackageSummaryList": listed},
            {"ModelPackageGroupName": NAME},
        )
        return arns


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Unpack the source package of a branch."""
    for name in ("accounts/organization.yaml", "accounts/organization.schema.json", COMPILED):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    write_source(tmp_path)
    (tmp_path / "branch.json").write_bytes(ORDER.written())
    return tmp_path


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch, root: Path) -> Iterator[Account]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        ssm = boto3.client("ssm", region_name="eu-west-1")
        told = PARAMETERS | {
            f"roles/branch-{purpose}-arn": f"{ROLE}branch-{purpose}"
            for purpose in ("pipeline", "processing", "training", "tuning")
        }
        for path, value in told.items():
            kind = "StringList" if path.startswith("network/") else "String"
            ssm.put_parameter(Name=f"/gatehouse/data-science/{path}", Value=value, Type=kind)
        sagemaker = boto3.client("sagemaker", region_name="eu-west-1")
        with Stubber(sagemaker) as answers:
            yield Account(root, ssm, sagemaker, answers)
            answers.assert_no_pending_responses()


def _updated(account: Account) -> list[dict[str, Any]]:
    """Answer the update of the branch's pipeline; gives what was sent, once it was."""
    sent: list[dict[str, Any]] = []
    account.place.sagemaker.meta.events.register(
        "provide-client-params.sagemaker.UpdatePipeline", lambda params, **_: sent.append(params)
    )
    account.answers.add_response(
        "update_pipeline",
        {"PipelineArn": f"arn:aws:sagemaker:eu-west-1:111111111111:pipeline/{NAME}"},
        {
            "PipelineName": NAME,
            "PipelineDefinition": ANY,
            "PipelineDescription": (
                f"Builds model {MODEL} from commit {COMMIT} of branch try/idea."
            ),
            "RoleArn": f"{ROLE}branch-pipeline",
        },
    )
    return sent


def _registration(sent: list[dict[str, Any]]) -> dict[str, Any]:
    check = json.loads(sent[0]["PipelineDefinition"])["Steps"][-1]
    found: dict[str, Any] = check["Arguments"]["IfSteps"][0]["Arguments"]
    return found


def test_a_branch_registers_in_a_group_of_its_own_and_tells_branch_and_commit(
    account: Account,
) -> None:
    account.group(None)
    account.answers.add_response(
        "create_model_package_group",
        {"ModelPackageGroupArn": GROUP},
        {"ModelPackageGroupName": NAME, "ModelPackageGroupDescription": TOLD},
    )
    sent = _updated(account)
    put(account.place, ORDER, MODEL)
    registered = _registration(sent)
    assert registered["ModelPackageGroupName"] == NAME
    told = registered["CustomerMetadataProperties"]
    assert (told["branch"], told["commit"]) == ("try/idea", COMMIT)


def test_a_branch_that_is_published_again_keeps_its_group(account: Account) -> None:
    account.group(TOLD)
    sent = _updated(account)
    put(account.place, ORDER, MODEL)
    assert len(sent) == 1


def test_jobs_of_a_branch_run_as_those_of_branches_and_write_below_its_folder(
    account: Account,
) -> None:
    account.group(TOLD)
    sent = _updated(account)
    put(account.place, ORDER, MODEL)
    text = sent[0]["PipelineDefinition"]
    assert set(re.findall(r'"RoleArn": "([^"]+)"', text)) == {
        f"{ROLE}branch-processing",
        f"{ROLE}branch-training",
    }
    buckets = {PARAMETERS["buckets/data"], PARAMETERS["buckets/models"]}
    named = set(re.findall(r"s3://([^/\"]+)/([^/\"]+)/([^/\"]+)/", text))
    assert named == {(bucket, "branches", "idea") for bucket in buckets}


@pytest.mark.parametrize("held", ["", TOLD.replace("try/idea", "try_idea")])
def test_a_group_of_something_else_is_left_alone(account: Account, held: str) -> None:
    account.group(held)
    with pytest.raises(Finding, match=r"must hold: Versions of model .* branch try/idea"):
        put(account.place, ORDER, MODEL)


def test_a_definition_that_registers_nothing_is_no_pipeline_of_a_branch(
    account: Account, root: Path
) -> None:
    compiled = root / COMPILED
    definition = json.loads(compiled.read_bytes())
    definition["Steps"] = definition["Steps"][:3]
    compiled.write_text(json.dumps(definition), "utf-8")
    account.group(TOLD)
    with pytest.raises((EnvironmentFault, InvalidInput)):
        put(account.place, ORDER, MODEL)


def test_a_branch_goes_with_its_pipeline_before_its_versions(account: Account) -> None:
    account.answers.add_response(
        "delete_pipeline",
        {"PipelineArn": f"arn:aws:sagemaker:eu-west-1:111111111111:pipeline/{NAME}"},
        {"PipelineName": NAME, "ClientRequestToken": TOKEN},
    )
    account.group(TOLD)
    for arn in account.versions(1, 3):
        account.answers.add_response("delete_model_package", {}, {"ModelPackageName": arn})
    account.answers.add_response("delete_model_package_group", {}, {"ModelPackageGroupName": NAME})
    assert remove(account.place, ORDER, MODEL) == 2


def test_a_removal_that_was_cut_off_is_done_again(account: Account) -> None:
    account.answers.add_client_error(
        "delete_pipeline", "ResourceNotFound", "Pipeline does not exist.", 404
    )
    account.group(None)
    assert remove(account.place, ORDER, MODEL) == 0


def test_a_pipeline_that_still_runs_is_not_removed(account: Account) -> None:
    account.answers.add_client_error(
        "delete_pipeline", "ConflictException", "There are running executions.", 400
    )
    with pytest.raises(EnvironmentFault, match="stop its runs first"):
        remove(account.place, ORDER, MODEL)


def test_a_model_that_the_unit_has_not_is_refused(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    order = Order(ORDER.branch, ORDER.name, ("stranger",), Wanted.PRESENT)
    (root / "branch.json").write_bytes(order.written())
    assert main(["--account", "data-science", "--source-root", str(root)]) == 2
    assert "must be models of main, got stranger" in capsys.readouterr().err
