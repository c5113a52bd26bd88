"""The function's entry: reads its settings, makes clients and judges one event."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import boto3
from botocore.config import Config

from pipelines.detective.control import Clients, Settings, judge, tell
from pipelines.detective.findings import findings_of
from pipelines.function import Context, Function


def handle(event: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Judge an event that EventBridge delivers; an exception makes Lambda try again."""
    logging.getLogger().setLevel(logging.INFO)
    function = Function.of(context.invoked_function_arn)
    clients = _clients(function.region)
    settings = read_settings(function, clients.ssm)
    findings = findings_of(event)
    if findings is not None:
        tell(findings, settings, clients)
        return {"findings": len(findings)}
    outcome = judge(event, settings, clients)
    if outcome is None:
        return {"action": None, "breaches": []}
    return {"action": outcome.action.name, "breaches": [str(one) for one in outcome.breaches]}


def read_settings(function: Function, ssm: Any) -> Settings:
    """Read where the function works, where it learns the subnets and whom it tells."""
    document = function.settings(ssm)
    return Settings(
        account_id=function.account_id,
        region=function.region,
        subnet_parameters=tuple(document["subnet_parameters"]),
        topic_arn=str(document["topic_arn"]),
    )


@lru_cache(maxsize=1)
def _clients(region: str) -> Clients:
    """Make the clients once: an execution environment serves many events."""
    config = Config(connect_timeout=5, read_timeout=15, retries={"total_max_attempts": 3})
    made = {
        name: boto3.client(name, region_name=region, config=config)
        for name in ("sagemaker", "sns", "ssm")
    }
    return Clients(**made)
