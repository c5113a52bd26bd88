"""Events reach the targets of matching rules, with the rights of the target's role."""

from __future__ import annotations

import http.client
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.engines.accounts import TOOLS, Lab, unique, until
from tests.twin.engines.promotions import approval_stage, promotion
from twin.control import control_token

ACCOUNT = TOOLS


def rule(lab: Lab, pattern: dict[str, Any], *targets: dict[str, Any]) -> str:
    """Make a rule with targets and return its name."""
    events = lab.client("events")
    name = unique("rule")
    events.put_rule(Name=name, EventPattern=json.dumps(pattern))
    numbered = [{"Id": f"t{number}", **target} for number, target in enumerate(targets)]
    events.put_targets(Rule=name, Targets=numbered)
    return name


def send(lab: Lab, source: str, detail: Any, **entry: Any) -> dict[str, Any]:
    """Put one event."""
    given = {"Source": source, "DetailType": "Test", "Detail": json.dumps(detail), **entry}
    return dict(lab.client("events").put_events(Entries=[given]))


def deliveries(lab: Lab, name: str) -> list[dict[str, Any]]:
    """Return what the audit says of deliveries of a rule."""
    return [
        record
        for record in lab.twin.audit.recent()
        if record.get("eventName") == "DeliverEvent" and record["rule"].endswith(f"/{name}")
    ]


def test_a_matching_event_reaches_a_queue_whole(lab: Lab) -> None:
    url, arn = lab.queue()
    source = unique("own")
    rule(lab, {"source": [source]}, {"Arn": arn})
    answer = send(lab, source, {"a": 1}, Resources=["arn:x"])
    event = json.loads(lab.received(url)["Body"])
    assert event["id"] == answer["Entries"][0]["EventId"]
    assert event["detail"] == {"a": 1}
    assert event["resources"] == ["arn:x"]
    assert event["account"] == ACCOUNT


def test_a_disabled_rule_and_one_that_does_not_match_deliver_nothing(lab: Lab) -> None:
    source = unique("own")
    _, arn = lab.queue()
    disabled = rule(lab, {"source": [source]}, {"Arn": arn})
    other = rule(lab, {"source": [source], "detail": {"a": [2]}}, {"Arn": arn})
    lab.client("events").disable_rule(Name=disabled)
    url, last = lab.queue()
    rule(lab, {"source": [source]}, {"Arn": last})
    send(lab, source, {"a": 1})
    lab.received(url)
    assert deliveries(lab, disabled) == []
    assert deliveries(lab, other) == []


