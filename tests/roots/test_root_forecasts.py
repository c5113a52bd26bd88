"""A model that answers in batches forecasts by a way of its own; others change nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.own_data.entry import with_entry
from tests.roots.plans import CHECKOUT, RootPlan, plan_root

pytestmark = [pytest.mark.terraform, pytest.mark.long]


@pytest.fixture(scope="module")
def forecasting(tmp_path_factory: pytest.TempPathFactory) -> RootPlan:
    """The account in which models are made, with a forecast beside the classifier."""
    entry = {"description": "Demand of a made-up town.", "owner": "sofia", "answers": "batch"}
    organization = with_entry(CHECKOUT, "demand", entry)
    assert organization is not None
    folder = tmp_path_factory.mktemp("forecasting") / "checkout"
    return plan_root(folder, "data-science", "data-science", organization)


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
        if "forecasts/*" in json.dumps(one.get("Resource", "")) and "PutObject" in json.dumps(one)
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
