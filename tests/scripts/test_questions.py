"""Questions in SQL: what Athena answers on the twin, and what it cannot."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest

from pipelines.errors import EnvironmentFault, Finding, Misuse
from scripts.access import Access
from scripts.questions import Answer, Questions, one_select
from scripts.waiting import Patience
from tests.twin.names import bucket
from tests.twins import DATA_SCIENCE, REGION, RunningTwin, running_twin

_GROUP = "keep-lab-questions"
_PATIENCE = Patience(60, 0.1)


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningTwin]:
    """A twin with a work group, and the database of its name."""
    with running_twin(tmp_path_factory.mktemp("questions")) as started:
        place = f"s3://{bucket(started, DATA_SCIENCE)}/answers/"
        started.client("athena").create_work_group(
            Name=_GROUP, Configuration={"ResultConfiguration": {"OutputLocation": place}}
        )
        started.client("glue").create_database(
            DatabaseInput={"Name": _GROUP.replace("-", "_")},
        )
        yield started


def questions(twin: RunningTwin, group: str = _GROUP) -> Questions:
    keys = twin.session(DATA_SCIENCE)
    session = boto3.session.Session(
        keys.access_key_id, keys.secret_access_key, keys.session_token, REGION
    )
    return Questions(Access(session, twin.url, "somebody"), REGION, group)


def numbers(count: int) -> str:
    listed = ", ".join(f"({number})" for number in range(count))
    return "SELECT n FROM (VALUES <numbers>) AS t(n) ORDER BY n".replace("<numbers>", listed)


def test_an_answer_has_columns_rows_and_what_was_read(twin: RunningTwin) -> None:
    answer = questions(twin).ask("SELECT 1 AS n, 'a' AS word, NULL AS none", _PATIENCE, 100)
    assert answer == Answer(("n", "word", "none"), (("1", "a", None),), 0)
    assert answer.records() == [{"n": "1", "word": "a", "none": None}]


def test_an_answer_without_rows_has_columns(twin: RunningTwin) -> None:
    answer = questions(twin).ask("SELECT 1 AS n WHERE 1 = 2", _PATIENCE, 100)
    assert (answer.columns, answer.rows) == (("n",), ())


def test_all_pages_are_read_and_the_names_of_columns_are_no_row(twin: RunningTwin) -> None:
    answer = questions(twin).ask(numbers(1200), _PATIENCE, 100000)
    assert [row[0] for row in answer.rows] == [str(number) for number in range(1200)]


@pytest.mark.parametrize("most", [1, 999, 1000, 1001])
def test_no_more_rows_are_given_than_were_asked_for(most: int, twin: RunningTwin) -> None:
    answer = questions(twin).ask(numbers(1200), _PATIENCE, most)
    assert len(answer.rows) == most


def test_a_question_that_athena_cannot_answer_says_why(twin: RunningTwin) -> None:
    with pytest.raises(Finding, match=r"must be a question that Athena can answer, got .*nowhere"):
        questions(twin).ask("SELECT * FROM nowhere", _PATIENCE, 1)


def test_a_work_group_that_is_not_there_takes_no_question(twin: RunningTwin) -> None:
    with pytest.raises(EnvironmentFault, match="work group elsewhere: must take the question"):
        questions(twin, "elsewhere").ask("SELECT 1", _PATIENCE, 1)


@pytest.mark.parametrize(
    ("sql", "asked"),
    [
        ("SELECT 1;", "SELECT 1"),
        ("  with a AS (SELECT 1) SELECT * FROM a ", "with a AS (SELECT 1) SELECT * FROM a"),
    ],
)
def test_a_question_loses_its_end(sql: str, asked: str) -> None:
    assert one_select(sql) == asked


@pytest.mark.parametrize("sql", ["DROP TABLE demand", "", "INSERT INTO demand SELECT 1"])
def test_what_is_no_question_is_a_misuse(sql: str) -> None:
    with pytest.raises(Misuse, match="must be a question that begins with SELECT or WITH"):
        one_select(sql)
