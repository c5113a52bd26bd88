"""A scientist makes a place to try something out by herself, and takes it away again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.journeys.deployer_calls import called_by, refused_calls
from tests.journeys.stage import Stage, until

pytestmark = [pytest.mark.journey, pytest.mark.long]

_ACCOUNT, _PERSONA, _PURPOSE = "data-science", "data-scientist", "experiment-launch"
_PRODUCT = "gatehouse-data-science-experiment"
_GROUP, _LOG, _NAMES = (
    "gatehouse-x-idea",
    "/gatehouse-data-science/x/idea",
    "/gatehouse/data-science/x/idea",
)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A twin with the data-science account laid out."""
    made = Stage(tmp_path_factory.mktemp("catalog"))
    made.open()
    try:
        made.apply_side_by_side(_ACCOUNT)
        yield made
    finally:
        made.close()


def test_an_experiment_comes_and_goes_without_anybody_else(stage: Stage) -> None:
    before = _inventory(stage)

    launched = _launched(stage, "idea", "idea")
    assert launched["RecordDetail"]["Status"] == "SUCCEEDED", launched
    told = {one["OutputKey"]: one["OutputValue"] for one in launched["RecordOutputs"]}
    assert told["GroupName"] == _GROUP
    assert told["LogGroupName"] == _LOG
    assert told["ParameterName"] == _NAMES
    _is_there(stage)
    assert stage.planned_changes(_ACCOUNT) == []
    made = set(_inventory(stage)) - set(before)
    assert made == {
        ("launched product", "idea"),
        ("log group", _LOG),
        ("model package group", _GROUP),
        ("parameter", _NAMES),
    }

    assert _terminated(stage, "idea")["Status"] == "SUCCEEDED"
    _is_gone(stage)
    assert _inventory(stage) == before


@pytest.mark.parametrize("name", ["Idea", "../../breast-cancer", "idea/keys", "x", "idea-"])
def test_no_name_leads_out_of_the_experiments(stage: Stage, name: str) -> None:
    before = _inventory(stage)
    launched = _launched(stage, "other", name)
    assert launched["RecordDetail"]["Status"] == "FAILED"
    said = launched["RecordDetail"]["RecordErrors"][0]["Description"]
    assert "must be 3 to 24 lower-case letters" in said
    # What failed is there until somebody ends it, and consists of nothing.
    assert _inventory(stage) == sorted([*before, ("launched product", "other")])
    # Until it is ended its name is taken.
    with pytest.raises(AssertionError, match="DuplicateResource"):
        _launched(stage, "other", "other")
    assert _terminated(stage, "other")["Status"] == "SUCCEEDED"


def test_what_was_made_before_a_failure_is_taken_back(stage: Stage) -> None:
    logs = stage.client("logs", _ACCOUNT)
    logs.create_log_group(logGroupName=f"{_LOG}s")
    before = _inventory(stage)
    launched = _launched(stage, "ideas", "ideas")
    assert launched["RecordDetail"]["Status"] == "FAILED"
    assert "ResourceAlreadyExists" in launched["RecordDetail"]["RecordErrors"][0]["Description"]
    assert _terminated(stage, "ideas")["Status"] == "SUCCEEDED"
    assert _inventory(stage) == before
    logs.delete_log_group(logGroupName=f"{_LOG}s")


def test_a_group_with_versions_stays_and_the_record_says_so(stage: Stage) -> None:
    assert _launched(stage, "idea", "idea")["RecordDetail"]["Status"] == "SUCCEEDED"
    sagemaker = stage.client("sagemaker", _ACCOUNT)
    package = sagemaker.create_model_package(
        ModelPackageGroupName=_GROUP, ModelApprovalStatus="PendingManualApproval"
    )["ModelPackageArn"]

    ended = _terminated(stage, "idea")
    assert ended["Status"] == "FAILED"
    assert "failed to delete: [Group]" in ended["RecordErrors"][0]["Description"]
    sagemaker.describe_model_package_group(ModelPackageGroupName=_GROUP)

    # A version is a record: only who applies the account may take it away.
    with pytest.raises(ClientError, match="service control policy"):
        sagemaker.delete_model_package(ModelPackageName=package)
    stage.client("sagemaker", _ACCOUNT, "apply").delete_model_package(ModelPackageName=package)
    assert _terminated(stage, "idea")["Status"] == "SUCCEEDED"
    _is_gone(stage)


def test_only_scientists_and_leads_find_the_catalog(stage: Stage) -> None:
    for persona in (_PERSONA, "lead"):
        found = stage.aws("servicecatalog", "search-products", role=persona)
        assert len(found["ProductViewSummaries"]) == 1, persona
    for persona in ("ml-engineer", "auditor"):
        with pytest.raises(AssertionError, match="SearchProducts"):
            stage.aws("servicecatalog", "search-products", role=persona)


def test_a_tag_that_names_nobody_is_refused(stage: Stage) -> None:
    with pytest.raises(AssertionError, match="Tag owner must be one of"):
        _launched(stage, "idea", "idea", owner="nobody")