def test_a_log_group_and_a_topic_receive_events(lab: Lab) -> None:
    source, group = unique("own"), unique("/aws/events/group")
    lab.client("logs").create_log_group(logGroupName=group)
    _admit_events(lab, group)
    topic = lab.topic()
    url, queue = lab.queue()
    lab.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    rule(
        lab,
        {"source": [source]},
        {"Arn": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{group}"},
        {"Arn": topic, "InputPath": "$.detail"},
    )
    send(lab, source, {"a": "b"})
    assert json.loads(json.loads(lab.received(url)["Body"])["Message"]) == {"a": "b"}

    def logged() -> Any:
        found = lab.client("logs").filter_log_events(logGroupName=group)
        return found["events"]

    (entry,) = until(logged, "a log entry")
    assert json.loads(entry["message"])["source"] == source


def test_a_rule_starts_a_pipeline_with_variables_of_the_event(lab: Lab) -> None:
    made = promotion(lab, [approval_stage()])
    source = unique("own")
    arn = f"arn:aws:codepipeline:us-east-1:{ACCOUNT}:{made.name}"
    name = rule(
        lab,
        {"source": [source], "detail": {"ModelApprovalStatus": ["Approved"]}},
        {
            "Arn": arn,
            "RoleArn": lab.role("events"),
            "InputTransformer": {
                "InputPathsMap": {"package": "$.detail.ModelPackageArn"},
                "InputTemplate": '{"variables":[{"name":"Package","value":"<package>"}]}',
            },
        },
    )
    send(lab, source, {"ModelApprovalStatus": "Rejected", "ModelPackageArn": "arn:no"})
    send(lab, source, {"ModelApprovalStatus": "Approved", "ModelPackageArn": "arn:package/1"})
    made.token()
    (summary,) = made.api.list_pipeline_executions(pipelineName=made.name)[
        "pipelineExecutionSummaries"
    ]
    assert summary["trigger"]["triggerType"] == "CloudWatchEvent"
    assert summary["trigger"]["triggerDetail"].endswith(f":rule/{name}")
    execution = made.execution(summary["pipelineExecutionId"])
    assert execution["variables"] == [{"name": "Package", "resolvedValue": "arn:package/1"}]


def test_a_rule_starts_a_build_with_overrides_of_its_input(lab: Lab) -> None:
    text = json.dumps({"version": "0.2", "phases": {"build": {"commands": ["echo got-$GIVEN"]}}})
    project = lab.project(text)
    source = unique("own")
    given = [{"name": "GIVEN", "value": "it", "type": "PLAINTEXT"}]
    rule(
        lab,
        {"source": [source]},
        {
            "Arn": f"arn:aws:codebuild:us-east-1:{ACCOUNT}:project/{project}",
            "RoleArn": lab.role("events"),
            "Input": json.dumps({"environmentVariablesOverride": given}),
        },
    )
    send(lab, source, {})
    codebuild = lab.client("codebuild")
    (build_id,) = until(
        lambda: codebuild.list_builds_for_project(projectName=project)["ids"], "a build"
    )
    assert "\ngot-it" in lab.log(lab.finished(build_id))


def test_a_rule_asks_for_a_pipeline_of_sagemaker_with_parameters_of_the_event(lab: Lab) -> None:
    source, pipeline = unique("own"), unique("pipeline")
    parameters = [
        {"Name": "Version", "Value": "$.detail.version"},
        {"Name": "Fixed", "Value": "as it is"},
    ]
    name = rule(
        lab,
        {"source": [source]},
        {
            "Arn": f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:pipeline/{pipeline}",
            "RoleArn": lab.role("events"),
            "SageMakerPipelineParameters": {"PipelineParameterList": parameters},
        },
    )
    send(lab, source, {"version": "v7"})
    until(lambda: deliveries(lab, name), "a record")
    asked = [
        record["requestParameters"]
        for record in lab.twin.audit.recent()
        if record.get("eventName") == "StartPipelineExecution"
        and record["requestParameters"].get("PipelineName") == pipeline
    ]
    expected = [{"Name": "Version", "Value": "v7"}, {"Name": "Fixed", "Value": "as it is"}]
    assert asked[0]["PipelineParameters"] == expected


def test_a_role_that_does_not_trust_eventbridge_delivers_to_the_dead_letters_instead(
    lab: Lab,
) -> None:
    made = promotion(lab, [approval_stage()])
    source = unique("own")
    url, dead_letters = lab.queue()
    name = rule(
        lab,
        {"source": [source]},
        {
            "Arn": f"arn:aws:codepipeline:us-east-1:{ACCOUNT}:{made.name}",
            "RoleArn": lab.role("lambda"),
            "DeadLetterConfig": {"Arn": dead_letters},
        },
    )
    send(lab, source, {"a": 1})
    message = lab.received(url)
    assert json.loads(message["Body"])["detail"] == {"a": 1}
    assert message["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "AccessDeniedException"
    (record,) = until(lambda: deliveries(lab, name), "a record")
    assert "cannot be assumed by events.amazonaws.com" in record["errorMessage"]


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ({"Arn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:no-such-queue"}, "NO_PERMISSIONS"),
        ({"Arn": f"arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/s"}, "UnsupportedTarget"),
        ({"Arn": f"arn:aws:codepipeline:us-east-1:{ACCOUNT}:p"}, "NO_PERMISSIONS"),
    ],
)
def test_what_cannot_be_delivered_is_recorded(lab: Lab, target: Any, code: str) -> None:
    source = unique("own")
    name = rule(lab, {"source": [source]}, target)
    send(lab, source, {})
    (record,) = until(lambda: deliveries(lab, name), "a record")
    assert code in record["errorCode"]


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({"Detail": "not json"}, "MalformedDetail"),
        ({"Detail": "[]"}, "MalformedDetail"),
        ({"Detail": '{"a": NaN}'}, "MalformedDetail"),
        ({"Source": "aws.sagemaker"}, "NotAuthorizedForSourceException"),
        ({"DetailType": ""}, "InvalidArgument"),
    ],
)
def test_an_event_that_is_none_is_refused_by_itself(lab: Lab, entry: Any, code: str) -> None:
    good = {"Source": "own", "DetailType": "Test", "Detail": "{}"}
    answer = lab.client("events").put_events(Entries=[good, {**good, **entry}])
    assert answer["FailedEntryCount"] == 1
    assert "EventId" in answer["Entries"][0]
    assert answer["Entries"][1]["ErrorCode"] == code


