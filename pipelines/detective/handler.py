"""The function's entry: reads its settings, makes clients and judges one event."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import boto3
from botocore.config import Config

from pipelines.aws_call import aws_call
from pipelines.detective.control import Clients, Settings, judge, tell
from pipelines.detective.findings import findings_of
from pipelines.errors import EnvironmentFault

_ARN_PARTS = 7


class Context(Protocol):
    """What Lambda tells a function of itself, as much of it as is used."""

    invoked_function_arn: str


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


@dataclass(frozen=True)
class Function:
    """Which function this is: its name, and the account and region that it guards."""

    name: str
    account_id: str
    region: str

    @classmethod
    def of(cls, arn: str) -> Function:
        """Read a function's own ARN, with or without a version behind the name."""
        parts = arn.split(":")
        if len(parts) < _ARN_PARTS:
            raise EnvironmentFault("function", "must know its own ARN", got=arn)
        return cls(name=parts[6], account_id=parts[4], region=parts[3])


def read_settings(function: Function, ssm: Any) -> Settings:
    """Read the settings, which stand in a parameter that is named after the function.

    A function without environment variables has nothing that its callers could be shown.
    """
    name = f"/{function.name}/settings"
    with aws_call(name, "must be readable as a parameter"):
        found = ssm.get_parameters(Names=[name])["Parameters"]
    if not found:
        raise EnvironmentFault(name, "must exist as a parameter", got="none")
    document = json.loads(found[0]["Value"])
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