def test_who_applies_may_do_all_that_the_catalog_needs(stage: Stage) -> None:
    called = {call for call in called_by(stage, _ACCOUNT, "apply") if "servicecatalog" in call}
    assert {"servicecatalog:CreateConstraint", "servicecatalog:CreateProduct"} <= called
    assert refused_calls(stage, _ACCOUNT) == set()


def test_a_launch_asks_for_nothing_that_its_role_may_not_do(stage: Stage) -> None:
    called = called_by(stage, _ACCOUNT, _PURPOSE, program="")
    assert {"logs:CreateLogGroup", "sagemaker:DeleteModelPackageGroup"} <= called
    assert refused_calls(stage, _ACCOUNT, (_PURPOSE,), program="") == set()


def test_nobody_takes_the_role_that_makes_experiments(stage: Stage) -> None:
    role = stage.naming.role_arn(_ACCOUNT, _PURPOSE)
    for persona in (None, _PERSONA, "lead", "ml-engineer", "platform-admin"):
        sts = stage.client("sts", _ACCOUNT, persona)
        with pytest.raises(ClientError, match="AccessDenied"):
            sts.assume_role(RoleArn=role, RoleSessionName="sofia")


def test_a_destroyed_account_leaves_no_experiment(stage: Stage) -> None:
    assert _launched(stage, "idea", "idea")["RecordDetail"]["Status"] == "SUCCEEDED"
    sagemaker = stage.client("sagemaker", _ACCOUNT)
    sagemaker.create_model_package(
        ModelPackageGroupName=_GROUP, ModelApprovalStatus="PendingManualApproval"
    )
    refused = stage.gatehouse("destroy", "--account", _ACCOUNT, "--yes", code=2)
    assert "must hold no data to be destroyed without --delete-data" in refused.err

    done = stage.gatehouse(
        *("destroy", "--account", _ACCOUNT, "--delete-data", "--confirm", _ACCOUNT)
    )
    assert "end launched products: idea" in done.err
    assert f"{_ACCOUNT}: inventory zero, nothing of it is left" in done.err
    _is_gone(stage)


def _launched(stage: Stage, product: str, name: str, owner: str = "sofia") -> dict[str, Any]:
    """Launch as the guide says, and give the record once it has ended."""
    offered = stage.aws("servicecatalog", "describe-product", "--name", _PRODUCT, role=_PERSONA)
    (version,) = (
        one["Name"] for one in offered["ProvisioningArtifacts"] if one["Guidance"] == "DEFAULT"
    )
    return _ended(
        stage,
        *("provision-product", "--product-name", _PRODUCT, "--provisioning-artifact-name", version),
        *("--provisioned-product-name", product, "--tags", f"Key=owner,Value={owner}"),
        *("--provisioning-parameters", f"Key=Name,Value={name}", "Key=RetentionDays,Value=30"),
    )


def _terminated(stage: Stage, product: str) -> dict[str, Any]:
    told = _ended(stage, "terminate-provisioned-product", "--provisioned-product-name", product)
    return dict(told["RecordDetail"])


def _ended(stage: Stage, *arguments: str) -> dict[str, Any]:
    begun = stage.aws("servicecatalog", *arguments, role=_PERSONA)
    record = begun["RecordDetail"]["RecordId"]

    def found() -> dict[str, Any] | None:
        told: dict[str, Any] = stage.aws(
            "servicecatalog", "describe-record", "--id", record, role=_PERSONA
        )
        return told if told["RecordDetail"]["Status"] in ("FAILED", "SUCCEEDED") else None

    return until(found, f"record {record}", 60)


def _is_there(stage: Stage) -> None:
    logs, sagemaker = (stage.client(name, _ACCOUNT) for name in ("logs", "sagemaker"))
    (log,) = logs.describe_log_groups(logGroupNamePrefix=_LOG)["logGroups"]
    group = sagemaker.describe_model_package_group(ModelPackageGroupName=_GROUP)
    tags = sagemaker.list_tags(ResourceArn=group["ModelPackageGroupArn"])["Tags"]
    # Her own role reads what the account publishes, and so the names of her experiment.
    ssm = stage.client("ssm", _ACCOUNT, _PERSONA)
    key = ssm.get_parameter(Name="/gatehouse/data-science/keys/logs-arn")["Parameter"]["Value"]
    assert log["retentionInDays"] == 30
    assert log["kmsKeyId"] == key
    assert {"Key": "owner", "Value": "sofia"} in tags
    names = json.loads(ssm.get_parameter(Name=_NAMES)["Parameter"]["Value"])
    assert names == {"group": _GROUP, "log": _LOG}


def _is_gone(stage: Stage) -> None:
    logs, sagemaker, ssm = (stage.client(name, _ACCOUNT) for name in ("logs", "sagemaker", "ssm"))
    assert not logs.describe_log_groups(logGroupNamePrefix=_LOG)["logGroups"]
    assert not ssm.get_parameters(Names=[_NAMES])["Parameters"]
    with pytest.raises(ClientError):
        sagemaker.describe_model_package_group(ModelPackageGroupName=_GROUP)


def _inventory(stage: Stage) -> list[tuple[str, str]]:
    """List what stands in the account, whether it counts or not."""
    found = stage.gatehouse("inventory", "--account", _ACCOUNT, "--json").json()["items"]
    return sorted((item["kind"], item["name"]) for item in found)
