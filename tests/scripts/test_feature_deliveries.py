"""What an ingestion gave up is seen and handed in again: never lost, and never ingested twice."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from pipelines.errors import Misuse
from scripts.access import Access
from scripts.commands.features_undelivered import Waiting
from scripts.feature_deliveries import Deliveries, Delivery, Undelivered, redeliver
from scripts.training_runs import TrainingRuns
from tests.pipelines.ingestion.events import PIPELINE, changed, created
from tests.scripts.given_up import NAME, REQUESTS, Account

MAY = created("features/visits/incoming/2024/may.csv")
_BY_LAMBDA = {"RequestID": "r-1", "ErrorCode": "200", "ErrorMessage": "too many requests"}
_BY_RULE = {
    "RULE_ARN": "arn:aws:events:eu-west-1:111111111111:rule/acme-features-arrivals",
    "ERROR_CODE": "NO_PERMISSIONS",
    "ERROR_MESSAGE": "not authorized",
}


def _held(account: Account) -> list[Undelivered]:
    with Deliveries(cast(Access, account), "eu-west-1", NAME).held() as events:
        return events


def _sent(account: Account) -> list[Delivery]:
    """Send again what waits, as the command does."""
    access = cast(Access, account)
    deliveries = Deliveries(access, "eu-west-1", NAME)
    runs = TrainingRuns(access, "eu-west-1", f"{NAME}-visits")
    with deliveries.held() as events:
        return list(redeliver(deliveries, events, lambda _: {run.name for run in runs.all()}))


@pytest.mark.parametrize(
    ("event", "attributes", "group", "about", "reason"),
    [
        (MAY, _BY_LAMBDA, "visits", "features/visits/incoming/2024/may.csv", "too many requests"),
        (
            MAY,
            _BY_RULE,
            "visits",
            "features/visits/incoming/2024/may.csv",
            "NO_PERMISSIONS: not authorized",
        ),
        (changed("Failed"), _BY_RULE, "visits", f"{PIPELINE}/execution/abc", "NO_PERMISSIONS"),
        (created("raw/a.csv"), {}, None, "raw/a.csv", "nobody told why"),
        (
            created("features/visits/incoming/a.csv", version=None),
            _BY_LAMBDA,
            "visits",
            "features/visits/incoming/a.csv",
            "too many requests",
        ),
        ({"detail": "odd"}, {}, None, "m0", "nobody told why"),
        ("no JSON", {}, None, "m0", "nobody told why"),
    ],
)
def test_an_event_tells_its_group_its_object_and_why_it_was_given_up(
    event: Any, attributes: dict[str, str], group: str | None, about: str, reason: str
) -> None:
    account = Account()
    account.keep(event, attributes)
    (found,) = _held(account)
    assert (found.group, found.about) == (group, about)
    assert found.reason.startswith(reason)
    assert found.since == "2024-07-03T09:46:40Z"


def test_whoever_looks_leaves_everything_where_it_was() -> None:
    account = Account()
    for number in range(23):
        account.keep(created(f"features/visits/incoming/{number}.csv"), _BY_LAMBDA)
    assert len(_held(account)) == 23
    assert account.hidden == set()
    assert Deliveries(cast(Access, account), "eu-west-1", NAME).waiting() == 23


def test_a_queue_of_sqs_is_read_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        sqs = boto3.client("sqs", region_name="eu-west-1")
        url = sqs.create_queue(QueueName=f"{NAME}-undelivered")["QueueUrl"]
        told = {"ErrorMessage": {"DataType": "String", "StringValue": "too many requests"}}
        for number in (1, 2):
            body = json.dumps(created(f"features/visits/incoming/{number}.csv"))
            sqs.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=told)
        access = Access(boto3.session.Session(), None, "petra")
        deliveries = Deliveries(access, "eu-west-1", NAME)
        with deliveries.held() as events:
            assert [event.reason for event in events] == ["too many requests"] * 2
            assert "Messages" not in sqs.receive_message(QueueUrl=url)
            deliveries.remove(events[0])
        assert deliveries.waiting() == 1
        with deliveries.held() as events:
            assert len(events) == 1


def test_what_is_held_elsewhere_is_counted() -> None:
    account = Account()
    account.keep(MAY, _BY_LAMBDA)
    deliveries = Deliveries(cast(Access, account), "eu-west-1", NAME)
    with deliveries.held():
        assert deliveries.waiting() == 1


@pytest.mark.parametrize(
    ("waits", "told"),
    [
        (Waiting(0, None), 0),
        (Waiting(2, None), None),
        (Waiting(2, {"visits": 1, None: 1}), 1),
        (Waiting(2, {"other": 2}), 0),
    ],
)
def test_who_may_not_see_which_group_it_is_is_told_no_number_of_a_group(
    waits: Waiting, told: int | None
) -> None:
    assert waits.of("visits") == told


def test_what_is_accepted_leaves_the_queue() -> None:
    account = Account()
    account.keep(MAY, _BY_LAMBDA)
    account.keep(changed("Failed"), _BY_RULE)
    assert [each.accepted for each in _sent(account)] == [True, True]
    assert account.messages == {}
    assert len(account.executions) == len(account.told) == 1


def test_what_is_not_accepted_stays_and_says_why() -> None:
    account = Account(refuses=True)
    account.keep(MAY, _BY_LAMBDA)
    account.keep(created("features/gone/incoming/a.csv"), _BY_LAMBDA)
    first, second = _sent(account)
    assert (first.accepted, second.accepted) == (False, False)
    assert "ThrottlingException" in first.outcome
    assert second.outcome == "not below the prefix of a feature group"
    assert set(account.messages) == {"m0", "m1"}
    assert account.hidden == set()


def test_two_events_of_one_version_start_one_ingestion() -> None:
    account = Account()
    account.keep(MAY, _BY_LAMBDA)
    account.keep({**MAY, "id": "another"}, _BY_RULE)
    _, second = _sent(account)
    assert second.outcome.startswith("started before: may-")
    assert len(account.executions) == 1
    assert account.messages == {}


class _Cut(BaseException):
    """Whoever sends again is cut off, as by Ctrl-C."""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("request_", REQUESTS)
def test_whoever_is_cut_off_loses_nothing_and_ingests_nothing_twice(
    request_: str, when: str
) -> None:
    account = Account()
    for name in ("may", "june"):
        account.keep(created(f"features/visits/incoming/{name}.csv"), _BY_LAMBDA)

    def cut(at: str) -> None:
        if at == f"{when} {request_}":
            raise _Cut

    account.cut = cut
    with suppress(_Cut):
        _sent(account)
    # What was received and never noted, and what a killed process held, comes back in its time.
    account.cut, account.hidden = (lambda _: None), set()
    _sent(account)
    assert account.messages == {}
    assert sorted(name.rpartition("-")[0] for name in account.executions) == ["june", "may"]


def test_whoever_may_not_call_the_function_ends_there_and_everything_is_put_back() -> None:
    account = Account()
    account.keep(MAY, _BY_LAMBDA)

    def denied(at: str) -> None:
        if at == "before invoke":
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "Invoke")

    account.cut = denied
    with pytest.raises(Misuse, match="function acme-features: must be callable"):
        _sent(account)
    assert set(account.messages) == {"m0"}
    assert account.hidden == set()
