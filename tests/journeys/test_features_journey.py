"""Objects become records that people ask for in SQL, on the applied account under guardrails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from botocore.exceptions import ClientError

from pipelines.images.build import build_image
from pipelines.organization import ORGANIZATION_FILE
from tests.journeys.stage import Stage, until
from tests.scripts.command_line import copied_checkout
from twin.control_client import ControlClient

pytestmark = [pytest.mark.journey, pytest.mark.long]

_HOME = "data-science"
_GROUP = "claims"
_INCOMING = f"features/{_GROUP}/incoming/"
_ENDS_WITHIN = 240
_CLAIMS = b"claim,amount,region,reported\n" + b"".join(
    b"%d,%d.5,%s,2024-05-%02dT07:00:00Z\n" % (n, n * 10, (b"north", b"south")[n % 2], n)
    for n in range(1, 11)
)
_LATE = b"claim,amount,region,reported\n21,70.5,north,2024-07-06T07:00:00Z\n"
_WRONG = b"claim,amount,region,reported\n11,70.5,north,2024-05-06T07:00:00Z\n12,much,south,\n"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The account in which features are kept, with one group, its image published."""
    root = copied_checkout(tmp_path_factory.mktemp("checkout"))
    _describe(root)
    found = Stage(tmp_path_factory.mktemp("features"), root)
    found.open()
    try:
        found.apply_side_by_side(_HOME)
        found.gatehouse("pipeline", "publish", "--as", "milo")
        yield found
    finally:
        found.close()


def _describe(root: Path) -> None:
    path = root / ORGANIZATION_FILE
    content = yaml.safe_load(path.read_text("utf-8"))
    content["features"] = {
        "image": build_image(root).digest,
        "groups": {
            _GROUP: {
                "description": "Claims of motor insurance.",
                "owner": "sofia",
                "record_id": "claim",
                "event_time": "reported",
                "columns": {
                    "amount": "number",
                    "claim": "integer",
                    "region": "text",
                    "reported": "time",
                },
            }
        },
    }
    path.write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")


def test_a_second_plan_changes_nothing(stage: Stage) -> None:
    assert stage.planned_changes(_HOME) == []


@pytest.fixture(scope="module")
def ingested(stage: Stage) -> dict[str, Any]:
    """What the command tells of the group once an object has arrived, and one elsewhere."""
    _bring(stage, f"raw/{_INCOMING}may.csv", _CLAIMS)
    _bring(stage, f"{_INCOMING}may.csv", _CLAIMS)
    return _ended(stage, "may-")


@pytest.fixture(scope="module")
def refused(stage: Stage, ingested: dict[str, Any]) -> dict[str, Any]:
    """What it tells of an object with a wrong row."""
    _bring(stage, f"{_INCOMING}june.csv", _WRONG)
    return _ended(stage, "june-")


def test_an_object_below_the_prefix_is_ingested(ingested: dict[str, Any]) -> None:
    assert ingested["status"] == "Succeeded", ingested["reason"]


def test_a_scientist_asks_for_records_in_sql(stage: Stage, ingested: dict[str, Any]) -> None:
    rows = _ask(stage, "SELECT region, count(*) AS n FROM claims GROUP BY region ORDER BY region")
    assert rows == [{"region": "north", "n": "5"}, {"region": "south", "n": "5"}]


def test_an_object_elsewhere_starts_nothing(stage: Stage, ingested: dict[str, Any]) -> None:
    runs = _show(stage)["executions"]
    assert [run["object"].partition("-")[0] for run in runs if "may" in run["object"]] == ["may"]


def test_an_object_with_a_wrong_row_is_refused_by_row_and_column(
    stage: Stage, refused: dict[str, Any]
) -> None:
    assert refused["status"] == "Failed"
    assert "june.csv line 3, column amount" in refused["reason"]
    rows = _ask(stage, "SELECT count(*) AS n FROM claims")
    assert rows == [{"n": "10"}]


def test_the_owner_hears_which_row_it_was(stage: Stage, refused: dict[str, Any]) -> None:
    def told() -> Any:
        client = ControlClient(stage.environment["AWS_ENDPOINT_URL"], stage.folder / "twin")
        notices = client.get("notices")["notices"]
        return [
            one for one in notices if "Not ingested: claims june" in str(one["subject"])
        ] or None

    [notice] = until(told, "people hear", _ENDS_WITHIN)
    assert "line 3, column amount" in notice["message"]
    heard = {one["endpoint"] for one in notice["recipients"]}
    assert heard == {"sofia@example.com"}
    assert (
        f"group:     {_GROUP}\nowner:     sofia\nobject:    {_INCOMING}june.csv"
        in notice["message"]
    )


