"""Functions really run: what they answer, how they fail, and what becomes of what failed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.engines.accounts import REGION, TOOLS, Lab, unique, until
from tests.twin.engines.functions import admit, archive, function, invoke

_ECHO = (
    "def handle(event, context):\n    return {'got': event, 'arn': context.invoked_function_arn}\n"
)
_RAISES = "def handle(event, context):\n    raise ValueError('no ' + event['word'])\n"


def test_a_function_answers_what_its_handler_returns(lab: Lab) -> None:
    name = function(lab, _ECHO)
    answer = invoke(lab, name, {"a": 1})

    assert (answer.status, answer.error) == (200, None)
    assert answer.payload["got"] == {"a": 1}
    assert answer.payload["arn"] == f"arn:aws:lambda:{REGION}:{TOOLS}:function:{name}"
    assert "START RequestId" in answer.log and "REPORT RequestId" in answer.log


def test_a_function_acts_as_its_role_and_sees_nothing_of_the_twin(lab: Lab) -> None:
    source = (
        "import os, boto3\n"
        "def handle(event, context):\n"
        "    who = boto3.client('sts').get_caller_identity()['Arn']\n"
        "    return {'who': who, 'seen': sorted(os.environ)}\n"
    )
    role = lab.role("lambda")
    name = function(lab, source, Role=role, Environment={"Variables": {"OWN": "1"}}, Timeout=30)
    answer = invoke(lab, name)

    assert answer.payload["who"] == (
        f"arn:aws:sts::{TOOLS}:assumed-role/{role.rsplit('/', 1)[1]}/{name}"
    )
    assert "OWN" in answer.payload["seen"]
    assert "SECRET_OF_THE_SERVER" not in answer.payload["seen"]


def test_an_exception_is_a_function_error_with_its_words(lab: Lab) -> None:
    answer = invoke(lab, function(lab, _RAISES), {"word": "way"})

    assert (answer.status, answer.error) == (200, "Unhandled")
    assert answer.payload["errorType"] == "ValueError"
    assert answer.payload["errorMessage"] == "no way"
    assert any("own.py" in line for line in answer.payload["stackTrace"])
    assert "[ERROR]" in answer.log


@pytest.mark.parametrize(
    ("source", "handler", "kind"),
    [
        ("import nothing_of_the_kind\n", "own.handle", "Runtime.ImportModuleError"),
        ("x = 1\n", "own.handle", "Runtime.HandlerNotFound"),
        ("def handle(e, c):\n    return object()\n", "own.handle", "Runtime.MarshalError"),
        ("def handle(e, c):\n    raise SystemExit(3)\n", "own.handle", "Runtime.ExitError"),
    ],
)
def test_a_function_that_cannot_run_says_why(
    lab: Lab, source: str, handler: str, kind: str
) -> None:
    answer = invoke(lab, function(lab, source, Handler=handler))

    assert answer.error == "Unhandled"
    assert answer.payload["errorType"] == kind


def test_a_function_that_takes_too_long_is_ended(lab: Lab) -> None:
    name = function(lab, "import time\ndef handle(e, c):\n    time.sleep(60)\n", Timeout=1)
    answer = invoke(lab, name)

    assert answer.payload["errorType"] == "Sandbox.Timedout"
    assert "Task timed out after 1.00 seconds" in answer.payload["errorMessage"]


def test_an_environment_serves_many_events_and_a_new_archive_gets_a_new_one(lab: Lab) -> None:
    source = (
        "import os\nseen = []\n"
        "def handle(e, c):\n    seen.append(1)\n    return [os.getpid(), len(seen)]\n"
    )
    name = function(lab, source)
    first, second = invoke(lab, name).payload, invoke(lab, name).payload
    assert second == [first[0], 2]

    lab.client("lambda").update_function_code(
        FunctionName=name, ZipFile=archive(own="def handle(e, c):\n    return 'new'\n")
    )
    assert invoke(lab, name).payload == "new"


def test_the_log_of_a_function_is_in_its_group(lab: Lab) -> None:
    source = (
        "import logging\nlogging.getLogger().setLevel('INFO')\n"
        "def handle(e, c):\n    print('seen by people')\n    logging.info('told by a logger')\n"
    )
    name = function(lab, source)
    invoke(lab, name)
    logs, group = lab.client("logs"), f"/aws/lambda/{name}"
    stream = logs.describe_log_streams(logGroupName=group)["logStreams"][0]["logStreamName"]
    events = logs.get_log_events(logGroupName=group, logStreamName=stream)["events"]

    messages = [event["message"] for event in events]

    assert "seen by people" in messages
    assert any(line.startswith("[INFO]") and "told by a logger" in line for line in messages)


def test_a_function_that_nobody_waits_for_is_tried_three_times_and_then_kept(lab: Lab) -> None:
    url, queue = lab.queue()
    name = function(lab, _RAISES, DeadLetterConfig={"TargetArn": queue})
    answer = lab.client("lambda").invoke(
        FunctionName=name, InvocationType="Event", Payload=b'{"word": "way"}'
    )
    message = lab.received(url)

    assert answer["StatusCode"] == 202
    assert json.loads(message["Body"]) == {"word": "way"}
    assert message["MessageAttributes"]["ErrorMessage"]["StringValue"] == "no way"
    assert [record["attempt"] for record in _runs(lab, name)] == [1, 2, 3]


def test_retries_are_as_many_as_the_function_says(lab: Lab) -> None:
    url, queue = lab.queue()
    name = function(lab, _RAISES, DeadLetterConfig={"TargetArn": queue})
    lab.client("lambda").put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=0)
    lab.client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=b'{"word": ""}')
    lab.received(url)

    assert len(_runs(lab, name)) == 1


def test_a_function_without_concurrency_is_never_run(lab: Lab) -> None:
    name = function(lab, _ECHO)
    lab.client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    with pytest.raises(ClientError, match="TooManyRequestsException"):
        invoke(lab, name)


@pytest.mark.parametrize(
    ("options", "code"),
    [({"FunctionName": "nobody"}, "ResourceNotFoundException"), ({"Payload": b"{"}, "InvalidRequ")],
)
def test_what_cannot_be_invoked_is_refused(lab: Lab, options: dict[str, Any], code: str) -> None:
    name = function(lab, _ECHO)
    with pytest.raises(ClientError, match=code):
        lab.client("lambda").invoke(**{"FunctionName": name, **options})


def test_another_runtime_than_python_is_refused_and_not_pretended(lab: Lab) -> None:
    with pytest.raises(ClientError, match="InvalidRuntimeException"):
        invoke(lab, function(lab, _ECHO, Runtime="nodejs22.x"))


def test_a_rule_reaches_a_function_whose_policy_admits_it(lab: Lab) -> None:
    url, _ = lab.queue()
    source = (
        "import boto3\n"
        "def handle(event, context):\n"
        f"    to, text = '{url}', event['detail']['a']\n"
        "    boto3.client('sqs').send_message(QueueUrl=to, MessageBody=text)\n"
    )
    name = function(lab, source, Timeout=30)
    admit(lab, name, _rule(lab, name, own := unique("own")))
    _send(lab, own)

    assert lab.received(url)["Body"] == "seen"


def test_a_rule_that_a_function_does_not_admit_is_turned_away(lab: Lab) -> None:
    name = function(lab, _ECHO)
    _rule(lab, name, own := unique("own"))
    _send(lab, own)

    def refused() -> list[dict[str, Any]]:
        return [
            record
            for record in lab.twin.audit.recent()
            if record.get("eventName") == "DeliverEvent" and name in record["target"]
        ]

    assert until(refused, "the delivery")[0]["errorCode"] == "NO_PERMISSIONS"
    assert not _runs(lab, name)


def test_a_function_that_admits_one_rule_turns_another_away(lab: Lab) -> None:
    name = function(lab, _ECHO)
    admit(lab, name, _rule(lab, name, admitted := unique("own")))
    other = _rule(lab, name, unadmitted := unique("own"))
    _send(lab, unadmitted)

    def told(rule: str) -> Callable[[], list[str | None]]:
        return lambda: [
            record["errorCode"]
            for record in lab.twin.audit.recent()
            if record.get("eventName") == "DeliverEvent" and record["rule"] == rule
        ]

    assert until(told(other), "the delivery") == ["NO_PERMISSIONS"]
    _send(lab, admitted)
    assert until(lambda: _runs(lab, name), "a run")


def test_settings_that_a_function_has_are_answered(lab: Lab) -> None:
    _, queue = lab.queue()
    name = function(lab, _ECHO, DeadLetterConfig={"TargetArn": queue})
    found = lab.client("lambda").get_function_configuration(FunctionName=name)

    assert found["DeadLetterConfig"] == {"TargetArn": queue}
    assert found["LoggingConfig"]["LogGroup"] == f"/aws/lambda/{name}"


def _rule(lab: Lab, name: str, source: str) -> str:
    events = lab.client("events")
    rule = unique("rule")
    arn = events.put_rule(Name=rule, EventPattern=json.dumps({"source": [source]}))["RuleArn"]
    target = f"arn:aws:lambda:{REGION}:{TOOLS}:function:{name}"
    events.put_targets(Rule=rule, Targets=[{"Id": "one", "Arn": target}])
    return str(arn)


def _send(lab: Lab, source: str) -> None:
    entry = {"Source": source, "DetailType": "Test", "Detail": json.dumps({"a": "seen"})}
    lab.client("events").put_events(Entries=[entry])


def _runs(lab: Lab, name: str) -> list[dict[str, Any]]:
    return [
        record
        for record in lab.twin.audit.recent()
        if record.get("eventName") == "RunFunction" and record["function"].endswith(f":{name}")
    ]
