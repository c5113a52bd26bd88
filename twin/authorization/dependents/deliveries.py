"""What services that deliver logs ask for: as themselves where they will write, and of the caller.

A service that cannot write is not set up: it asks at once, and tells so in words of its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from moto.s3.models import s3_backends

from twin.authorization.asked import Asked
from twin.authorization.dependents import key_uses
from twin.authorization.dependents.dependent import Dependent, by_itself, forwarded
from twin.call import Call
from twin.errors import ServiceError

if TYPE_CHECKING:
    from twin.twin import Twin

_LOGS = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html"
_TRAIL_KEY = (
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/"
    "create-kms-key-policy-for-cloudtrail.html"
)
_TRAIL_BUCKET = (
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/"
    "create-s3-bucket-policy-for-cloudtrail.html"
)
_DELIVERIES = (
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html"
)
_ACCESS_LOGS = (
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html"
)


def logs(_twin: Twin, call: Call) -> tuple[Dependent, ...]:
    """Return the use of a log group's key, which CloudWatch Logs makes as itself."""
    if call.operation not in ("CreateLogGroup", "AssociateKmsKey"):
        return ()
    key = call.parameters.get("kmsKeyId")
    name = call.parameters.get("logGroupName")
    if not key or not name:
        return ()
    arn = f"arn:aws:logs:{call.region}:{call.account_id}:log-group:{name}"
    refusal = ServiceError(
        "AccessDeniedException",
        f"The specified KMS key does not exist or is not allowed to be used with Arn '{arn}'",
        400,
    )
    principal = f"logs.{call.region}.amazonaws.com"
    return key_uses.by_service(
        call,
        principal,
        "GenerateDataKey",
        str(key),
        _LOGS,
        context={"aws:logs:arn": arn},
        error=refusal,
    )


def cloudtrail(_twin: Twin, call: Call) -> tuple[Dependent, ...]:
    """Return what CloudTrail tries as itself before it makes or changes a trail."""
    if call.operation not in ("CreateTrail", "UpdateTrail"):
        return ()
    name = str(call.parameters.get("Name") or "").rpartition("/")[2]
    arn = f"arn:aws:cloudtrail:{call.region}:{call.account_id}:trail/{name}"
    bucket = call.parameters.get("S3BucketName")
    made: tuple[Dependent, ...] = _trail_bucket(call, arn, str(bucket)) if bucket else ()
    key = call.parameters.get("KmsKeyId")
    if key:
        made += key_uses.by_service(
            call,
            "cloudtrail.amazonaws.com",
            "GenerateDataKey",
            str(key),
            _TRAIL_KEY,
            context={"aws:cloudtrail:arn": arn},
            source_arn=arn,
            error=ServiceError(
                "InsufficientEncryptionPolicyException",
                f"Insufficient permissions to access S3 bucket {bucket} or KMS key {key}.",
                400,
            ),
        )
    return made


def _trail_bucket(call: Call, arn: str, bucket: str) -> tuple[Dependent, ...]:
    error = ServiceError(
        "InsufficientS3BucketPolicyException",
        f"Incorrect S3 bucket policy is detected for bucket: {bucket}",
        400,
    )
    service = "cloudtrail.amazonaws.com"
    prefix = call.parameters.get("S3KeyPrefix")
    key = f"{prefix}/" if prefix else ""
    key = f"{key}AWSLogs/{call.account_id}/CloudTrail/"
    owner = _owner(bucket) or call.account_id
    canned = {"Bucket": bucket, "Key": key, "ACL": "bucket-owner-full-control"}
    looked_at = by_itself(call, service, "s3", "GetBucketAcl", {"Bucket": bucket}, arn)
    written = by_itself(call, service, "s3", "PutObject", canned, arn)
    # The bucket's owner gets all rights; AWS asks for no right to set them.
    stores = Asked("s3:PutObject", f"arn:aws:s3:::{bucket}/{key}", owner)
    return (
        Dependent(replace(looked_at, owner_id=owner), _TRAIL_BUCKET, error=error),
        Dependent(replace(written, owner_id=owner), _TRAIL_BUCKET, stores, error=error),
    )


def flow_logs(_twin: Twin, call: Call) -> tuple[Dependent, ...]:
    """Return the delivery that a flow log to a bucket sets up in its caller's name."""
    if call.operation != "CreateFlowLogs" or call.parameters.get("LogDestinationType") != "s3":
        return ()
    return _delivery(call, "ec2")


def query_logs(_twin: Twin, call: Call) -> tuple[Dependent, ...]:
    """Return the delivery that a resolver's query log sets up in its caller's name."""
    if call.operation != "CreateResolverQueryLogConfig":
        return ()
    return _delivery(call, "route53resolver")


def _delivery(call: Call, via: str) -> tuple[Dependent, ...]:
    asked = Asked("logs:CreateLogDelivery", "*", call.account_id)
    made = forwarded(call, f"{via}.amazonaws.com", "logs", "CreateLogDelivery", {})
    return (Dependent(made, _DELIVERIES, asked),)


def access_logs(_twin: Twin, call: Call) -> tuple[Dependent, ...]:
    """Return the first object that S3 will write as itself when a bucket logs to another."""
    status = call.parameters.get("BucketLoggingStatus") or {}
    target = status.get("LoggingEnabled") if call.operation == "PutBucketLogging" else None
    if not target:
        return ()
    bucket = str(target.get("TargetBucket"))
    made = by_itself(
        call,
        "logging.s3.amazonaws.com",
        "s3",
        "PutObject",
        {"Bucket": bucket, "Key": f"{target.get('TargetPrefix') or ''}log"},
        f"arn:aws:s3:::{call.parameters.get('Bucket')}",
    )
    refusal = ServiceError(
        "InvalidTargetBucketForLogging",
        "You must either provide the necessary permissions to the logging service using a "
        "bucket policy or give the log-delivery group WRITE and READ_ACP permissions to the "
        "target bucket",
        400,
    )
    made = replace(made, owner_id=_owner(bucket) or call.account_id)
    return (Dependent(made, _ACCESS_LOGS, error=refusal),)


def _owner(bucket: str) -> str | None:
    place = s3_backends.bucket_accounts.get(bucket)
    return None if place is None else str(place[1])
