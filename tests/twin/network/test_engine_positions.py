"""From where engines act: the thing itself, and what its service fetches, stores and writes for it.

Each call is told by its service and by where it came from; the twin is asked by its engines alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest

from tests.twin.engines.accounts import TOOLS, Lab, until, zipped
from tests.twin.engines.functions import function, invoke
from tests.twin.engines.serving import config_of, endpoint, model, runtime, settled
from tests.twin.engines.studio import Studio
from tests.twin.engines.tiny_image import push
from tests.twin.network.conftest import Watched
from tests.twin.network.ground import Ground
from twin.call import INTERNET, Call, Position
from twin.network import OUTSIDE, of_service

SAGEMAKER = of_service("sagemaker.amazonaws.com")
_ASKS = (
    "import boto3\n"
    "def handle(event, context):\n"
    "    return boto3.client('sts').get_caller_identity()['Account']\n"
)


@pytest.fixture(scope="module")
def studio(lab: Lab) -> Studio:
    """An image, a role and a bucket."""
    return Studio(lab, push(lab), lab.role("sagemaker"), lab.bucket())


@pytest.mark.parametrize("isolated", [True, False], ids=["isolated", "with network"])
def test_a_training_job_in_a_vpc_carries_its_data_through_it(
    studio: Studio, watched: Watched, ground: Ground, isolated: bool
) -> None:
    studio.put("rows/a.csv", "1\n2\n")
    network = {"VpcConfig": _sagemaker(ground), "EnableNetworkIsolation": isolated}
    with watched.watching() as calls:
        job = studio.train(**network, InputDataConfig=[_channel(studio)])
    assert job["TrainingJobStatus"] == "Completed"
    assert _from(calls, studio) == {
        "s3": {ground.position},
        "ecr": {SAGEMAKER},
        "logs": {SAGEMAKER},
    }


def test_a_training_job_without_a_vpc_carries_its_data_over_the_internet(
    studio: Studio, watched: Watched, ground: Ground
) -> None:
    studio.put("rows/a.csv", "1\n2\n")
    with watched.watching() as calls:
        job = studio.train(InputDataConfig=[_channel(studio)])
    assert job["TrainingJobStatus"] == "Completed"
    found = _from(calls, studio)
    assert found["s3"] == {OUTSIDE}
    assert {each.vpc_id for positions in found.values() for each in positions} == {None}


def test_a_processing_job_and_its_program_act_from_its_vpc(
    studio: Studio, watched: Watched, ground: Ground
) -> None:
    network = {"EnableNetworkIsolation": False, "VpcConfig": _sagemaker(ground)}
    with watched.watching() as calls:
        job = studio.process("ask", NetworkConfig=network)
    assert job["ProcessingJobStatus"] == "Completed", job
    assert _from(calls, studio)["sts"] == {ground.position}


def test_a_program_without_a_vpc_acts_over_the_internet(studio: Studio, watched: Watched) -> None:
    with watched.watching() as calls:
        job = studio.process("ask", NetworkConfig={"EnableNetworkIsolation": False})
    assert job["ProcessingJobStatus"] == "Completed", job
    assert _from(calls, studio)["sts"] == {OUTSIDE}


def test_a_job_in_a_subnet_that_is_not_there_fails_and_says_so(studio: Studio) -> None:
    network = {"Subnets": ["subnet-gone"], "SecurityGroupIds": ["sg-gone"]}
    job = studio.train(VpcConfig=network)
    assert job["TrainingJobStatus"] == "Failed"
    assert "The subnet ID 'subnet-gone' does not exist" in job["FailureReason"]


def test_a_model_is_fetched_and_its_traffic_kept_through_its_vpc(
    studio: Studio, watched: Watched, ground: Ground
) -> None:
    capture = {
        "EnableCapture": True,
        "InitialSamplingPercentage": 100,
        "DestinationS3Uri": f"s3://{studio.bucket}/captured",
        "CaptureOptions": [{"CaptureMode": "Input"}],
    }
    served = model(studio, "one", VpcConfig=_sagemaker(ground))
    made = config_of(studio, {"All": served}, DataCaptureConfig=capture)
    with watched.watching() as calls:
        name = endpoint(studio, made)
        assert settled(studio, name)["EndpointStatus"] == "InService"
        runtime(studio).invoke_endpoint(EndpointName=name, Body=b"1", ContentType="text/csv")
        until(lambda: "PutObject" in _operations(calls, studio), "captured traffic")
        studio.sagemaker.delete_endpoint(EndpointName=name)
    found = _from(calls, studio)
    assert {"GetObject", "PutObject"} <= _operations(calls, studio)
    assert found["s3"] == {ground.position}
    assert found["ecr"] == {SAGEMAKER}


def test_a_build_in_a_vpc_fetches_runs_and_stores_in_it_and_logs_from_outside(
    lab: Lab, watched: Watched, ground: Ground
) -> None:
    bucket, role = lab.bucket(), lab.role("codebuild")
    body = zipped({"buildspec.yml": _buildspec("aws sts get-caller-identity")})
    lab.client("s3").put_object(Bucket=bucket, Key="source.zip", Body=body)
    lab.client("ssm").put_parameter(Name="/net/word", Value="yes", Type="String", Overwrite=True)
    project = lab.project(
        "",
        serviceRole=role,
        source={"type": "S3", "location": f"{bucket}/source.zip"},
        artifacts={"type": "S3", "location": bucket, "name": "out"},
        vpcConfig=_codebuild(ground),
    )
    with watched.watching() as calls:
        build = lab.build(project)
    assert build["buildStatus"] == "SUCCEEDED", lab.log(build)
    inside, own = {ground.position}, {of_service("codebuild.amazonaws.com")}
    assert _from(calls, role) == {"s3": inside, "ssm": inside, "sts": inside, "logs": own}


def test_a_build_without_a_vpc_acts_over_the_internet(lab: Lab, watched: Watched) -> None:
    role = lab.role("codebuild")
    project = lab.project(_buildspec("aws sts get-caller-identity"), serviceRole=role)
    with watched.watching() as calls:
        build = lab.build(project)
    assert build["buildStatus"] == "SUCCEEDED", lab.log(build)
    assert _from(calls, role)["sts"] == {OUTSIDE}


def test_a_build_in_a_subnet_that_is_not_there_fails_while_it_is_provisioned(lab: Lab) -> None:
    network = {"vpcId": "vpc-gone", "subnets": ["subnet-gone"], "securityGroupIds": ["sg-gone"]}
    build = lab.build(lab.project(_buildspec("true"), vpcConfig=network))
    assert build["buildStatus"] == "FAILED"
    failed = next(each for each in build["phases"] if each["phaseType"] == "PROVISIONING")
    (context,) = failed["contexts"]
    assert context["statusCode"] == "VPC_CLIENT_ERROR"
    assert "subnet-gone" in context["message"]


def test_a_function_in_a_vpc_acts_in_it_and_lambda_writes_its_log(
    lab: Lab, watched: Watched, ground: Ground
) -> None:
    role = lab.role("lambda")
    network = {"SubnetIds": ground.subnets, "SecurityGroupIds": [ground.workload]}
    name = function(lab, _ASKS, Role=role, VpcConfig=network, Timeout=30)
    with watched.watching() as calls:
        assert invoke(lab, name).payload == TOOLS
    own = of_service("lambda.amazonaws.com")
    assert _from(calls, role) == {"sts": {ground.position}, "logs": {own}}


def test_a_function_that_is_moved_acts_from_where_it_is_now(
    lab: Lab, watched: Watched, ground: Ground
) -> None:
    role = lab.role("lambda")
    name = function(lab, _ASKS, Role=role, Timeout=30)
    with watched.watching() as calls:
        invoke(lab, name)
        assert _from(calls, role)["sts"] == {OUTSIDE}
    network = {"SubnetIds": ground.subnets, "SecurityGroupIds": [ground.workload]}
    lab.client("lambda").update_function_configuration(FunctionName=name, VpcConfig=network)
    with watched.watching() as calls:
        invoke(lab, name)
    assert _from(calls, role)["sts"] == {ground.position}


def test_a_pipeline_of_sagemaker_makes_its_jobs_from_sagemakers_network(
    studio: Studio, watched: Watched
) -> None:
    arguments = studio.processing("nap")
    del arguments["ProcessingJobName"]
    step = {"Name": "Nap", "Type": "Processing", "Arguments": arguments}
    with watched.watching() as calls:
        ended = studio.execute(studio.pipeline([step]))
    assert ended["PipelineExecutionStatus"] == "Succeeded"
    made = [each for each in calls if each.operation == "CreateProcessingJob"]
    assert [each.position for each in made] == [SAGEMAKER]


def test_events_are_delivered_from_the_network_of_their_service(lab: Lab, watched: Watched) -> None:
    url, arn = lab.queue()
    events = lab.client("events")
    events.put_rule(Name="net-rule", EventPattern=json.dumps({"source": ["net.test"]}))
    events.put_targets(Rule="net-rule", Targets=[{"Id": "one", "Arn": arn}])
    entry = {"Source": "net.test", "DetailType": "x", "Detail": "{}"}
    with watched.watching() as calls:
        events.put_events(Entries=[entry])
        lab.received(url)
    sent = [each.position for each in calls if each.operation == "SendMessage"]
    assert sent == [of_service("events.amazonaws.com")]
    put = [each.position for each in calls if each.operation == "PutEvents"]
    assert put == [INTERNET]


def _from(calls: Iterable[Call], who: Studio | str) -> dict[str, set[Position]]:
    """Return from where a role asked which services."""
    role = who.role if isinstance(who, Studio) else who
    found: dict[str, set[Position]] = {}
    for each in list(calls):
        if each.caller.role_arn == role:
            found.setdefault(each.service, set()).add(each.position)
    return found


def _operations(calls: Iterable[Call], studio: Studio) -> set[str]:
    return {each.operation for each in list(calls) if each.caller.role_arn == studio.role}


def _channel(studio: Studio) -> dict[str, Any]:
    source = {"S3Uri": f"s3://{studio.bucket}/rows", "S3DataType": "S3Prefix"}
    return {"ChannelName": "rows", "DataSource": {"S3DataSource": source}}


def _sagemaker(ground: Ground) -> dict[str, Any]:
    return {"Subnets": ground.subnets, "SecurityGroupIds": [ground.workload]}


def _codebuild(ground: Ground) -> dict[str, Any]:
    return {
        "vpcId": ground.vpc,
        "subnets": ground.subnets,
        "securityGroupIds": [ground.workload],
    }


def _buildspec(command: str) -> str:
    return json.dumps(
        {
            "version": "0.2",
            "env": {"parameter-store": {"WORD": "/net/word"}} if "sts" in command else {},
            "phases": {"build": {"commands": [command, "echo made > made.txt"]}},
            "artifacts": {"files": ["made.txt"]},
        }
    )
