"""What an event of S3 says: which version of which object arrived, and what stands for it.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.errors import InvalidInput

SOURCE = "aws.s3"
DETAIL_TYPE = "Object Created"
_ORIGIN_LENGTH = 16
_LONGEST_NAME = 82
_UNCLEAN = re.compile(r"[^a-zA-Z0-9]+")


@dataclass(frozen=True)
class Arrival:
    """One version of an object."""

    bucket: str
    key: str
    version_id: str
    time: str

    @property
    def token(self) -> str:
        """What stands for this version and no other: 64 hexadecimal digits.

        An event that is delivered twice has the same token, so that it starts one execution.
        """
        told = "\n".join((self.bucket, self.key, self.version_id))
        return hashlib.sha256(told.encode("utf-8")).hexdigest()

    @property
    def origin(self) -> str:
        """The part of the token that the names of its records' files bear."""
        return self.token[:_ORIGIN_LENGTH]

    @property
    def execution_name(self) -> str:
        """A clean name for its execution: letters and digits of the file's name, and the origin.

        https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StartPipelineExecution.html
        """
        stem = self.key.rpartition("/")[2].rpartition(".")[0]
        clean = _UNCLEAN.sub("-", stem).strip("-")[: _LONGEST_NAME - _ORIGIN_LENGTH - 1].rstrip("-")
        return f"{clean}-{self.origin}" if clean else self.origin


def arrival_of(event: Mapping[str, Any]) -> Arrival | None:
    """Return what arrived, or None for an event that is about something else.

    Raises InvalidInput for an object without a version: it could be another one by now.
    """
    if event.get("source") != SOURCE or event.get("detail-type") != DETAIL_TYPE:
        return None
    detail = event["detail"]
    bucket, described = str(detail["bucket"]["name"]), detail["object"]
    key = str(described["key"])
    version_id = described.get("version-id")
    if not version_id:
        raise InvalidInput(
            f"s3://{bucket}/{key}",
            "must have a version, by which it stays what it was",
            hint="switch versions on for the bucket",
        )
    return Arrival(bucket, key, str(version_id), str(event["time"]))
