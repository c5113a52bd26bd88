"""Athena's queries really run: on the objects of tables, and with the rights of whoever asks."""

from __future__ import annotations

import base64
import json

import pytest
from botocore.exceptions import ClientError

from tests.twin.engines.accounts import Lab, until
from tests.twin.engines.athena import CSV, JSON, Warehouse, parquet, warehouse

PEOPLE = {"id": "bigint", "name": "string", "weight": "double", "born": "date"}


@pytest.fixture(scope="module")
def house(lab: Lab) -> Warehouse:
    """A database with a table of people in Parquet."""
    made = warehouse(lab)
    made.table("people", PEOPLE)
    folder = lab.twin.settings.folder
    for number, name in enumerate(["ann", "bob"], start=1):
        body = f"{number}::bigint AS id, '{name}' AS name, {number * 50.5} AS weight"
        select = f"SELECT {body}, DATE '2001-02-03' AS born"
        made.put(f"people/{name}.parquet", parquet(folder, select))
    return made


def test_a_query_gives_the_rows_of_parquet_objects(house: Warehouse) -> None:
    rows = house.rows("SELECT id, name, weight, born FROM people ORDER BY id DESC")
    assert rows == [
        ["id", "name", "weight", "born"],
        ["2", "bob", "101.0", "2001-02-03"],
        ["1", "ann", "50.5", "2001-02-03"],
    ]


def test_a_result_lies_in_s3_as_csv(house: Warehouse) -> None:
    told = house.query("SELECT name, NULLIF(id, 1) AS id FROM people ORDER BY name")
    bucket, _, key = told["ResultConfiguration"]["OutputLocation"][5:].partition("/")
    body = house.lab.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    assert key == f"out/{told['QueryExecutionId']}.csv"
    assert body == b'"name","id"\n"ann",\n"bob","2"\n'
    assert told["Statistics"]["DataScannedInBytes"] > 0
    assert told["StatementType"] == "DML"


def test_a_null_is_told_from_an_empty_text_and_a_text_keeps_its_lines(house: Warehouse) -> None:
    sql = """SELECT CAST(NULL AS varchar) AS a, '' AS b, 'x, "y"
z' AS c"""
    assert house.rows(sql) == [["a", "b", "c"], [None, "", 'x, "y"\nz']]


def test_a_query_that_is_stopped_is_cancelled(house: Warehouse) -> None:
    athena = house.lab.client("athena")
    many = "UNNEST(sequence(1, 200000))"
    sql = f"SELECT count(*) FROM {many} AS a(x) CROSS JOIN {many} AS b(y) WHERE (x * y) % 7 = 3"  # noqa: S608
    given = {"ResultConfiguration": {"OutputLocation": f"s3://{house.results}/out/"}}
    name = athena.start_query_execution(QueryString=sql, **given)["QueryExecutionId"]

    def state() -> str:
        told = athena.get_query_execution(QueryExecutionId=name)["QueryExecution"]
        return str(told["Status"]["State"])

    until(lambda: state() == "RUNNING", "the query to run")
    athena.stop_query_execution(QueryExecutionId=name)
    until(lambda: state() == "CANCELLED", "the query to be cancelled")


def test_columns_tell_their_types(house: Warehouse) -> None:
    sql = "SELECT id, name, weight, born, CAST(weight AS decimal(10,2)) AS exact, id > 1 AS two"
    told = house.query(f"{sql} FROM people")
    athena = house.lab.client("athena")
    answer = athena.get_query_results(QueryExecutionId=told["QueryExecutionId"])
    columns = answer["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    assert [c["Type"] for c in columns] == [
        *("bigint", "varchar", "double", "date", "decimal", "boolean"),
    ]
    assert (columns[4]["Precision"], columns[4]["Scale"]) == (10, 2)


def test_results_come_page_by_page(house: Warehouse) -> None:
    told = house.query("SELECT n FROM UNNEST(sequence(1, 5)) AS t(n)")
    athena, given = house.lab.client("athena"), {"QueryExecutionId": told["QueryExecutionId"]}
    found: list[str] = []
    for page in athena.get_paginator("get_query_results").paginate(
        **given, PaginationConfig={"PageSize": 2}
    ):
        found += [row["Data"][0]["VarCharValue"] for row in page["ResultSet"]["Rows"]]
    assert found == ["n", "1", "2", "3", "4", "5"]


def test_functions_of_trino_are_understood(house: Warehouse) -> None:
    sql = """
        WITH heavy AS (SELECT * FROM people WHERE weight > 60)
        SELECT date_format(h.born, '%Y-%m') AS month, approx_distinct(p.id) AS n,
               max_by(p.name, p.weight) AS who, date_diff('day', date '2001-02-01', h.born) AS d
        FROM people p CROSS JOIN heavy h GROUP BY 1, 4
    """
    assert house.rows(sql)[1:] == [["2001-02", "2", "bob", "2"]]


def test_parameters_stand_in_for_question_marks(house: Warehouse) -> None:
    given = {"ExecutionParameters": ["'bob'", "1"]}
    rows = house.rows("SELECT id FROM people WHERE name = ? AND id > ?", **given)
    assert rows[1:] == [["2"]]
    with pytest.raises(ClientError, match="Incorrect number of parameters"):
        house.query("SELECT id FROM people WHERE name = ?", ExecutionParameters=["1", "2"])


