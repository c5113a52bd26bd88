"""What is refused is refused in the words and the protocol of the service."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from moto.core.request import Request
from moto.core.routing import ServiceOperationRouter, get_service_router
from werkzeug.test import EnvironBuilder

from tests.twin.names import bucket, unique
from tests.twins import DATA_SCIENCE, RunningTwin
from twin import wire

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "expected"),
    [
        pytest.param("ssm", "get_parameter", {"Name": "/none"}, "ParameterNotFound", id="json"),
        pytest.param("iam", "get_role", {"RoleName": "none"}, "NoSuchEntity", id="query"),
        pytest.param(
            "ec2", "describe_vpcs", {"VpcIds": ["vpc-1"]}, "InvalidVpcID.NotFound", id="ec2"
        ),
        pytest.param("s3", "get_bucket_policy", {"Bucket": "nil"}, "NoSuchBucket", id="rest-xml"),
        pytest.param(
            "lambda",
            "get_function",
            {"FunctionName": "none"},
            "ResourceNotFoundException",
            id="rest-json",
        ),
    ],
)
def test_missing_resource_is_refused_in_each_protocol(
    running_twin: RunningTwin,
    service: str,
    operation: str,
    arguments: dict[str, object],
    expected: str,
) -> None:
    with pytest.raises(ClientError) as refused:
        getattr(running_twin.client(service), operation)(**arguments)

    assert refused.value.response["Error"]["Code"] == expected


@pytest.mark.parametrize(
    ("service", "operation", "arguments"),
    [
        pytest.param(
            "sagemaker", "describe_cluster_scheduler_config", {"ClusterSchedulerConfigId": "a" * 12}
        ),
        pytest.param("codepipeline", "list_webhooks", {}),
        pytest.param(
            "sagemaker",
            "create_compilation_job",
            {
                "CompilationJobName": "pretended",
                "RoleArn": f"arn:aws:iam::{DATA_SCIENCE}:role/x",
                "OutputConfig": {"S3OutputLocation": "s3://bucket/out"},
                "StoppingCondition": {},
            },
        ),
        pytest.param(
            "iam",
            "generate_service_last_accessed_details",
            {"Arn": f"arn:aws:iam::{DATA_SCIENCE}:role/x"},
        ),
        pytest.param("s3", "get_bucket_metrics_configuration", {"Bucket": "nil", "Id": "x"}),
    ],
)
def test_unknown_operation_never_succeeds(
    running_twin: RunningTwin, service: str, operation: str, arguments: dict[str, object]
) -> None:
    with pytest.raises(ClientError) as refused:
        getattr(running_twin.client(service), operation)(**arguments)

    code = refused.value.response["Error"]["Code"]
    assert code in {"UnknownOperationException", "NoSuchBucket", "NoSuchConfiguration"}, code


@pytest.mark.parametrize(
    ("service", "operation", "arguments"),
    [
        pytest.param(
            "sagemaker",
            "create_inference_recommendations_job",
            {
                "JobName": "pretended",
                "JobType": "Default",
                "RoleArn": f"arn:aws:iam::{DATA_SCIENCE}:role/pretended-of-nobody",
                "InputConfig": {"ModelName": "pretended"},
            },
        ),
        pytest.param(
            "sagemaker",
            "put_endpoint_policy",
            {"EndpointName": "pretended", "ResourcePolicy": "{}"},
        ),
        pytest.param(
            "ec2",
            "modify_vpc_endpoint_payer_responsibility",
            {
                "VpcEndpointId": "vpce-0123456789abcdef0",
                "PayerResponsibility": "vpc-endpoint-account",
                "Scope": "vpc-endpoint-charges",
            },
        ),
    ],
)
def test_operation_of_which_nobody_knows_what_it_asks_for_is_refused(
    running_twin: RunningTwin, service: str, operation: str, arguments: dict[str, object]
) -> None:
    with pytest.raises(ClientError, match="the twin does not know what this asks for"):
        getattr(running_twin.client(service), operation)(**arguments)


def test_unsigned_request_is_refused(running_twin: RunningTwin) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{running_twin.url}/some-bucket/key", timeout=10)  # noqa: S310

    with refused.value as answer:
        assert answer.code == 403
        assert b"<Code>AccessDenied</Code>" in answer.read()


def test_control_api_without_its_token_is_refused(running_twin: RunningTwin) -> None:
    request = urllib.request.Request(f"{running_twin.url}/_twin/reset", method="POST")  # noqa: S310
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)  # noqa: S310

    with refused.value as answer:
        assert answer.code == 403


def test_servers_own_backdoor_is_closed(running_twin: RunningTwin) -> None:
    ssm = running_twin.client("ssm")
    name = "/" + unique("kept")
    ssm.put_parameter(Name=name, Value="x", Type="String")

    with pytest.raises(ClientError):
        running_twin.client("s3").list_objects_v2(Bucket="moto-api")
    with pytest.raises(ClientError):
        running_twin.client("s3").put_object(Bucket="moto-api", Key="reset", Body=b"")

    assert ssm.get_parameter(Name=name)["Parameter"]["Value"] == "x"


def test_every_request_leaves_a_record(running_twin: RunningTwin) -> None:
    name = "/" + unique("seen")
    with pytest.raises(ClientError):
        running_twin.client("ssm").get_parameter(Name=name)

    records = [
        json.loads(line)
        for line in (running_twin.folder / "audit.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    [record] = [r for r in records if (r.get("requestParameters") or {}).get("Name") == name]
    assert record["eventName"] == "GetParameter"
    assert record["userIdentity"]["arn"].startswith(f"arn:aws:sts::{DATA_SCIENCE}:assumed-role/")


def test_stock_aws_command_works(running_twin: RunningTwin) -> None:
    command = shutil.which(
        "aws", path=str(Path(sys.executable).parent) + os.pathsep + os.environ["PATH"]
    )
    assert command is not None
    name = bucket(running_twin, DATA_SCIENCE)

    told = subprocess.run(
        [command, "s3", "ls"],
        env=running_twin.environment(DATA_SCIENCE),
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert told.returncode == 0, told.stderr
    assert name in told.stdout


def test_twin_knows_nothing_of_the_platform() -> None:
    program = (
        "import sys, twin.server, twin.lifecycle, twin.access\n"
        "known = ('pipelines', 'scripts', 'policies')\n"
        # How IAM decides is AWS's own, and knows no platform either.
        "print([m for m in sys.modules if m.split('.')[0] in known\n"
        "       and m != 'policies' and not (m + '.').startswith('policies.iam.')])"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60
    )

    assert told.stdout.strip() == "[]", told.stderr


def test_the_first_requests_of_a_service_all_find_its_operation_when_they_come_at_once() -> None:
    # In a process of its own, where nobody has read the service's model yet.
    script = """
