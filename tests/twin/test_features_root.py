"""Feature ingestion on the twin: a hundred objects under load and faults, none lost, none twice."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.scripts.own_data.sheets import DATA
from tests.twin.features import (
    BUCKET,
    FUNCTION,
    QUEUE,
    Ingestion,
    prepared,
    until,
)
from tests.twins import DATA_SCIENCE, RunningTwin

CLAIMS = DATA / "insurance-claims.csv"
_OBJECTS = 100
_INCOMING = "features/claims/incoming/"
# The keys' own policies say through which service.
_KEYS = {
    "actions": ["kms:GenerateDataKey", "kms:Decrypt"],
    "resources": [f"arn:aws:kms:eu-west-1:{DATA_SCIENCE}:key/*"],
}

pytestmark = [
    pytest.mark.terraform,
    pytest.mark.long,
    pytest.mark.skipif(not CLAIMS.is_file(), reason="the claims are not part of the project"),
]


@pytest.fixture(scope="module")
def ingestion(
    running_twin: RunningTwin, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ingestion]:
    """Lay everything out, show that a second plan changes nothing, and take it away at the end."""
    folder = tmp_path_factory.mktemp("features")
    terraform = prepared(running_twin, folder)
    terraform.apply(output=False)
    changed = {
        address: change["change"]["actions"]
        for address, change in terraform.plan(output=True).resource_changes.items()
        if change["change"]["actions"] not in (["no-op"], ["read"])
    }
    assert not changed
    made = Ingestion(running_twin, dict(terraform.output()), folder)
    made.push_image()
    yield made
    terraform.destroy()


@pytest.fixture(scope="module")
def bringer(ingestion: Ingestion) -> Any:
    """Who may bring objects and nothing else."""
    make = ingestion.person(
        "keep-lab-bringer",
        [
            {"actions": ["s3:PutObject"], "resources": [f"arn:aws:s3:::{BUCKET}/*"]},
            _KEYS,
        ],
    )
    return make("s3")


@pytest.fixture(scope="module")
def reader(ingestion: Ingestion) -> Any:
    """Who may ask for features, by what the module says of it."""
    rights = [*ingestion.outputs["reader_statements"], _KEYS]
    return ingestion.person("keep-lab-reader", rights)("athena")


def test_a_hundred_objects_arrive_under_load_and_none_is_lost_or_twice(
    ingestion: Ingestion, bringer: Any, reader: Any
) -> None:
    parts = list(_parts(_OBJECTS))
    ingestion.fault(
        kind="throttle", service="sagemaker", operation="StartPipelineExecution", rate=0.3, seed=3
    )
    ingestion.fault(kind="fail", service="s3", operation="CopyObject", rate=0.2, seed=5)
    ingestion.fault(kind="fail", service="sagemaker", operation="CreateProcessingJob", rate=0.1)
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda part: _bring(bringer, *part), parts))
    _bring(bringer, "raw/elsewhere.csv", parts[0][1])
    _bring(bringer, "features/claims/incomings/elsewhere.csv", parts[0][1])

    until(lambda: len(ingestion.executions()) >= _OBJECTS, "every object's execution")
    until(lambda: len(ingestion.executions("Succeeded")) >= _OBJECTS, "every execution's end")
    ingestion.heal()

    assert len(ingestion.executions()) == _OBJECTS
    names = {
        one["PipelineExecutionDisplayName"].rpartition("-")[0] for one in ingestion.executions()
    }
    assert names == {f"claims-{number:03}" for number in range(_OBJECTS)}
    sql = "SELECT count(*), count(DISTINCT policy_id), sum(fraud), count(DISTINCT arrived_at) > 0"
    rows = list(csv.DictReader(CLAIMS.read_text("utf-8").splitlines()))
    frauds = str(sum(int(row["fraud"]) for row in rows))
    assert ingestion.query(reader, f"{sql} FROM claims") == [
        [str(len(rows)), str(len(rows)), frauds, "true"]
    ]


def test_a_bad_object_is_refused_with_row_and_column_and_nothing_of_it_is_written(
    ingestion: Ingestion, bringer: Any, reader: Any
) -> None:
    before = ingestion.query(reader, "SELECT count(*) FROM claims")
    good = next(_parts(_OBJECTS))[1].splitlines()
    bad = "\n".join([*good[:3], good[3].replace(good[3].split(",")[0], "none", 1), *good[4:]])
    _bring(bringer, f"{_INCOMING}bad.csv", bad)

    def told() -> Any:
        return [one for one in ingestion.notices() if "bad-" in str(one["subject"])]

    (notice,) = until(told, "people hear of it")
    assert "bad.csv line 4, column policy_id: must be a whole number" in notice["message"]
    assert ingestion.query(reader, "SELECT count(*) FROM claims") == before


def test_an_event_that_cannot_be_acted_on_waits_and_can_be_sent_again(
    ingestion: Ingestion, bringer: Any, reader: Any
) -> None:
    mender = ingestion.person("keep-lab-mender", [*ingestion.outputs["mender_statements"], _KEYS])
    sqs, function = mender("sqs"), mender("lambda")
    url = sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]

    def rows_held() -> int:
        return int(str(ingestion.query(reader, "SELECT count(*) FROM claims")[0][0]))

    before = rows_held()
    ingestion.fault(kind="throttle", service="sagemaker", operation="StartPipelineExecution")
    header, *rows = next(_parts(_OBJECTS))[1].splitlines()
    late = "\n".join([header, "9000001," + rows[0].partition(",")[2], ""])
    _bring(bringer, f"{_INCOMING}late.csv", late)

    def waiting() -> Any:
        return sqs.receive_message(QueueUrl=url, VisibilityTimeout=1).get("Messages")

    message = until(waiting, "the event in the queue")[0]
    ingestion.heal()
    # Sent twice, by mistake: it starts once.
    for _ in range(2):
        answer = function.invoke(FunctionName=FUNCTION, Payload=message["Body"].encode())
        assert "FunctionError" not in answer, answer["Payload"].read()
    until(
        lambda: (
            int(str(ingestion.query(reader, "SELECT count(*) FROM claims")[0][0])) == before + 1
        ),
        "the late row",
    )
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    started = json.loads(message["Body"])["detail"]["object"]["key"]
    assert started == f"{_INCOMING}late.csv"
    late_ones = [
        one for one in ingestion.executions() if one["PipelineExecutionDisplayName"][:5] == "late-"
    ]
    assert len(late_ones) == 1


def test_an_event_that_does_not_reach_the_function_waits_in_the_same_queue(
    ingestion: Ingestion, bringer: Any
) -> None:
    rights = [*ingestion.outputs["mender_statements"], _KEYS]
    sqs = ingestion.person("keep-lab-watcher", rights)("sqs")
    function = ingestion.twin.client("lambda")
    url = sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]
    function.remove_permission(FunctionName=FUNCTION, StatementId="AllowRuleArrivals")
    _bring(bringer, f"{_INCOMING}unheard.csv", "policy_id\n1\n")

    def waiting() -> Any:
        return sqs.receive_message(
            QueueUrl=url, VisibilityTimeout=1, MessageAttributeNames=["All"]
        ).get("Messages")

    message = until(waiting, "the event in the queue")[0]
    assert json.loads(message["Body"])["detail"]["object"]["key"] == f"{_INCOMING}unheard.csv"
    rule = message["MessageAttributes"]["RULE_ARN"]["StringValue"]
    assert rule.endswith(f":rule/{FUNCTION}-arrivals")


def _bring(s3: Any, key: str, text: str) -> None:
    s3.put_object(Bucket=BUCKET, Key=key, Body=text.encode())


def _parts(number: int) -> Iterator[tuple[str, str]]:
    """Yield the claims in as many objects, each with key and text."""
    with CLAIMS.open() as file:
        header, *rows = csv.reader(file)
    for part in range(number):
        made = io.StringIO()
        csv.writer(made, lineterminator="\n").writerows([header, *rows[part::number]])
        yield f"{_INCOMING}2024/claims {part:03}.csv", made.getvalue()
