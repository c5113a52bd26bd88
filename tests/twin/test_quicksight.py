"""QuickSight's data sources and data sets, through the stock SDK: what is kept, and refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.names import policy, role, trusting, unique
from tests.twins import DATA_SCIENCE, PRODUCTION, RunningTwin
from twin.credentials import Credentials

_OWN = {"AwsAccountId": DATA_SCIENCE}
_PLACE = f"arn:aws:quicksight:eu-west-1:{DATA_SCIENCE}"
_LOOKS = ["quicksight:DescribeDataSet", "quicksight:PassDataSet"]
_COLUMNS = [{"Name": "hour", "Type": "DATETIME"}, {"Name": "forecast", "Type": "DECIMAL"}]


def refused(act: Callable[[], object]) -> tuple[str, int]:
    with pytest.raises(ClientError) as error:
        act()
    told = error.value.response
    return str(told["Error"]["Code"]), int(told["ResponseMetadata"]["HTTPStatusCode"])


@pytest.fixture
def quicksight(running_twin: RunningTwin) -> Any:
    return running_twin.client("quicksight")


@pytest.fixture
def readers(quicksight: Any) -> str:
    """The ARN of a group that is there."""
    made = quicksight.create_group(**_OWN, Namespace="default", GroupName=unique("readers"))
    return str(made["Group"]["Arn"])


@pytest.fixture
def source(running_twin: RunningTwin, quicksight: Any) -> Iterator[str]:
    """The ARN of a source that asks a work group."""
    name = unique("source")
    running_twin.client("athena").create_work_group(Name=name)
    made = quicksight.create_data_source(**_source(name, name))
    yield str(made["Arn"])
    quicksight.delete_data_source(**_OWN, DataSourceId=name)


def _source(name: str, work_group: str) -> dict[str, Any]:
    asked = {"AthenaParameters": {"WorkGroup": work_group}}
    return {
        **_OWN,
        "DataSourceId": name,
        "Name": "Forecasts",
        "Type": "ATHENA",
        "DataSourceParameters": asked,
        "Tags": [{"Key": "stage", "Value": "data-science"}],
    }


def _set(name: str, source: str, **more: Any) -> dict[str, Any]:
    shown = {"DataSourceArn": source, "Schema": "forecasts", "Name": "latest"}
    table = {"RelationalTable": {**shown, "InputColumns": _COLUMNS}}
    return {
        **_OWN,
        "DataSetId": name,
        "Name": "Latest",
        "ImportMode": "DIRECT_QUERY",
        "PhysicalTableMap": {"latest": table},
        **more,
    }


def test_a_data_set_shows_the_columns_of_its_table_to_those_who_may_look(
    quicksight: Any, source: str, readers: str
) -> None:
    name = unique("set")
    granted = [{"Principal": readers, "Actions": _LOOKS}]
    made = quicksight.create_data_set(**_set(name, source, Permissions=granted))
    assert made["Arn"] == f"{_PLACE}:dataset/{name}"
    held = quicksight.describe_data_set(**_OWN, DataSetId=name)["DataSet"]
    assert [(one["Name"], one["Type"]) for one in held["OutputColumns"]] == [
        ("hour", "DATETIME"),
        ("forecast", "DECIMAL"),
    ]
    assert held["LogicalTableMap"]["latest"]["Source"] == {"PhysicalTableId": "latest"}
    told = quicksight.describe_data_set_permissions(**_OWN, DataSetId=name)["Permissions"]
    assert told == granted
    listed = quicksight.list_data_sets(**_OWN)["DataSetSummaries"]
    assert name in {one["DataSetId"] for one in listed}

    quicksight.update_data_set_permissions(
        **_OWN, DataSetId=name, RevokePermissions=[{"Principal": readers, "Actions": _LOOKS}]
    )
    left = quicksight.describe_data_set_permissions(**_OWN, DataSetId=name)["Permissions"]
    assert left == []
    quicksight.delete_data_set(**_OWN, DataSetId=name)
    gone = refused(lambda: quicksight.describe_data_set(**_OWN, DataSetId=name))
    assert gone == ("ResourceNotFoundException", 404)


def test_a_data_set_over_a_source_that_is_not_there_is_refused(quicksight: Any) -> None:
    missing = f"{_PLACE}:datasource/{unique('none')}"
    code = refused(lambda: quicksight.create_data_set(**_set(unique("set"), missing)))
    assert code == ("ResourceNotFoundException", 404)


def test_an_identifier_is_taken_once(quicksight: Any, source: str) -> None:
    name = unique("set")
    quicksight.create_data_set(**_set(name, source))
    again = refused(lambda: quicksight.create_data_set(**_set(name, source)))
    assert again == ("ResourceExistsException", 409)
    identifier = source.rpartition("/")[2]
    again = refused(lambda: quicksight.create_data_source(**_source(identifier, identifier)))
    assert again == ("ResourceExistsException", 409)
    quicksight.delete_data_set(**_OWN, DataSetId=name)


def test_a_data_set_outlives_its_source_and_cannot_be_laid_over_it_again(
    running_twin: RunningTwin, quicksight: Any
) -> None:
    # https://docs.aws.amazon.com/quicksight/latest/APIReference/API_DeleteDataSource.html
    group, name = unique("group"), unique("set")
    running_twin.client("athena").create_work_group(Name=group)
    arn = quicksight.create_data_source(**_source(group, group))["Arn"]
    quicksight.create_data_set(**_set(name, arn))
    quicksight.delete_data_source(**_OWN, DataSourceId=group)
    assert quicksight.describe_data_set(**_OWN, DataSetId=name)["DataSet"]["Name"] == "Latest"
    changed = refused(lambda: quicksight.update_data_set(**_set(name, arn)))
    assert changed == ("ResourceNotFoundException", 404)
    quicksight.delete_data_set(**_OWN, DataSetId=name)


def test_a_source_tells_whether_its_work_group_is_there(
    running_twin: RunningTwin, quicksight: Any
) -> None:
    name = unique("source")
    quicksight.create_data_source(**_source(name, name))
    held = quicksight.describe_data_source(**_OWN, DataSourceId=name)["DataSource"]
    assert held["Status"] == "CREATION_FAILED"
    assert name in held["ErrorInfo"]["Message"]
    running_twin.client("athena").create_work_group(Name=name)
    quicksight.update_data_source(**_OWN, DataSourceId=name, Name="Renamed")
    held = quicksight.describe_data_source(**_OWN, DataSourceId=name)["DataSource"]
    assert (held["Status"], held["Name"]) == ("UPDATE_SUCCESSFUL", "Renamed")
    assert held["DataSourceParameters"] == {"AthenaParameters": {"WorkGroup": name}}
    quicksight.delete_data_source(**_OWN, DataSourceId=name)


@pytest.mark.parametrize(
    ("principal", "actions"),
    [
        (f"{_PLACE}:group/default/nobody", _LOOKS),
        (f"arn:aws:iam::{DATA_SCIENCE}:root", _LOOKS),
        ("readers", ["quicksight:DescribeDataSource"]),
    ],
    ids=["a group that is not there", "no group or user", "an action on something else"],
)
def test_nobody_is_let_look_who_is_not_there_or_by_what_is_none(
    principal: str, actions: list[str], quicksight: Any, source: str, readers: str
) -> None:
    who = readers if principal == "readers" else principal
    granted = [{"Principal": who, "Actions": actions}]
    code = refused(
        lambda: quicksight.create_data_set(**_set(unique("set"), source, Permissions=granted))
    )
    assert code == ("InvalidParameterValueException", 400)


def test_no_data_is_copied_and_none_is_refreshed(quicksight: Any, source: str) -> None:
    copied = refused(
        lambda: quicksight.create_data_set(**_set(unique("set"), source) | {"ImportMode": "SPICE"})
    )
    assert copied[0] == "UnknownOperationException"
    name = unique("set")
    quicksight.create_data_set(**_set(name, source))
    for refresh in (
        lambda: quicksight.create_ingestion(**_OWN, DataSetId=name, IngestionId="now"),
        lambda: quicksight.describe_data_set_refresh_properties(**_OWN, DataSetId=name),
    ):
        assert refused(refresh)[0] == "InvalidParameterValueException"
    quicksight.delete_data_set(**_OWN, DataSetId=name)


def test_tags_are_kept_with_what_they_are_on(quicksight: Any, source: str) -> None:
    quicksight.tag_resource(ResourceArn=source, Tags=[{"Key": "more", "Value": "1"}])
    quicksight.untag_resource(ResourceArn=source, TagKeys=["stage"])
    held = quicksight.list_tags_for_resource(ResourceArn=source)["Tags"]
    assert held == [{"Key": "more", "Value": "1"}]
    none = f"{_PLACE}:dataset/{unique('none')}"
    code = refused(lambda: quicksight.list_tags_for_resource(ResourceArn=none))
    assert code[0] == "ResourceNotFoundException"


def test_nobody_reaches_the_dashboards_of_another_account(
    running_twin: RunningTwin, source: str
) -> None:
    other = running_twin.client("quicksight", PRODUCTION)
    identifier = source.rpartition("/")[2]
    for act in (
        lambda: other.describe_data_source(**_OWN, DataSourceId=identifier),
        lambda: other.describe_data_source_permissions(**_OWN, DataSourceId=identifier),
        lambda: other.create_group(**_OWN, Namespace="default", GroupName=unique("readers")),
    ):
        assert refused(act) == ("AccessDeniedException", 401)


def test_a_source_is_handed_on_only_by_who_may(
    running_twin: RunningTwin, quicksight: Any, source: str
) -> None:
    sts = running_twin.client("sts")
    builder = role(running_twin, DATA_SCIENCE, trusting({"AWS": DATA_SCIENCE}))

    def acting(*actions: str) -> Any:
        rights = {"Sid": "Own", "Effect": "Allow", "Action": list(actions), "Resource": source}
        running_twin.client("iam").put_role_policy(
            RoleName=builder.rpartition("/")[2], PolicyName="own", PolicyDocument=policy(rights)
        )
        keys = sts.assume_role(RoleArn=builder, RoleSessionName="builder")["Credentials"]
        held = Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
        return running_twin.client("quicksight", credentials=held)

    maker = acting("quicksight:CreateDataSet")
    code = refused(lambda: maker.create_data_set(**_set(unique("set"), source)))
    assert code[0] == "AccessDeniedException"
    name = unique("set")
    both = acting("quicksight:CreateDataSet", "quicksight:PassDataSource")
    both.create_data_set(**_set(name, source))
    quicksight.delete_data_set(**_OWN, DataSetId=name)
