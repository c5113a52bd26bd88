"""Short ways to tables of the data catalogue and to queries on them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from tests.twin.engines.accounts import REGION, TOOLS, Lab, unique, until
from twin.identity import SessionRequest

PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
CSV = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
JSON = "org.openx.data.jsonserde.JsonSerDe"
ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")


@dataclass
class Warehouse:
    """A database, a bucket for tables and one for results."""

    lab: Lab
    database: str
    data: str
    results: str

    def table(
        self,
        name: str,
        columns: Mapping[str, str],
        *,
        serde: str = PARQUET,
        keys: Mapping[str, str] | None = None,
        parameters: Mapping[str, str] | None = None,
        serde_parameters: Mapping[str, str] | None = None,
    ) -> str:
        """Make a table whose rows lie below its name, and return where."""
        location = f"s3://{self.data}/{name}/"
        listed = [{"Name": column, "Type": kind} for column, kind in columns.items()]
        partitions = [{"Name": column, "Type": kind} for column, kind in (keys or {}).items()]
        described = {
            "Name": name,
            "TableType": "EXTERNAL_TABLE",
            "Parameters": {"EXTERNAL": "TRUE", **(parameters or {})},
            "PartitionKeys": partitions,
            "StorageDescriptor": {
                "Location": location,
                "Columns": listed,
                "SerdeInfo": {
                    "SerializationLibrary": serde,
                    "Parameters": dict(serde_parameters or {}),
                },
            },
        }
        glue = self.lab.client("glue")
        glue.create_table(DatabaseName=self.database, TableInput=described)
        return location

    def put(self, key: str, content: bytes) -> None:
        """Store an object of a table."""
        self.lab.client("s3").put_object(Bucket=self.data, Key=key, Body=content)

    def query(self, sql: str, client: Any = None, **options: Any) -> dict[str, Any]:
        """Run a query to its end and return what Athena tells of it."""
        athena = client or self.lab.client("athena")
        given = {
            "QueryExecutionContext": {"Database": self.database},
            "ResultConfiguration": {"OutputLocation": f"s3://{self.results}/out/"},
            **options,
        }
        name = athena.start_query_execution(QueryString=sql, **given)["QueryExecutionId"]

        def ended() -> Any:
            told = athena.get_query_execution(QueryExecutionId=name)["QueryExecution"]
            return told if told["Status"]["State"] in ENDED else None

        return dict(until(ended, f"the end of {sql}"))

    def rows(self, sql: str, client: Any = None, **options: Any) -> list[list[str | None]]:
        """Return the rows of a query that succeeds, the names of its columns first."""
        athena = client or self.lab.client("athena")
        told = self.query(sql, athena, **options)
        assert told["Status"]["State"] == "SUCCEEDED", told["Status"]
        answer = athena.get_query_results(QueryExecutionId=told["QueryExecutionId"])
        return [
            [datum.get("VarCharValue") for datum in row["Data"]]
            for row in answer["ResultSet"]["Rows"]
        ]

    def reader(self, *statements: Mapping[str, Any]) -> Any:
        """Return a client of Athena that may do what some statements allow, and no more."""
        iam = self.lab.client("iam")
        name = unique("reader")
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:aws:iam::{TOOLS}:root"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
        document = {"Version": "2012-10-17", "Statement": list(statements)}
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=json.dumps(document))
        request = SessionRequest(role["Role"]["Arn"], "reader")
        credentials = self.lab.twin.identities.add_session(request)[1]
        return self.lab.twin.client("athena", credentials, REGION)

    def rights(self) -> list[dict[str, Any]]:
        """Return the statements that a reader of this warehouse needs, one concern each."""
        glue = f"arn:aws:glue:{REGION}:{TOOLS}"
        return [
            _allow("Ask", ["athena:StartQueryExecution", "athena:GetQuery*"], ["*"]),
            _allow(
                "See",
                ["glue:GetDatabase", "glue:GetTable", "glue:GetPartitions"],
                [
                    f"{glue}:catalog",
                    f"{glue}:database/{self.database}",
                    f"{glue}:table/{self.database}/*",
                ],
            ),
            _allow("List", ["s3:ListBucket"], [f"arn:aws:s3:::{self.data}"]),
            _allow("Read", ["s3:GetObject"], [f"arn:aws:s3:::{self.data}/*"]),
            _allow(
                "Result", ["s3:PutObject", "s3:GetObject"], [f"arn:aws:s3:::{self.results}/out/*"]
            ),
        ]


def _allow(sid: str, actions: Sequence[str], resources: Sequence[str]) -> dict[str, Any]:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Action": list(actions),
        "Resource": list(resources),
    }


def warehouse(lab: Lab) -> Warehouse:
    """Make a database and its buckets."""
    database = unique("db").replace("-", "_")
    lab.client("glue").create_database(DatabaseInput={"Name": database})
    # Buckets without a policy: what a role may read follows from its own rights.
    return Warehouse(lab, database, lab.bucket(shared=False), lab.bucket(shared=False))


def parquet(folder: Path, select: str) -> bytes:
    """Return the rows of a query as a Parquet file."""
    path = folder / f"{unique('rows')}.parquet"
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path.read_bytes()
