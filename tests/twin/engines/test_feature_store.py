"""Feature groups keep records: the newest online, all of them as Parquet that Athena reads."""

from __future__ import annotations

import json
from typing import Any

import duckdb
import pytest
from botocore.exceptions import ClientError

from tests.twin.engines.accounts import REGION, TOOLS, Lab, unique, until
from tests.twin.engines.athena import Warehouse, warehouse

FEATURES = [
    {"FeatureName": "id", "FeatureType": "String"},
    {"FeatureName": "at", "FeatureType": "String"},
    {"FeatureName": "age", "FeatureType": "Integral"},
    {"FeatureName": "Weight", "FeatureType": "Fractional"},
]


@pytest.fixture(scope="module")
def house(lab: Lab) -> Warehouse:
    """A place to keep and to ask."""
    return warehouse(lab)


def group(house: Warehouse, **options: Any) -> dict[str, Any]:
    """Make a feature group and wait for what becomes of it."""
    name = unique("Group")
    sagemaker = house.lab.client("sagemaker")
    given: dict[str, Any] = {
        "RecordIdentifierFeatureName": "id",
        "EventTimeFeatureName": "at",
        "FeatureDefinitions": FEATURES,
        "RoleArn": house.lab.role("sagemaker"),
        "OnlineStoreConfig": {"EnableOnlineStore": True},
        "OfflineStoreConfig": {"S3StorageConfig": {"S3Uri": f"s3://{house.data}/features/"}},
        **options,
    }
    sagemaker.create_feature_group(
        FeatureGroupName=name, **{key: value for key, value in given.items() if value is not None}
    )

    def ended() -> Any:
        told = sagemaker.describe_feature_group(FeatureGroupName=name)
        return told if told["FeatureGroupStatus"] != "Creating" else None

    return dict(until(ended, f"the group {name}"))


def record(**values: Any) -> list[dict[str, str]]:
    """Return a record as the runtime takes it."""
    return [{"FeatureName": name, "ValueAsString": str(v)} for name, v in values.items()]


def put(house: Warehouse, made: dict[str, Any], stores: Any = None, **values: Any) -> None:
    """Put one record."""
    more = {"TargetStores": stores} if stores else {}
    house.lab.client("sagemaker-featurestore-runtime").put_record(
        FeatureGroupName=made["FeatureGroupName"], Record=record(**values), **more
    )


def read(house: Warehouse, made: dict[str, Any], identifier: str, **more: Any) -> dict[str, str]:
    """Return the record that is online."""
    answer = house.lab.client("sagemaker-featurestore-runtime").get_record(
        FeatureGroupName=made["FeatureGroupName"], RecordIdentifierValueAsString=identifier, **more
    )
    return {one["FeatureName"]: one["ValueAsString"] for one in answer.get("Record", [])}


def objects(house: Warehouse, made: dict[str, Any]) -> list[str]:
    """Return the addresses of the files of an offline store, below its own."""
    root = made["OfflineStoreConfig"]["S3StorageConfig"]["ResolvedOutputS3Uri"]
    bucket, _, prefix = root[5:].partition("/")
    answer = house.lab.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)
    return [one["Key"].removeprefix(f"{prefix}/") for one in answer.get("Contents", [])]


def test_a_group_tells_where_its_records_and_its_table_lie(house: Warehouse) -> None:
    made = group(house, Tags=[{"Key": "team", "Value": "a"}])
    assert made["FeatureGroupStatus"] == "Created", made
    offline = made["OfflineStoreConfig"]
    name, when = made["FeatureGroupName"], int(made["CreationTime"].timestamp())
    assert offline["S3StorageConfig"]["ResolvedOutputS3Uri"] == (
        f"s3://{house.data}/features/{TOOLS}/sagemaker/{REGION}/offline-store/{name}-{when}/data"
    )
    catalog = offline["DataCatalogConfig"]
    table = house.lab.client("glue").get_table(
        DatabaseName=catalog["Database"], Name=catalog["TableName"]
    )["Table"]
    assert [c["Name"] for c in table["StorageDescriptor"]["Columns"]] == [
        *("id", "at", "age", "weight", "write_time", "api_invocation_time", "is_deleted"),
    ]
    tags = house.lab.client("sagemaker").list_tags(ResourceArn=made["FeatureGroupArn"])["Tags"]
    assert tags == [{"Key": "team", "Value": "a"}]


