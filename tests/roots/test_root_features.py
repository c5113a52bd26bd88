"""Feature groups and the way into them; an organisation without one has none of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.roots import variants
from tests.roots.persona_requests import outcome
from tests.roots.persona_tables import Row, Table
from tests.roots.plans import RootPlan, as_list, plan_root

pytestmark = [pytest.mark.terraform, pytest.mark.long]

_DATA = "arn:aws:s3:::gatehouse-data-science-data-111111111111"
_NAME = "gatehouse-data-science-features"


@pytest.fixture(scope="module")
def keeping(tmp_path_factory: pytest.TempPathFactory) -> RootPlan:
    """The account in which models are made, with a feature group."""
    folder = tmp_path_factory.mktemp("keeping") / "checkout"
    organization = variants.organization_with(variants.FEATURES)
    return plan_root(folder, "data-science", "data-science", organization)


@pytest.fixture(scope="module")
def deploying(tmp_path_factory: pytest.TempPathFactory) -> RootPlan:
    """Who lays that account out."""
    folder = tmp_path_factory.mktemp("deploying") / "checkout"
    organization = variants.organization_with(variants.FEATURES)
    return plan_root(folder, "terraform/bootstrap", "data-science", organization)


def _own(plan: RootPlan) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the statements of the roles' own policies that allow."""
    for resource in plan.of_type("aws_iam_role_policy"):
        for one in json.loads(resource.values["policy"])["Statement"]:
            if one["Effect"] == "Allow":
                yield resource.address, one


def test_an_organisation_without_feature_groups_has_nothing_of_them(data_science: RootPlan) -> None:
    assert not [a for a in data_science.resources if "feature_ingestion" in a or "athena" in a]
    text = " ".join(json.dumps(one) for _, one in data_science.statements())
    assert "features/" not in text
    assert "athena" not in text


def test_every_policy_of_an_account_with_feature_groups_is_known(
    keeping: RootPlan, deploying: RootPlan
) -> None:
    for plan in (keeping, deploying):
        assert not [found.address for found, document in plan.policies() if document is None]


def test_each_role_of_the_way_is_bounded(keeping: RootPlan) -> None:
    found = {
        one.values["name"].removeprefix("gatehouse-data-science-"): one.values[
            "permissions_boundary"
        ].rpartition("-")[2]
        for one in keeping.of_type("aws_iam_role")
        if "features" in one.values["name"]
    }
    assert found == {
        "features": "service",
        "features-pipeline": "workload",
        "features-processing": "workload",
        "features-store": "workload",
    }


def test_only_the_job_and_the_store_write_records(keeping: RootPlan) -> None:
    writers = {
        address
        for address, one in _own(keeping)
        for resource in as_list(one["Resource"])
        if "s3:PutObject" in as_list(one["Action"])
        and resource in ("*", f"{_DATA}/*", f"{_DATA}/features/*/store/*")
    }
    assert {address.split('"')[3] for address in writers} == {"processing", "store"}


def test_a_job_of_training_is_denied_records_that_its_pattern_would_reach(
    keeping: RootPlan,
) -> None:
    [denied] = [
        one
        for address, one in keeping.statements()
        if address.endswith(" DenyRecords") and "module.workload_role" in address
    ]
    assert (denied["Effect"], denied["Resource"]) == ("Deny", f"{_DATA}/features/*")


def test_only_the_function_starts_an_ingestion(keeping: RootPlan) -> None:
    ingestion = f"arn:aws:sagemaker:eu-west-1:111111111111:pipeline/{_NAME}-claims"
    starting = [
        address
        for address, one in _own(keeping)
        if "sagemaker:StartPipelineExecution" in as_list(one["Action"])
        and ingestion in as_list(one["Resource"])
    ]
    function = 'module.feature_ingestion["this"].module.function'
    assert starting == [f"{function}.aws_iam_role_policy.this"]
    denied = [
        one
        for address, one in keeping.statements()
        if address.endswith(" DenyIngestions") and '"data-scientist"' in address
    ]
    assert [one["Effect"] for one in denied] == ["Deny"]


_SENDING: tuple[tuple[str, str], ...] = (
    ("sqs:ReceiveMessage", f"<arn:sqs>:{_NAME}-undelivered"),
    ("sqs:DeleteMessage", f"<arn:sqs>:{_NAME}-undelivered"),
    ("sqs:ChangeMessageVisibility", f"<arn:sqs>:{_NAME}-undelivered"),
    ("lambda:InvokeFunction", f"<arn:lambda>:function:{_NAME}"),
    ("kms:Decrypt", "<key:audit>"),
)
_COUNT = ("sqs:GetQueueAttributes", f"<arn:sqs>:{_NAME}-undelivered")


def _may(plan: RootPlan, persona: str, action: str, resource: str, via: str = "sqs") -> bool:
    """Decide over every policy what somebody of a persona may, from where they work."""
    context = {"kms:ViaService": f"{via}.eu-west-1.amazonaws.com"} if action[:3] == "kms" else {}
    person = {"platform-admin": "petra", "auditor": "omar"}.get(persona, persona)
    row = Row("", True, action, resource, context, outside=True, source_identity=person)
    table = Table(persona, persona, persona, person, ("data-science",), (row,))
    return outcome(plan, "data-science", table, row, guarded=True).allowed


