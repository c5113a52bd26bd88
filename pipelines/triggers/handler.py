"""The function's entry: reads what a rule asks for, pins the data and starts one run.

An event may come more than once; the run's request token makes all deliveries one run.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import boto3
from botocore.config import Config

from pipelines.aws_call import aws_call
from pipelines.function import Context, Function
from pipelines.triggers.asked import Asked, read_asked
from pipelines.triggers.data import digest, newest

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Clients:
    """What the function speaks to."""

    s3: Any
    sagemaker: Any


def handle(event: Mapping[str, Any], context: Context) -> dict[str, str]:
    """Start training; an exception makes Lambda try again, then keep the event and tell people."""
    logging.getLogger().setLevel(logging.INFO)
    region = Function.of(context.invoked_function_arn).region
    return start(read_asked(event), _clients(region))


def start(asked: Asked, clients: Clients) -> dict[str, str]:
    """Start the run that an event asks for and tell which; the same event gives the same run.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StartPipelineExecution.html
    """
    data = asked.data or newest(clients.s3, asked.bucket, asked.prefix)
    parameters = {
        "InputDataSha256": digest(clients.s3, data),
        "InputDataUri": data.uri,
        "InputDataVersion": data.version,
    }
    with aws_call(f"pipeline {asked.pipeline}", "must be startable"):
        answer = clients.sagemaker.start_pipeline_execution(
            PipelineName=asked.pipeline,
            PipelineExecutionDisplayName=asked.execution_name,
            PipelineExecutionDescription=f"Started by {asked.trigger}: {asked.cause}",
            PipelineParameters=[{"Name": n, "Value": v} for n, v in parameters.items()],
            ClientRequestToken=asked.token,
        )
    started = {"execution": str(answer["PipelineExecutionArn"]), **parameters}
    _log.info("%s of %s: %s", asked.execution_name, asked.model, started)
    return started


@lru_cache(maxsize=1)
def _clients(region: str) -> Clients:
    """Make the clients once: an execution environment serves many events."""
    config = Config(connect_timeout=5, read_timeout=60, retries={"total_max_attempts": 3})
    made = {
        name: boto3.client(name, region_name=region, config=config) for name in ("s3", "sagemaker")
    }
    return Clients(**made)