def test_records_come_offline_as_parquet_by_hour_and_athena_reads_them(house: Warehouse) -> None:
    made = group(house)
    put(house, made, id="a", at="2024-05-06T07:08:09Z", age=3, Weight=1.5)
    put(house, made, id="b", at="2024-05-06T07:59:00.500Z")
    put(house, made, id="a", at="2023-01-01T00:00:00Z", age=2)
    keys = until(lambda: (k := objects(house, made)) and len(k) >= 2 and k, "files")
    assert {key.rpartition("/")[0] for key in keys} == {
        "year=2023/month=01/day=01/hour=00",
        "year=2024/month=05/day=06/hour=07",
    }
    catalog = made["OfflineStoreConfig"]["DataCatalogConfig"]
    sql = "SELECT id, at, age, weight, is_deleted, year FROM {Database}.{TableName} ORDER BY at"
    assert house.rows(sql.format_map(catalog))[1:] == [
        ["a", "2023-01-01T00:00:00Z", "2", None, "false", "2023"],
        ["a", "2024-05-06T07:08:09Z", "3", "1.5", "false", "2024"],
        ["b", "2024-05-06T07:59:00.500Z", None, None, "false", "2024"],
    ]


def test_the_newest_record_is_online_whatever_comes_last(house: Warehouse) -> None:
    made = group(house)
    put(house, made, id="a", at="2024-02-01T00:00:00Z", age=2)
    put(house, made, id="a", at="2024-01-01T00:00:00Z", age=1)
    assert read(house, made, "a") == {"id": "a", "at": "2024-02-01T00:00:00Z", "age": "2"}
    assert read(house, made, "a", FeatureNames=["age"]) == {"age": "2"}
    assert read(house, made, "nobody") == {}


def test_a_deleted_record_is_gone_online_and_told_offline(house: Warehouse) -> None:
    made = group(house)
    put(house, made, id="a", at="2024-02-01T00:00:00Z", age=2)
    house.lab.client("sagemaker-featurestore-runtime").delete_record(
        FeatureGroupName=made["FeatureGroupName"],
        RecordIdentifierValueAsString="a",
        EventTime="2024-03-01T00:00:00Z",
    )
    assert read(house, made, "a") == {}
    # What is older than the deletion does not bring it back.
    put(house, made, ["OnlineStore"], id="a", at="2024-02-15T00:00:00Z")
    assert read(house, made, "a") == {}
    until(lambda: len(objects(house, made)) == 2, "both files")
    catalog = made["OfflineStoreConfig"]["DataCatalogConfig"]
    sql = "SELECT is_deleted FROM {Database}.{TableName} ORDER BY at"
    assert house.rows(sql.format_map(catalog))[1:] == [["false"], ["true"]]


def test_records_of_several_groups_are_read_at_once(house: Warehouse) -> None:
    first, second = group(house), group(house)
    put(house, first, id="a", at="2024-02-01T00:00:00Z", age=2)
    put(house, second, id="b", at="2024-02-01T00:00:00Z", age=3)
    answer = house.lab.client("sagemaker-featurestore-runtime").batch_get_record(
        Identifiers=[
            {
                "FeatureGroupName": made["FeatureGroupName"],
                "RecordIdentifiersValueAsString": ["a", "b"],
                "FeatureNames": ["age"],
            }
            for made in (first, second)
        ]
    )
    assert [one["Record"][0]["ValueAsString"] for one in answer["Records"]] == ["2", "3"]
    assert answer["Errors"] == []


@pytest.mark.parametrize(
    ("values", "claim"),
    [
        ({"id": "a"}, "EventTimeFeatureName at must be set"),
        ({"at": "2024-02-01T00:00:00Z"}, "RecordIdentifierFeatureName id must be set"),
        ({"id": "a", "at": "yesterday"}, "EventTime yesterday is not valid"),
        ({"id": "a", "at": "2024-13-01T00:00:00Z"}, "is not valid"),
        ({"id": "a", "at": "2024-02-01T00:00:00Z", "hair": 1}, "Feature hair does not exist"),
        ({"id": "a", "at": "2024-02-01T00:00:00Z", "age": "old"}, "of type Integral, got old"),
        ({"id": "a", "at": "2024-02-01T00:00:00Z", "age": 2**63}, "of type Integral"),
        ({"id": "a", "at": "2024-02-01T00:00:00Z", "Weight": "nan"}, "of type Fractional"),
    ],
)
def test_a_record_that_does_not_fit_is_refused(
    house: Warehouse, values: dict[str, Any], claim: str
) -> None:
    made = group(house, OfflineStoreConfig=None, RoleArn=None)
    with pytest.raises(ClientError, match=claim) as caught:
        put(house, made, **values)
    assert caught.value.response["Error"]["Code"] == "ValidationError"
    assert read(house, made, "a") == {}