def test_partitions_of_the_catalogue_are_columns(house: Warehouse) -> None:
    location = house.table("visits", {"id": "int"}, keys={"day": "string"})
    for day in ("2024-01-01", "2024-01-02", "2024-01-03"):
        body = parquet(house.lab.twin.settings.folder, "SELECT 7 AS id")
        house.put(f"visits/day={day}/x.parquet", body)
        storage = {"Location": f"{location}day={day}/"}
        if day != "2024-01-03":
            house.lab.client("glue").create_partition(
                DatabaseName=house.database,
                TableName="visits",
                PartitionInput={"Values": [day], "StorageDescriptor": storage},
            )
    rows = house.rows("SELECT day, count(*) FROM visits GROUP BY day ORDER BY day")
    assert rows[1:] == [["2024-01-01", "1"], ["2024-01-02", "1"]]


def test_partitions_are_projected_within_their_ranges(house: Warehouse) -> None:
    location = f"s3://{house.data}/clicks/"
    parameters = {
        "projection.enabled": "true",
        "projection.year.type": "integer",
        "projection.year.range": "2020,2024",
        "projection.kind.type": "enum",
        "projection.kind.values": "a,b",
        "storage.location.template": location + "${year}/of-${kind}",
    }
    house.table(
        "clicks", {"id": "int"}, keys={"year": "int", "kind": "string"}, parameters=parameters
    )
    body = parquet(house.lab.twin.settings.folder, "SELECT 7 AS id")
    for place in ("2021/of-a", "2024/of-b", "2025/of-a", "2021/of-c", "2021/a"):
        house.put(f"clicks/{place}/x.parquet", body)
    rows = house.rows("SELECT year, kind, id FROM clicks ORDER BY year")
    assert rows[1:] == [["2021", "a", "7"], ["2024", "b", "7"]]


def test_csv_and_json_are_read_as_their_serdes_do(house: Warehouse) -> None:
    columns = {"id": "int", "text": "string"}
    skip = {"skip.header.line.count": "1"}
    house.table("sheets", columns, serde=CSV, parameters=skip)
    house.put("sheets/a.csv", b'id,text\n1,"a, ""b"""\n2,c\n,d\n')
    house.put("sheets/_hidden", b"9,nothing\n")
    house.table("lines", columns, serde=JSON)
    house.put("lines/a.json", b'{"id": 1, "text": "x", "more": 1}\n{"id": 2}\n')
    both = "SELECT s.id, s.text, l.text FROM sheets s JOIN lines l ON s.id = l.id ORDER BY 1"
    assert house.rows("SELECT text FROM sheets WHERE id IS NULL")[1:] == [["d"]]
    assert house.rows(both)[1:] == [["1", 'a, "b"', "x"], ["2", "c", None]]


def test_a_column_that_a_file_lacks_is_null(house: Warehouse) -> None:
    house.table("grown", {"old": "int", "new": "string"})
    house.put("grown/a", parquet(house.lab.twin.settings.folder, "SELECT 1 AS old, 2 AS other"))
    assert house.rows("SELECT old, new FROM grown")[1:] == [["1", None]]


def test_a_table_without_objects_has_no_rows(house: Warehouse) -> None:
    house.table("empty", {"id": "int"})
    assert house.rows("SELECT count(*) AS n, sum(id) AS s FROM empty")[1:] == [["0", None]]


def test_a_view_is_made_listed_read_and_dropped(house: Warehouse) -> None:
    made = house.query("CREATE OR REPLACE VIEW thin AS SELECT id, name FROM people WHERE id = 1")
    assert made["Status"]["State"] == "SUCCEEDED", made["Status"]["StateChangeReason"]
    assert made["StatementType"] == "DDL"
    assert house.rows("SELECT * FROM thin")[1:] == [["1", "ann"]]
    assert house.rows("SHOW VIEWS") == [["thin"]]
    glue = house.lab.client("glue")
    stored = glue.get_table(DatabaseName=house.database, Name="thin")["Table"]
    assert [c["Type"] for c in stored["StorageDescriptor"]["Columns"]] == ["bigint", "string"]
    again = house.query("CREATE VIEW thin AS SELECT 1 AS one")
    assert "VIEW_ALREADY_EXISTS" in again["Status"]["StateChangeReason"]
    assert house.query("DROP VIEW thin")["Status"]["State"] == "SUCCEEDED"
    assert house.rows("SHOW VIEWS") == []


def test_a_view_that_terraform_would_write_is_read(house: Warehouse) -> None:
    body = {
        "originalSql": "SELECT count(*) AS n FROM people",
        "catalog": "awsdatacatalog",
        "schema": house.database,
        "columns": [{"name": "n", "type": "bigint"}],
    }
    text = base64.b64encode(json.dumps(body).encode()).decode()
    table = {
        "Name": "counted",
        "TableType": "VIRTUAL_VIEW",
        "Parameters": {"presto_view": "true"},
        "ViewOriginalText": f"/* Presto View: {text} */",
        "StorageDescriptor": {"Columns": [{"Name": "n", "Type": "bigint"}]},
    }
    house.lab.client("glue").create_table(DatabaseName=house.database, TableInput=table)
    assert house.rows("SELECT n FROM counted")[1:] == [["2"]]