import threading, time
from moto.core.model import OperationModel
from moto.core.request import Request
from twin import wire
# Long enough for another thread to look into the cache in between.
read = OperationModel.__init__
OperationModel.__init__ = lambda *given: (time.sleep(0.001), read(*given))[1]
start, found = threading.Barrier(16), []
def ask():
    start.wait()
    try:
        request = Request.from_primitives("PUT", "http://s3/some-bucket", {"Host": "s3"})
        found.append(wire.match("s3", request, b"").operation.name)
    except Exception as error:
        found.append(str(error))
threads = [threading.Thread(target=ask) for _ in range(16)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert found == ["CreateBucket"] * 16, found
"""
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, timeout=60)


def test_routers_are_made_by_one_thread_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two threads that make syntax trees at a time break each other in Python 3.11."""
    make = ServiceOperationRouter._get_router
    alone: list[bool] = []

    def watched(router: ServiceOperationRouter, protocol: str) -> object:
        if protocol not in router._routers:
            alone.append(wire._READING.locked())
        return make(router, protocol)

    monkeypatch.setattr(ServiceOperationRouter, "_get_router", watched)
    request = Request(EnvironBuilder("/-/vaults", method="GET").get_environ())
    get_service_router.cache_clear()
    try:
        assert wire.match("glacier", request, b"").operation.name == "ListVaults"
    finally:
        get_service_router.cache_clear()
    assert alone == [True]
