"""A model that answers in batches forecasts by a way of its own; others change nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.own_data.entry import with_entry
from tests.roots import variants
from tests.roots.plans import CHECKOUT, RootPlan, as_list, plan_root

pytestmark = [pytest.mark.terraform, pytest.mark.long]

_DATA = "arn:aws:s3:::gatehouse-data-science-data-111111111111"
_NAME = "gatehouse-data-science-forecasts"
_BUSINESS = "arn:aws:quicksight:eu-west-1:111111111111:group/default/business"
_ASKS = "arn:aws:iam::111111111111:role/service-role/aws-quicksight-s3-consumers-role-v0"
# As much as an account can have: forecasts that are looked at, beside feature groups.
_SHOWN: dict[str, Any] = {
    **variants.FEATURES,
    "models": {
        "demand": {
            "description": "Demand of a made-up town.",
            "owner": "sofia",
            "answers": "batch",
        }
    },
}


@pytest.fixture(scope="module")
def forecasting(tmp_path_factory: pytest.TempPathFactory) -> RootPlan:
    """The account in which models are made, with a forecast beside the classifier."""
    entry = {"description": "Demand of a made-up town.", "owner": "sofia", "answers": "batch"}
    organization = with_entry(CHECKOUT, "demand", entry)
    assert organization is not None
    folder = tmp_path_factory.mktemp("forecasting") / "checkout"
    return plan_root(folder, "data-science", "data-science", organization)


def _with_readers() -> str:
    """Write an organisation whose forecasts a group of QuickSight looks at."""
    content = yaml.safe_load(variants.organization_with(_SHOWN))
    content["accounts"]["data-science"]["dashboard"] = {"readers": ["group/default/business"]}
    return str(yaml.safe_dump(content, sort_keys=False))


@pytest.fixture(scope="module")
def showing(tmp_path_factory: pytest.TempPathFactory) -> RootPlan:
    """The account in which models are made, with feature groups and a dashboard of forecasts."""
    folder = tmp_path_factory.mktemp("showing") / "checkout"
    return plan_root(folder, "data-science", "data-science", _with_readers())


@pytest.fixture(scope="module")
def deploying(tmp_path_factory: pytest.TempPathFactory) -> RootPlan:
    """Who lays that account out."""
    folder = tmp_path_factory.mktemp("deploying") / "checkout"
    return plan_root(folder, "terraform/bootstrap", "data-science", _with_readers())


def statements(plan: RootPlan, address: str) -> dict[str, dict[str, Any]]:
    """Give the statements of a role's policy by their Sids."""
    document = json.loads(plan.resources[address].values["policy"])
    return {one["Sid"]: one for one in document["Statement"]}


def test_a_forecast_is_not_promoted_and_a_classifier_does_not_forecast(
    forecasting: RootPlan,
) -> None:
    names = {one.values["name"] for one in forecasting.of_type("aws_codepipeline")}
    assert names == {
        "gatehouse-breast-cancer-promotion",
        "gatehouse-breast-cancer-rollback",
        "gatehouse-demand-forecast",
    }


def test_each_role_of_the_way_is_bounded(forecasting: RootPlan) -> None:
    found = {
        one.values["name"].removeprefix("gatehouse-data-science-"): one.values[
            "permissions_boundary"
        ].rpartition("-")[2]
        for one in forecasting.of_type("aws_iam_role")
        if "forecast" in one.values["name"]
    }
    assert found == {
        "forecast": "workload",
        "forecast-promotion": "delivery",
        "forecast-trigger": "service",
    }


def test_only_the_job_writes_what_is_forecast(forecasting: RootPlan) -> None:
    writers = [
        address
        for address, one in forecasting.statements()
        if one["Effect"] == "Allow"
        and "forecasts/*" in json.dumps(one.get("Resource", ""))
        and "PutObject" in json.dumps(one)
    ]
    assert len(writers) == 1
    assert 'module.workload_role["processing"]' in writers[0]


def test_the_build_starts_isolated_jobs_for_the_processing_role_alone(
    forecasting: RootPlan,
) -> None:
    found = statements(
        forecasting,
        'module.forecast_delivery["this"].module.build.aws_iam_role_policy.this',
    )
    keys = {key for one in found["StartIsolatedForecasts"]["Condition"].values() for key in one}
    assert {
        "sagemaker:NetworkIsolation",
        "sagemaker:OutputKmsKey",
        "sagemaker:VolumeKmsKey",
        "sagemaker:VpcSubnets",
        "sagemaker:VpcSecurityGroupIds",
    } <= keys
    assert found["PassJobRole"]["Resource"] == (
        "arn:aws:iam::111111111111:role/gatehouse-data-science-processing"
    )


