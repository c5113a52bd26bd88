"""A bucket says whether it tells EventBridge of its objects."""

from __future__ import annotations

from typing import Any

from tests.twins import REGION, RunningTwin


def test_a_bucket_says_that_it_tells_eventbridge(running_twin: RunningTwin) -> None:
    s3, sqs = running_twin.client("s3"), running_twin.client("sqs")
    where = {"LocationConstraint": REGION}
    s3.create_bucket(Bucket="telling-bucket", CreateBucketConfiguration=where)
    assert "EventBridgeConfiguration" not in _read(s3)
    _write(s3, {"EventBridgeConfiguration": {}})
    assert _read(s3) == {"EventBridgeConfiguration": {}}
    sqs.create_queue(QueueName="told")
    arn = f"arn:aws:sqs:{REGION}:111111111111:told"
    queue = {"Id": "told", "QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}
    _write(s3, {"EventBridgeConfiguration": {}, "QueueConfigurations": [queue]})
    told = _read(s3)
    assert told["EventBridgeConfiguration"] == {}
    assert told["QueueConfigurations"][0]["QueueArn"] == arn
    _write(s3, {})
    assert _read(s3) == {}


def _write(s3: Any, configuration: dict[str, Any]) -> None:
    s3.put_bucket_notification_configuration(
        Bucket="telling-bucket", NotificationConfiguration=configuration
    )


def _read(s3: Any) -> dict[str, Any]:
    told: dict[str, Any] = s3.get_bucket_notification_configuration(Bucket="telling-bucket")
    told.pop("ResponseMetadata")
    return told
