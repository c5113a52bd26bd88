"""Tells EventBridge what becomes of SageMaker's resources.

https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from twin.engines import events
from twin.engines.sagemaker.place import Place
from twin.twin import Twin


def tell(
    twin: Twin,
    place: Place,
    detail_type: str,
    detail: Mapping[str, Any],
    arn: str,
    *,
    epoch: bool = False,
) -> None:
    """Send an event about a resource.

    Times are written as in SageMaker's own events: those of jobs and endpoints in milliseconds
    since 1970 (``epoch``), the others in ISO 8601.
    """
    events.emit(
        twin,
        place.account_id,
        place.region,
        "aws.sagemaker",
        f"SageMaker {detail_type}",
        _plain(detail, epoch=epoch),
        [arn],
    )


def _plain(value: Any, *, epoch: bool) -> Any:
    if isinstance(value, datetime):
        if epoch:
            return int(value.timestamp() * 1000)
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, Mapping):
        return {key: _plain(member, epoch=epoch) for key, member in value.items()}
    if isinstance(value, list):
        return [_plain(item, epoch=epoch) for item in value]
    return value
