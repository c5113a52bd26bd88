"""Athena reads tables, keys and results with the rights of whoever asks, and leaves nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.engines.accounts import Lab, unique
from tests.twin.engines.athena import Warehouse, parquet, warehouse


@pytest.fixture(scope="module")
def house(lab: Lab) -> Warehouse:
    """A database with a table of two people."""
    made = warehouse(lab)
    made.table("people", {"id": "bigint"})
    rows = "SELECT unnest([1, 2])::bigint AS id"
    made.put("people/rows.parquet", parquet(lab.twin.settings.folder, rows))
    return made


def test_rows_are_read_with_the_rights_of_whoever_asks(house: Warehouse) -> None:
    sql = "SELECT count(*) AS n FROM people"
    allowed = house.reader(*house.rights())
    assert house.rows(sql, allowed)[1:] == [["2"]]
    reasons = {
        "See": "is not authorized to perform: glue:GetDatabase",
        "List": "Permission denied on S3 path",
        "Read": "Permission denied on S3 path",
        "Result": "Access denied when writing to location",
    }
    for lacking, reason in reasons.items():
        rights = [one for one in house.rights() if one["Sid"] != lacking]
        told = house.query(sql, house.reader(*rights))
        assert told["Status"]["State"] == "FAILED", lacking
        assert reason in told["Status"]["StateChangeReason"]
    with pytest.raises(ClientError, match="athena:StartQueryExecution"):
        house.query(sql, house.reader(*house.rights()[1:]))


def test_results_are_kept_from_who_may_not_read_their_file(house: Warehouse) -> None:
    told = house.query("SELECT 1 AS one")
    given = {"QueryExecutionId": told["QueryExecutionId"]}
    with pytest.raises(ClientError, match="Could not find results"):
        house.reader(house.rights()[0]).get_query_results(**given)
    assert house.reader(*house.rights()).get_query_results(**given)["ResultSet"]["Rows"]


def test_queries_of_another_work_group_are_refused_to_who_may_use_one(house: Warehouse) -> None:
    athena, name = house.lab.client("athena"), unique("own")
    athena.create_work_group(Name=name, Configuration={"EnforceWorkGroupConfiguration": False})
    rights: list[dict[str, Any]] = house.rights()
    rights[0]["Resource"] = [f"arn:aws:athena:*:*:workgroup/{name}"]
    reader = house.reader(*rights)
    assert house.rows("SELECT 1 AS one", reader, WorkGroup=name) == [["one"], ["1"]]
    other = house.query("SELECT 1 AS one")
    with pytest.raises(ClientError, match="athena:GetQueryExecution"):
        reader.get_query_execution(QueryExecutionId=other["QueryExecutionId"])


def test_no_file_of_a_query_is_left(house: Warehouse) -> None:
    house.rows("SELECT * FROM people")
    folder: Path = house.lab.twin.settings.folder / "queries"
    assert list(folder.iterdir()) == []
