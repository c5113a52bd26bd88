"""What Athena does not take or cannot carry out says why; work groups bind what they enforce."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.twin.engines.accounts import REGION, TOOLS, Lab, unique
from tests.twin.engines.athena import Warehouse, parquet, warehouse


@pytest.fixture(scope="module")
def house(lab: Lab) -> Warehouse:
    """A database with a table of two people."""
    made = warehouse(lab)
    made.table("people", {"id": "bigint"})
    rows = "SELECT unnest([1, 2])::bigint AS id"
    made.put("people/rows.parquet", parquet(lab.twin.settings.folder, rows))
    return made


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT * FROM nowhere", "TABLE_NOT_FOUND"),
        ("SELECT * FROM nobody.people", "SCHEMA_NOT_FOUND"),
        ("SELECT hair FROM people", "COLUMN_NOT_FOUND: Column 'hair' cannot be resolved"),
        ("SELECT CAST('x' AS integer)", "INVALID_CAST_ARGUMENT"),
        ("SELECT * FROM other.db.people", "CATALOG_NOT_FOUND"),
        ("MSCK REPAIR TABLE people", "NOT_SUPPORTED"),
        ("SELECT * FROM read_csv('/etc/passwd')", "disabled by configuration"),
    ],
)
def test_a_query_that_cannot_run_fails_with_its_reason(
    house: Warehouse, sql: str, reason: str
) -> None:
    told = house.query(sql)
    assert told["Status"]["State"] == "FAILED"
    assert reason in told["Status"]["StateChangeReason"]
    with pytest.raises(ClientError, match="did not finish successfully"):
        house.lab.client("athena").get_query_results(QueryExecutionId=told["QueryExecutionId"])


def test_a_request_that_athena_does_not_take_is_refused(house: Warehouse) -> None:
    athena = house.lab.client("athena")
    with pytest.raises(ClientError, match="mismatched input"):
        house.query("SELEC 1 FRM x")
    with pytest.raises(ClientError, match="Only one sql statement"):
        house.query("SELECT 1; SELECT 2")
    with pytest.raises(ClientError, match="No output location"):
        athena.start_query_execution(QueryString="SELECT 1")
    with pytest.raises(ClientError, match="is not found"):
        house.query("SELECT 1", WorkGroup="absent")
    with pytest.raises(ClientError, match="was not found"):
        athena.get_query_execution(QueryExecutionId="0" * 36)


def test_a_repeated_token_starts_one_query(house: Warehouse) -> None:
    token = unique("token-of-more-than-thirty-two-characters")
    first = house.query("SELECT 1", ClientRequestToken=token)
    assert house.query("SELECT 1", ClientRequestToken=token) == first
    with pytest.raises(ClientError, match="Idempotent parameters"):
        house.query("SELECT 2", ClientRequestToken=token)


def test_a_work_group_settles_where_results_go(house: Warehouse) -> None:
    athena, name = house.lab.client("athena"), unique("group")
    athena.create_work_group(
        Name=name,
        Configuration={
            "ResultConfiguration": {"OutputLocation": f"s3://{house.results}/old/"},
            "EnforceWorkGroupConfiguration": True,
        },
    )
    arn = f"arn:aws:athena:{REGION}:{TOOLS}:workgroup/{name}"
    assert athena.list_tags_for_resource(ResourceARN=arn)["Tags"] == []
    location = {"OutputLocation": f"s3://{house.results}/group/"}
    athena.update_work_group(
        WorkGroup=name, ConfigurationUpdates={"ResultConfigurationUpdates": location}
    )
    told = house.query("SELECT 1 AS one", WorkGroup=name)
    assert told["ResultConfiguration"]["OutputLocation"].startswith(location["OutputLocation"])
    assert athena.list_query_executions(WorkGroup=name)["QueryExecutionIds"] == [
        told["QueryExecutionId"]
    ]


def test_a_query_past_the_limit_of_its_group_is_cancelled(house: Warehouse) -> None:
    athena, name = house.lab.client("athena"), unique("frugal")
    athena.create_work_group(Name=name, Configuration={"BytesScannedCutoffPerQuery": 10_000_000})
    house.table("noise", {"x": "double"})
    noise = "SELECT random() AS x FROM range(1500000)"
    house.put("noise/a", parquet(house.lab.twin.settings.folder, noise))
    location = {"OutputLocation": f"s3://{house.results}/out/"}
    athena.update_work_group(
        WorkGroup=name,
        ConfigurationUpdates={"ResultConfigurationUpdates": location},
    )
    told = house.query("SELECT max(x) FROM noise", WorkGroup=name)
    assert told["Status"]["State"] == "CANCELLED"
    assert told["Status"]["StateChangeReason"] == "Bytes scanned limit was exceeded"