def test_targets_are_as_they_are_without_it(tmp_path: Path, staging: RootPlan) -> None:
    entry = {"description": "Demand of a made-up town.", "owner": "sofia", "answers": "batch"}
    organization = with_entry(CHECKOUT, "demand", entry)
    plan = plan_root(tmp_path / "checkout", "staging", "staging", organization)
    assert set(plan.resources) == set(staging.resources)


def test_an_account_that_forecasts_has_the_view_and_nothing_of_quicksight(
    forecasting: RootPlan,
) -> None:
    [group] = forecasting.of_type("aws_athena_workgroup")
    assert group.values["name"] == _NAME
    views = {one.values["name"] for one in forecasting.of_type("aws_glue_catalog_table")}
    assert views == {"demand", "demand_latest"}
    assert not [address for address in forecasting.resources if "quicksight" in address]
    assert "quicksight" not in " ".join(json.dumps(one) for _, one in forecasting.statements())


def test_work_in_the_network_reaches_athena_where_there_are_no_feature_groups(
    forecasting: RootPlan,
) -> None:
    assert 'module.network_perimeter.aws_vpc_endpoint.interface["athena"]' in forecasting.resources


@pytest.mark.parametrize("fixture", ["forecasting", "showing"])
def test_athena_reaches_what_is_asked_for_and_no_other_data(
    fixture: str, request: pytest.FixtureRequest
) -> None:
    plan: RootPlan = request.getfixturevalue(fixture)
    reached = {"forecasting": ["forecasts"], "showing": ["features", "forecasts"]}[fixture]
    open_to = [one for _, one in plan.statements() if one["Sid"].endswith("ButQueries")]
    closed = [
        one
        for _, one in plan.statements()
        if one["Sid"] in ("DenyOutsideEndpoints", "DenyKeepingOutsideEndpoints")
        and "NotResource" in one
    ]
    places = [f"{_DATA}/{prefix}/*" for prefix in reached]
    assert [sorted(one["Resource"]) for one in open_to] == [sorted([_DATA, *places])] * 2
    assert [sorted(one["NotResource"]) for one in closed] == [sorted([_DATA, *places])] * 2
    assert "athena" not in json.dumps(closed)


def test_only_named_readers_see_forecasts_and_nobody_changes_what_they_see(
    showing: RootPlan,
) -> None:
    [source] = showing.of_type("aws_quicksight_data_source")
    [shown] = showing.of_type("aws_quicksight_data_set")
    given = [*source.values["permission"], *shown.values["permissions"]]
    assert {one["principal"] for one in given} == {_BUSINESS}
    actions = {action for one in given for action in one["actions"]}
    assert not [one for one in actions if one.split(":")[1].startswith(("Update", "Delete"))]


def test_the_role_of_quicksight_reads_forecasts_and_writes_answers_alone(
    showing: RootPlan,
) -> None:
    granted = {
        one["Sid"]: one
        for _, one in showing.statements()
        if one["Effect"] == "Allow" and _ASKS in json.dumps(one.get("Condition", {}))
    }
    assert {sid: one["Resource"] for sid, one in granted.items()} == {
        "AllowReadUnderForecasts": f"{_DATA}/forecasts/*",
        "AllowListForReadUnderForecasts": _DATA,
        "AllowWriteUnderForecastsQueries": f"{_DATA}/forecasts/_queries/*",
        "AllowListForWriteUnderForecastsQueries": _DATA,
        "AllowUseByDashboard": "*",
    }
    assert granted["AllowReadUnderForecasts"]["Action"] == ["s3:GetObjectVersion", "s3:GetObject"]
    used = granted["AllowUseByDashboard"]["Condition"]
    assert used["ArnEquals"] == {"aws:PrincipalArn": _ASKS}
    assert used["StringEquals"]["kms:ViaService"] == "s3.eu-west-1.amazonaws.com"


def test_what_whoever_applies_may_do_still_fits_with_all_of_it(deploying: RootPlan) -> None:
    for resource in deploying.of_type("aws_iam_policy"):
        text = json.dumps(json.loads(resource.values["policy"]), separators=(",", ":"))
        assert len(text) <= 6144, resource.address
    reached = {
        resource
        for _, one in deploying.statements()
        if any("quicksight:" in action for action in as_list(one.get("Action", [])))
        for resource in as_list(one["Resource"])
        if ":quicksight:" in resource
    }
    place = "arn:aws:quicksight:eu-west-1:111111111111"
    assert reached == {f"{place}:datasource/{_NAME}", f"{place}:dataset/{_NAME}-*"}
