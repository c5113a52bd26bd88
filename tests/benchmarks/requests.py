"""The time of single requests, to the twin and to moto's own server."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError

from tests.journeys.stage import Stage, free_port, until

_COUNT = 300
_WARM = 30


def samples_of_twin(stage: Stage) -> dict[str, list[float]]:
    """Time requests to a twin: identified, parsed and recorded."""
    return _samples(lambda service: stage.client(service, "data-science"))


def samples_of_moto() -> dict[str, list[float]]:
    """Time the same requests to moto's own server, which asks nobody who they are."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def client(service: str) -> Any:
        return boto3.client(
            service,
            region_name="eu-west-1",
            endpoint_url=f"http://127.0.0.1:{port}",
            aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
            aws_secret_access_key="bench",
            config=Config(retries={"total_max_attempts": 1}),
        )

    def ready() -> bool | None:
        try:
            client("sts").get_caller_identity()
        except EndpointConnectionError:
            return None
        return True

    try:
        until(ready, "moto answers", 30)
        return _samples(client)
    finally:
        server.terminate()
        server.wait(10)


def _samples(client: Callable[[str], Any]) -> dict[str, list[float]]:
    s3, ssm, iam = client("s3"), client("ssm"), client("iam")
    bucket = "benchmark-of-requests"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    ssm.put_parameter(Name="/benchmark/parameter", Value="value", Type="String")
    body = b"x" * 1024
    return {
        "s3:PutObject": _times(lambda: s3.put_object(Bucket=bucket, Key="object", Body=body)),
        "ssm:GetParameter": _times(lambda: ssm.get_parameter(Name="/benchmark/parameter")),
        "iam:ListRoles": _times(lambda: iam.list_roles(PathPrefix="/nothing/")),
    }


def _times(request: Callable[[], object]) -> list[float]:
    for _ in range(_WARM):
        request()
    taken = []
    for _ in range(_COUNT):
        started = time.perf_counter()
        request()
        taken.append(time.perf_counter() - started)
    return taken