def test_a_rule_with_an_invalid_pattern_is_refused(lab: Lab) -> None:
    events = lab.client("events")
    with pytest.raises(ClientError, match="InvalidEventPatternException"):
        events.put_rule(Name="bad", EventPattern='{"a": [{"unknown": 1}]}')
    event = dict.fromkeys(("id", "account", "source", "time", "region", "detail-type"), "x")
    answer = events.test_event_pattern(
        EventPattern='{"source": [{"prefix": "x"}]}',
        Event=json.dumps({**event, "resources": []}),
    )
    assert answer["Result"] is True


def test_a_new_object_is_told_where_the_bucket_says_so(lab: Lab) -> None:
    bucket, s3 = lab.bucket(), lab.client("s3")
    url, arn = lab.queue()
    rule(lab, {"source": ["aws.s3"], "detail": {"bucket": {"name": [bucket]}}}, {"Arn": arn})
    s3.put_object(Bucket=bucket, Key="before", Body=b"x")
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    made = s3.put_object(Bucket=bucket, Key="a/b.csv", Body=b"xyz")
    event = json.loads(lab.received(url)["Body"])
    assert event["detail-type"] == "Object Created"
    assert event["detail"]["object"]["key"] == "a/b.csv"
    assert event["detail"]["object"]["size"] == 3
    assert event["detail"]["object"]["version-id"] == made["VersionId"]
    assert event["detail"]["reason"] == "PutObject"


def test_notices_are_kept_for_who_holds_the_token_of_the_state_folder(lab: Lab) -> None:
    sns = lab.client("sns")
    topic = sns.create_topic(Name=unique("topic"))["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="manager@example.com")
    sns.publish(TopicArn=topic, Subject="APPROVAL NEEDED", Message="a release waits")
    connection = http.client.HTTPConnection("127.0.0.1", lab.twin.settings.port, timeout=10)
    token = control_token(lab.twin.settings.folder)
    connection.request("GET", "/_twin/notices", headers={"X-Twin-Token": token})
    notices = json.loads(connection.getresponse().read())["notices"]
    connection.close()
    (notice,) = [item for item in notices if item["topic"] == topic]
    assert notice["subject"] == "APPROVAL NEEDED"
    assert notice["message"] == "a release waits"
    assert notice["recipients"] == [{"protocol": "email", "endpoint": "manager@example.com"}]
    assert f":sts::{ACCOUNT}:assumed-role/" in notice["by"]


def _admit_events(lab: Lab, group: str) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{group}:*",
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    lab.client("logs").put_resource_policy(
        policyName=unique("events"), policyDocument=json.dumps(document)
    )
