"""Questions in SQL: one statement, asked of Athena in the work group of what is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.errors import Finding, Misuse
from scripts.access import Access, aws_errors
from scripts.waiting import Patience

_WAITS = ("QUEUED", "RUNNING")
_SUCCEEDED = "SUCCEEDED"


@dataclass(frozen=True)
class Answer:
    """Columns and rows of an answer; None is SQL's NULL. ``scanned`` is in bytes."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    scanned: int

    def records(self) -> list[dict[str, str | None]]:
        """Give the rows by the names of their columns."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


class Questions:
    """A work group of Athena, and the database of its name.

    https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html
    """

    def __init__(self, access: Access, region: str, work_group: str) -> None:
        self._client = access.client("athena", region)
        self._endpoint = access.endpoint
        self._work_group = work_group

    def ask(self, sql: str, patience: Patience, most: int) -> Answer:
        """Ask, wait and read at most so many rows; raises Finding where Athena cannot answer."""
        with self._errors("must take the question"):
            started = self._client.start_query_execution(
                QueryString=sql,
                WorkGroup=self._work_group,
                # Glue's names have no hyphens.
                QueryExecutionContext={"Database": self._work_group.replace("-", "_")},
            )
        identifier = str(started["QueryExecutionId"])
        ended = patience.last(
            f"query {identifier}", lambda: self._state(identifier), lambda told: not _waits(told)
        )
        status = ended["Status"]
        if status["State"] != _SUCCEEDED:
            reason = str(status.get("StateChangeReason") or status["State"])
            raise Finding("SELECT", "must be a question that Athena can answer", got=reason)
        columns, rows = self._read(identifier, most)
        scanned = int(ended.get("Statistics", {}).get("DataScannedInBytes", 0))
        return Answer(columns, rows, scanned)

    def _state(self, identifier: str) -> Mapping[str, Any]:
        with self._errors("must tell how a question goes"):
            answer = self._client.get_query_execution(QueryExecutionId=identifier)
        told: Mapping[str, Any] = answer["QueryExecution"]
        return told

    def _read(
        self, identifier: str, most: int
    ) -> tuple[tuple[str, ...], tuple[tuple[str | None, ...], ...]]:
        columns: tuple[str, ...] = ()
        rows: list[tuple[str | None, ...]] = []
        for page in self._pages(identifier):
            told = page["ResultSet"]["Rows"]
            if not columns:
                described = page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
                columns = tuple(str(column["Name"]) for column in described)
                # The first row of a SELECT says the names once more.
                told = told[1:]
            rows += [tuple(cell.get("VarCharValue") for cell in row["Data"]) for row in told]
            if len(rows) >= most:
                break
        return columns, tuple(rows[:most])

    def _pages(self, identifier: str) -> Iterator[Mapping[str, Any]]:
        with self._errors("must give its answer"):
            yield from self._client.get_paginator("get_query_results").paginate(
                QueryExecutionId=identifier
            )

    def _errors(self, must_hold: str) -> Any:
        return aws_errors(f"work group {self._work_group}", must_hold, self._endpoint)


def one_select(sql: str) -> str:
    """Give the statement without its end; raises Misuse where it is no question."""
    text = sql.strip().removesuffix(";")
    if not text.lower().startswith(("select", "with")):
        raise Misuse("SELECT", "must be a question that begins with SELECT or WITH", got=text[:40])
    return text


def _waits(told: Mapping[str, Any]) -> bool:
    return told["Status"]["State"] in _WAITS