@pytest.mark.parametrize(
    ("changes", "claim"),
    [
        ({"RecordIdentifierFeatureName": "other"}, "must be one of the feature definitions"),
        ({"EventTimeFeatureName": "age"}, "must be of type String or Fractional"),
        ({"OnlineStoreConfig": None, "OfflineStoreConfig": None}, "must be provided"),
        ({"RoleArn": None}, "RoleArn must be provided"),
        (
            {"FeatureDefinitions": [*FEATURES, {"FeatureName": "weight", "FeatureType": "String"}]},
            "unique names",
        ),
        (
            {
                "FeatureDefinitions": [
                    *FEATURES,
                    {"FeatureName": "write_time", "FeatureType": "String"},
                ]
            },
            "reserved feature name",
        ),
        ({"RoleArn": f"arn:aws:iam::{TOOLS}:role/nobody"}, "Could not assume role"),
    ],
)
def test_an_unsound_group_is_refused(house: Warehouse, changes: dict[str, Any], claim: str) -> None:
    with pytest.raises(ClientError, match=claim):
        group(house, **changes)


def test_a_group_whose_role_may_not_see_the_bucket_fails_with_the_reason(house: Warehouse) -> None:
    role = house.lab.role("sagemaker")
    house.lab.client("iam").delete_role_policy(RoleName=role.rpartition("/")[2], PolicyName="all")
    made = group(house, RoleArn=role)
    assert made["FeatureGroupStatus"] == "CreateFailed"
    assert "s3:GetBucketAcl" in made["FailureReason"]
    with pytest.raises(ClientError, match="not in the Created state"):
        put(house, made, id="a", at="2024-02-01T00:00:00Z")


def test_no_record_is_lost_while_its_role_may_not_write(house: Warehouse) -> None:
    made = group(house)
    iam, role = house.lab.client("iam"), made["RoleArn"].rpartition("/")[2]
    rights = iam.get_role_policy(RoleName=role, PolicyName="all")["PolicyDocument"]
    iam.delete_role_policy(RoleName=role, PolicyName="all")
    put(house, made, id="a", at="2024-02-01T00:00:00Z")
    sagemaker, name = house.lab.client("sagemaker"), made["FeatureGroupName"]

    def status() -> str:
        told = sagemaker.describe_feature_group(FeatureGroupName=name)
        return str(told["OfflineStoreStatus"]["Status"])

    until(lambda: status() == "Blocked", "the offline store to be blocked")
    iam.put_role_policy(RoleName=role, PolicyName="all", PolicyDocument=json.dumps(rights))
    until(lambda: objects(house, made), "the record")
    until(lambda: status() == "Active", "the offline store to be active")


def test_a_table_of_ones_own_is_named_and_not_made(house: Warehouse) -> None:
    catalog = {"Catalog": "AwsDataCatalog", "Database": house.database, "TableName": "mine"}
    storage = {"S3Uri": f"s3://{house.data}/features"}
    made = group(
        house,
        OfflineStoreConfig={
            "S3StorageConfig": storage,
            "DataCatalogConfig": catalog,
            "DisableGlueTableCreation": True,
        },
    )
    assert made["OfflineStoreConfig"]["DataCatalogConfig"] == catalog
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        house.lab.client("glue").get_table(DatabaseName=house.database, Name="mine")


def test_records_are_sealed_with_the_key_of_their_group(house: Warehouse) -> None:
    key = house.lab.shared_key()
    storage = {"S3Uri": f"s3://{house.data}/sealed", "KmsKeyId": key}
    made = group(house, OfflineStoreConfig={"S3StorageConfig": storage})
    put(house, made, id="a", at="2024-02-01T00:00:00Z")
    name = until(lambda: objects(house, made), "the record")[0]
    root = made["OfflineStoreConfig"]["S3StorageConfig"]["ResolvedOutputS3Uri"]
    bucket, _, prefix = root[5:].partition("/")
    told = house.lab.client("s3").get_object(Bucket=bucket, Key=f"{prefix}/{name}")
    assert (told["ServerSideEncryption"], told["SSEKMSKeyId"]) == ("aws:kms", key)
    path = house.lab.twin.settings.folder / "sealed.parquet"
    path.write_bytes(told["Body"].read())
    assert duckdb.read_parquet(str(path)).project("id").fetchall() == [("a",)]


def test_a_group_grows_is_listed_and_goes_while_its_files_stay(house: Warehouse) -> None:
    made = group(house)
    sagemaker, name = house.lab.client("sagemaker"), made["FeatureGroupName"]
    put(house, made, id="a", at="2024-02-01T00:00:00Z")
    until(lambda: objects(house, made), "the record")
    sagemaker.update_feature_group(
        FeatureGroupName=name,
        FeatureAdditions=[{"FeatureName": "hair", "FeatureType": "String"}],
    )
    put(house, made, id="a", at="2024-02-02T00:00:00Z", hair="red")
    assert read(house, made, "a")["hair"] == "red"
    listed = sagemaker.list_feature_groups(NameContains=name)["FeatureGroupSummaries"]
    assert [one["FeatureGroupName"] for one in listed] == [name]
    sagemaker.delete_feature_group(FeatureGroupName=name)
    with pytest.raises(ClientError, match="ResourceNotFound"):
        sagemaker.describe_feature_group(FeatureGroupName=name)
    assert objects(house, made)
