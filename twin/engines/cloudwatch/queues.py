"""Measures queues every minute, as SQS does for queues that are in use.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
"""

from __future__ import annotations

from typing import Any

from moto.sqs.models import sqs_backends

from twin.engines.cloudwatch.metrics import Datum, Metric
from twin.twin import Twin

_NAMESPACE = "AWS/SQS"


def measured(twin: Twin) -> list[Datum]:
    """Return how many messages each queue of each account holds, and how many can be received."""
    with twin.turn:
        found = [
            (account_id, region, queue.name, _counts(queue))
            for account_id, regions in list(dict.items(sqs_backends))
            for region, backend in list(dict.items(regions))
            for queue in list(backend.queues.values())
        ]
    return [
        Datum(Metric(account_id, region, _NAMESPACE, name, _dimensions(queue)), value, "Count")
        for account_id, region, queue, counts in found
        for name, value in counts.items()
    ]


def _counts(queue: Any) -> dict[str, float]:
    return {
        "ApproximateNumberOfMessagesVisible": float(queue.approximate_number_of_messages),
        "ApproximateNumberOfMessagesNotVisible": float(
            queue.approximate_number_of_messages_not_visible
        ),
    }


def _dimensions(queue: str) -> frozenset[tuple[str, str]]:
    return frozenset({("QueueName", queue)})
