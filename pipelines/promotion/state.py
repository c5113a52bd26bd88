"""The Terraform state of a release in a target account, and what to do about a lock left behind."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from typing import Any, Protocol

from botocore.exceptions import ClientError

from pipelines.aws_call import aws_call, error_code
from pipelines.errors import Finding
from pipelines.promotion.target import Target
from pipelines.promotion.terraform import Terraform

_log = logging.getLogger(__name__)


class LockClient(Protocol):
    """The operation of the `s3` client that is used here."""

    def get_object(self, **request: Any) -> dict[str, Any]: ...


def backend(target: Target, model: str) -> dict[str, str]:
    """Tell Terraform where the state of a model's release is kept."""
    return {
        "bucket": target.releases_bucket,
        "key": state_key(model),
        "region": target.account.region,
        "encrypt": "true",
        "kms_key_id": target.models_key_arn,
        "use_lockfile": "true",
    }


def state_key(model: str) -> str:
    """Name the object that holds the state of a model's release."""
    return f"{model}/terraform.tfstate"


def break_stale_lock(
    s3: LockClient, terraform: Terraform, target: Target, model: str, now: datetime
) -> None:
    """Take away a lock whose holder must be dead; refuse to go on under a younger one.

    Every deployment ends its Terraform after a time limit. A lock that is older than that
    limit was left by a build that was killed.
    """
    address = f"s3://{target.releases_bucket}/{state_key(model)}.tflock"
    held = _lock(s3, target.releases_bucket, f"{state_key(model)}.tflock", address)
    if held is None:
        return
    limit = timedelta(seconds=terraform.limit_seconds + terraform.grace_seconds)
    free = held.created + limit
    if now < free:
        raise Finding(
            address,
            "must not be locked by another deployment",
            got=f"a lock of {held.who} from {held.created:%Y-%m-%d %H:%M:%S} UTC",
            hint=f"if no deployment is running, deploy again after {free:%H:%M} UTC: "
            "the lock of a killed one is then taken away",
        )
    _log.warning("taking away the lock of %s from %s", held.who, held.created)
    terraform.unlock(held.id)


class _Lock:
    def __init__(self, document: dict[str, Any]) -> None:
        self.id = str(document["ID"])
        self.who = str(document.get("Who", "somebody"))
        # Terraform writes nanoseconds, of which Python reads six digits.
        text = str(document["Created"]).removesuffix("Z").partition(".")[0]
        self.created = datetime.fromisoformat(f"{text}+00:00")


def _lock(s3: LockClient, bucket: str, key: str, address: str) -> _Lock | None:
    with aws_call(address, "must let a lock be looked for"):
        try:
            content = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        except ClientError as error:
            if error_code(error) in {"NoSuchKey", "404"}:
                return None
            raise
    try:
        return _Lock(json.loads(content))
    except (ValueError, KeyError, TypeError) as error:
        raise Finding(address, "must be a lock of Terraform", got=f"no {error}") from error
