"""The function's entry: reads its settings, makes clients and acts on one event."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Protocol

import boto3
from botocore.config import Config

from pipelines.aws_call import aws_call
from pipelines.errors import EnvironmentFault
from pipelines.ingestion.control import Clients, act
from pipelines.ingestion.settings import Settings

_ARN_PARTS = 7


class Context(Protocol):
    """What Lambda tells a function of itself, as much of it as is used."""

    invoked_function_arn: str


def handle(event: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Act on an event that EventBridge delivers; an exception makes Lambda try again."""
    logging.getLogger().setLevel(logging.INFO)
    parts = context.invoked_function_arn.split(":")
    if len(parts) < _ARN_PARTS:
        raise EnvironmentFault(
            "function", "must know its own ARN", got=context.invoked_function_arn
        )
    clients = _clients(parts[3])
    return act(event, read_settings(parts[6], clients.ssm), clients)


def read_settings(function: str, ssm: Any) -> Settings:
    """Read the settings, which stand in a parameter that is named after the function.

    They are read for each event: a group that was just laid out is known at once.
    """
    name = f"/{function}/settings"
    with aws_call(name, "must be readable as a parameter"):
        found = ssm.get_parameters(Names=[name])["Parameters"]
    if not found:
        raise EnvironmentFault(name, "must exist as a parameter", got="none")
    return Settings.read(found[0]["Value"])


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
