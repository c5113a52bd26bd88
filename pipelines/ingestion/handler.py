"""The function's entry: reads its settings, makes clients and acts on one event."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import boto3
from botocore.config import Config

from pipelines.function import Context, Function
from pipelines.ingestion.control import Clients, act
from pipelines.ingestion.settings import Settings


def handle(event: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Act on an event that EventBridge delivers; an exception makes Lambda try again."""
    logging.getLogger().setLevel(logging.INFO)
    function = Function.of(context.invoked_function_arn)
    clients = _clients(function.region)
    # They are read for each event: a group that was just laid out is known at once.
    return act(event, Settings.read(function.settings(clients.ssm)), clients)


@lru_cache(maxsize=1)
def _clients(region: str) -> Clients:
    """Make the clients once: an execution environment serves many events."""
    # Whoever is throttled waits and asks again, longer each time, before the event goes back.
    config = Config(
        connect_timeout=5,
        read_timeout=20,
        retries={"mode": "standard", "total_max_attempts": 6},
    )
    made = {
        name: boto3.client(name, region_name=region, config=config)
        for name in ("s3", "sagemaker", "sns", "ssm")
    }
    return Clients(**made)