def test_the_groups_are_listed_with_how_their_latest_ingestion_went(
    stage: Stage, refused: dict[str, Any]
) -> None:
    [row] = stage.gatehouse("features", "list", "--as", "sofia", "--json").json()
    assert (row["group"], row["owner"], row["ingestions"]) == (_GROUP, "sofia", 2)
    assert row["latest"] == "Failed"
    table = stage.gatehouse("features", "show", _GROUP, "--as", "sofia").out
    assert "names a record" in table
    assert max(map(len, table.splitlines())) <= 100


@pytest.fixture(scope="module")
def given_up(stage: Stage, refused: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What the command tells of an arrival that SageMaker refused each time, and still does."""
    fault = ("throttle", "--service", "sagemaker", "--operation", "StartPipelineExecution")
    stage.gatehouse("twin", "fault", "add", *fault)
    try:
        _bring(stage, f"{_INCOMING}july.csv", _LATE)
        waits = until(lambda: _undelivered(stage) or None, "july is given up", _ENDS_WITHIN)
        assert len(waits) == 1
        yield waits[0]
    finally:
        stage.gatehouse("twin", "fault", "clear")


def test_an_arrival_that_was_given_up_is_seen_with_its_reason(
    stage: Stage, given_up: dict[str, Any]
) -> None:
    assert (given_up["object"], given_up["group"]) == (f"{_INCOMING}july.csv", _GROUP)
    assert "Throttling" in given_up["reason"]
    [row] = stage.gatehouse("features", "list", "--as", "petra", "--json").json()
    assert row["undelivered"] == 1
    told = stage.gatehouse("features", "show", _GROUP, "--as", "sofia")
    assert "1 undelivered: a platform admin sees" in told.err
    refused = stage.gatehouse("features", "undelivered", "--as", "sofia", code=2).err
    assert "must show what waits" in refused


def test_what_is_refused_once_more_stays(stage: Stage, given_up: dict[str, Any]) -> None:
    told = stage.gatehouse("features", "redeliver", "--group", _GROUP, "--as", "petra", code=1)
    assert "1 of 1 that were not" in told.err
    assert [one["object"] for one in _undelivered(stage)] == [given_up["object"]]


def test_an_arrival_that_is_sent_again_is_ingested_once(
    stage: Stage, given_up: dict[str, Any]
) -> None:
    stage.gatehouse("twin", "fault", "clear")
    admin = {name: stage.client(name, _HOME, "platform-admin") for name in ("lambda", "sqs")}
    name = stage.naming.features_name(_HOME)
    url = admin["sqs"].get_queue_url(QueueName=f"{name}-undelivered")["QueueUrl"]
    [message] = admin["sqs"].receive_message(QueueUrl=url, VisibilityTimeout=0)["Messages"]
    # Whoever sent it was cut off before it left the queue.
    call = {"FunctionName": name, "Payload": message["Body"].encode()}
    assert "FunctionError" not in admin["lambda"].invoke(**call)
    assert _ended(stage, "july-")["status"] == "Succeeded"
    [sent] = stage.gatehouse("features", "redeliver", "--as", "petra", "--json").json()
    assert sent["accepted"]
    assert sent["outcome"].startswith("started before: july-")
    assert _undelivered(stage) == []
    assert "nothing to list" in stage.gatehouse("features", "redeliver", "--as", "petra").err
    # The function itself starts nothing twice either.
    assert "FunctionError" not in admin["lambda"].invoke(**call)
    started = [run for run in _show(stage)["executions"] if run["object"].startswith("july-")]
    assert len(started) == 1
    assert _ask(stage, "SELECT count(*) AS n FROM claims") == [{"n": "11"}]


def test_an_arrival_is_sent_again_by_command(stage: Stage, given_up: dict[str, Any]) -> None:
    assert given_up
    fault = ("throttle", "--service", "s3", "--operation", "CopyObject")
    stage.gatehouse("twin", "fault", "add", *fault)
    _bring(stage, f"{_INCOMING}august.csv", _LATE.replace(b"21", b"22"))
    until(lambda: _undelivered(stage) or None, "august is given up", _ENDS_WITHIN)
    stage.gatehouse("twin", "fault", "clear")
    [sent] = stage.gatehouse("features", "redeliver", "--as", "petra", "--json").json()
    assert sent["accepted"]
    assert sent["outcome"].startswith("arn:aws:sagemaker:")
    assert _ended(stage, "august-")["status"] == "Succeeded"
    assert _ask(stage, "SELECT count(*) AS n FROM claims") == [{"n": "12"}]
    assert _undelivered(stage) == []


def test_a_question_that_is_none_is_a_misuse(stage: Stage) -> None:
    done = stage.gatehouse(
        "features", "query", _GROUP, "DROP TABLE claims", "--as", "sofia", code=2, inside=_HOME
    )
    assert "must be a question that begins with SELECT or WITH" in done.err
    unknown = ("features", "query", _GROUP, "SELECT nothing FROM claims", "--as", "sofia")
    assert "must be a question" in stage.gatehouse(*unknown, code=1, inside=_HOME).err
    assert "features.groups" in stage.gatehouse("features", "show", "x", code=2).err


def test_a_scientist_writes_no_record_and_starts_no_ingestion(
    stage: Stage, ingested: dict[str, Any]
) -> None:
    bucket = stage.naming.bucket_name(_HOME, "data")
    s3 = stage.client("s3", _HOME, "data-scientist", vpc=_HOME)
    for place in ("store", "accepted", "reports"):
        key = f"features/{_GROUP}/{place}/forged"
        with pytest.raises(ClientError, match="AccessDenied"):
            s3.put_object(Bucket=bucket, Key=key, Body=b"forged")
    pipeline = stage.naming.feature_group(_GROUP)
    sagemaker = stage.client("sagemaker", _HOME, "data-scientist", vpc=_HOME)
    with pytest.raises(ClientError, match="AccessDenied"):
        sagemaker.start_pipeline_execution(PipelineName=pipeline)
    with pytest.raises(ClientError, match="AccessDenied"):
        sagemaker.retry_pipeline_execution(
            PipelineExecutionArn=ingested["arn"], ClientRequestToken="t" * 32
        )


def test_an_administrator_makes_no_group_and_puts_no_record(stage: Stage) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        stage.client("sagemaker", _HOME).delete_feature_group(
            FeatureGroupName=stage.naming.feature_group(_GROUP)
        )
    records = stage.client("sagemaker-featurestore-runtime", _HOME, vpc=_HOME)
    with pytest.raises(ClientError, match="AccessDenied"):
        records.put_record(
            FeatureGroupName=stage.naming.feature_group(_GROUP),
            Record=[{"FeatureName": "claim", "ValueAsString": "1"}],
        )


def test_athena_reads_records_for_a_scientist_and_no_raw_data(
    stage: Stage, ingested: dict[str, Any]
) -> None:
    bucket = stage.naming.bucket_name(_HOME, "data")
    outside = stage.client("s3", _HOME, "data-scientist")
    with pytest.raises(ClientError, match="AccessDenied"):
        outside.list_objects_v2(Bucket=bucket, Prefix="features/")
    athena = stage.client("athena", _HOME, "lead", vpc=_HOME)
    name = stage.naming.features_name(_HOME)
    with pytest.raises(ClientError, match="AccessDenied"):
        athena.start_query_execution(QueryString="SELECT 1", WorkGroup=name)


def _bring(stage: Stage, key: str, content: bytes) -> None:
    bucket = stage.naming.bucket_name(_HOME, "data")
    s3 = stage.client("s3", _HOME, "data-scientist", vpc=_HOME)
    s3.put_object(Bucket=bucket, Key=key, Body=content)


def _undelivered(stage: Stage) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = stage.gatehouse(
        "features", "undelivered", "--as", "petra", "--json"
    ).json()
    return told


def _show(stage: Stage) -> dict[str, Any]:
    shown = stage.gatehouse("features", "show", _GROUP, "--as", "sofia", "--json").json()
    return dict(shown)


def _ended(stage: Stage, name: str) -> dict[str, Any]:
    """Wait for the end of the ingestion of an object."""

    def found() -> dict[str, Any] | None:
        runs = [run for run in _show(stage)["executions"] if run["object"].startswith(name)]
        return runs[0] if runs and runs[0]["status"] not in ("Executing", "Stopping") else None

    return until(found, f"{name} is ingested", _ENDS_WITHIN)


def _ask(stage: Stage, sql: str) -> list[dict[str, str]]:
    asked = ("features", "query", _GROUP, sql, "--as", "sofia", "--json")
    answer: list[dict[str, str]] = stage.gatehouse(*asked, inside=_HOME).json()
    return answer