def test_a_platform_admin_sends_again_what_was_given_up(keeping: RootPlan) -> None:
    for action, resource in (*_SENDING, _COUNT):
        assert _may(keeping, "platform-admin", action, resource), action


@pytest.mark.parametrize(
    "persona", ["auditor", "data-scientist", "lead", "ml-engineer", "release-manager"]
)
def test_nobody_else_sends_again_what_was_given_up(keeping: RootPlan, persona: str) -> None:
    for action, resource in _SENDING:
        assert not _may(keeping, persona, action, resource), action
    assert _may(keeping, persona, *_COUNT) is (persona != "release-manager")


def test_a_platform_admin_decrypts_through_the_queue_alone(keeping: RootPlan) -> None:
    for key in ("artifacts", "data", "decisions", "models"):
        assert not _may(keeping, "platform-admin", "kms:Decrypt", f"<key:{key}>"), key
    for via in ("s3", "sns", "logs"):
        assert not _may(keeping, "platform-admin", "kms:Decrypt", "<key:audit>", via), via
    queue = "<arn:sqs>:gatehouse-data-science-detective-undelivered"
    assert not _may(keeping, "platform-admin", "sqs:ReceiveMessage", queue)
    trigger = "<arn:lambda>:function:gatehouse-data-science-training-trigger"
    assert not _may(keeping, "platform-admin", "lambda:InvokeFunction", trigger)


def test_owners_hear_on_a_topic_of_their_own(keeping: RootPlan) -> None:
    [told] = [
        one.values
        for one in keeping.of_type("aws_sns_topic_subscription")
        if "feature_ingestion" in one.address
    ]
    assert (told["endpoint"], json.loads(told["filter_policy"])) == (
        "sofia@example.com",
        {"owner": ["sofia"]},
    )
    speaking = [
        as_list(one["Resource"])
        for address, one in _own(keeping)
        if "module.function" in address
        for action in as_list(one["Action"])
        if action == "sns:Publish"
    ]
    assert [f"arn:aws:sns:eu-west-1:111111111111:{_NAME}"] in speaking


def test_athena_reaches_records_and_results_and_no_other_data(keeping: RootPlan) -> None:
    statements = {
        one["Sid"]: one
        for address, one in keeping.statements()
        if address.startswith('module.bucket["data"].aws_s3_bucket_policy')
    }
    for name in ("DenyOutsideEndpoints", "DenyKeepingOutsideEndpoints"):
        assert set(statements[name]["NotResource"]) == {_DATA, f"{_DATA}/features/*"}
        assert "athena" not in json.dumps(statements[name])
        assert set(statements[f"{name}ButQueries"]["Resource"]) == {_DATA, f"{_DATA}/features/*"}
    others = [
        address
        for address, one in keeping.statements()
        if one["Sid"].endswith("ButQueries") and 'module.bucket["data"]' not in address
    ]
    assert others == []


def test_nobody_puts_an_object_among_records_by_a_folder_that_is_called_as_the_way_in(
    keeping: RootPlan,
) -> None:
    wanted = {f"{_DATA}/features/*/{kept}/*" for kept in ("accepted", "reports", "store")}
    [denied] = [
        one
        for address, one in keeping.statements()
        if one["Sid"] == "DenyRecords" and '"data-scientist"' in address
    ]
    assert (denied["Effect"], set(denied["Resource"])) == ("Deny", wanted)
    [kept] = [one for _, one in _own(keeping) if one["Sid"] == "KeepArrivals"]
    assert all("*" not in each.removesuffix("/*") for each in as_list(kept["Resource"]))


def test_work_in_the_network_reaches_athena_by_asking_only(
    keeping: RootPlan, data_science: RootPlan
) -> None:
    address = 'module.network_perimeter.aws_vpc_endpoint.interface["athena"]'
    assert address not in data_science.resources
    for one in json.loads(keeping.resources[address].values["policy"])["Statement"]:
        assert set(one["Action"]) == {
            "athena:GetQueryExecution",
            "athena:GetQueryResults",
            "athena:StartQueryExecution",
            "athena:StopQueryExecution",
        }


def test_whoever_applies_makes_groups_that_keep_records_at_home_only(deploying: RootPlan) -> None:
    statements = dict(deploying.statements())
    made = [one for address, one in statements.items() if address.endswith(" CreateFeatures")]
    assert [one["Condition"] for one in made] == [
        {
            "ArnLike": {
                "sagemaker:FeatureGroupOfflineStoreKmsKey": (
                    "arn:aws:kms:eu-west-1:111111111111:key/*"
                )
            },
            "BoolIfExists": {"sagemaker:FeatureGroupEnableOnlineStore": "false"},
            "StringLike": {
                "sagemaker:FeatureGroupOfflineStoreS3Uri": (
                    "s3://gatehouse-data-science-data-111111111111/features/*"
                )
            },
        }
    ]


def test_what_whoever_applies_may_do_still_fits(deploying: RootPlan) -> None:
    for resource in deploying.of_type("aws_iam_policy"):
        text = json.dumps(json.loads(resource.values["policy"]), separators=(",", ":"))
        assert len(text) <= 6144, resource.address


def test_targets_are_as_they_are_without_it(tmp_path: Path, staging: RootPlan) -> None:
    organization = variants.organization_with(variants.FEATURES)
    plan = plan_root(tmp_path / "checkout", "staging", "staging", organization)
    assert set(plan.resources) == set(staging.resources)
