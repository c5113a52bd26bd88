"""Endpoints serve models, change without losing a request, and keep what worked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.twin.engines.accounts import REGION, Lab, until
from tests.twin.engines.serving import (
    config,
    config_of,
    endpoint,
    invoke,
    model,
    processes,
    runtime,
    settled,
)
from tests.twin.engines.studio import Studio
from tests.twin.engines.tiny_image import push
from twin.engines.containers import mode
from twin.engines.containers.mode import Mode


@pytest.fixture(scope="module")
def studio(lab: Lab) -> Studio:
    return Studio(lab, push(lab), lab.role("sagemaker"), lab.bucket())


@pytest.fixture
def without_namespaces() -> Iterator[None]:
    found = mode.detect()
    mode._found[:] = [Mode.PATH_PREFIX]
    yield
    mode._found[:] = [found]


def test_an_endpoint_answers_and_passes_on_what_it_is_given(studio: Studio) -> None:
    name = endpoint(studio, config(studio, {"All": "one"}))
    described = settled(studio, name)
    assert described["EndpointStatus"] == "InService"
    (variant,) = described["ProductionVariants"]
    assert (variant["CurrentInstanceCount"], variant["CurrentWeight"]) == (2, 1.0)
    assert variant["DeployedImages"][0]["SpecifiedImage"] == studio.image
    answer = runtime(studio).invoke_endpoint(
        EndpointName=name,
        Body=b"1,2",
        ContentType="text/csv",
        Accept="text/csv; header=present",
        CustomAttributes="trace=1",
    )
    assert answer["Body"].read() == b"one:1,2"
    assert answer["ContentType"] == "text/csv; header=present"
    assert (answer["InvokedProductionVariant"], answer["CustomAttributes"]) == ("All", "trace=1")


@pytest.mark.parametrize(
    ("body", "status", "side"), [(b"bad", 400, "client"), (b"worse", 500, "server")]
)
def test_what_the_container_refuses_is_a_model_error(
    studio: Studio, served: str, body: bytes, status: int, side: str
) -> None:
    with pytest.raises(ClientError, match=rf"Received {side} error \({status}\)") as caught:
        runtime(studio).invoke_endpoint(EndpointName=served, Body=body)
    response = caught.value.response
    assert response["Error"]["Code"] == "ModelError"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 424
    assert response["OriginalStatusCode"] == status


def test_an_unknown_endpoint_or_variant_is_not_found(studio: Studio, served: str) -> None:
    with pytest.raises(ClientError, match=r"Endpoint nobody of account \d+ not found") as caught:
        runtime(studio).invoke_endpoint(EndpointName="nobody", Body=b"x")
    assert caught.value.response["Error"]["Code"] == "ValidationError"
    with pytest.raises(ClientError, match="Variant Other"):
        runtime(studio).invoke_endpoint(EndpointName=served, Body=b"x", TargetVariant="Other")
    with pytest.raises(ClientError, match=r'Could not find endpoint ".*endpoint/nobody"'):
        studio.sagemaker.describe_endpoint(EndpointName="nobody")


def test_an_update_with_a_broken_model_keeps_the_old_one(studio: Studio, served: str) -> None:
    before = studio.sagemaker.describe_endpoint(EndpointName=served)["EndpointConfigName"]
    broken = config(studio, {"All": "broken"})
    studio.sagemaker.update_endpoint(EndpointName=served, EndpointConfigName=broken)
    described = settled(studio, served)
    assert (described["EndpointStatus"], described["EndpointConfigName"]) == ("InService", before)
    assert "did not pass the ping health check" in described["FailureReason"]
    assert "cannot load the model" in described["FailureReason"]
    assert "PendingDeploymentSummary" not in described
    assert invoke(studio, served, b"still") == "one:still"


def test_a_broken_model_fails_a_new_endpoint_with_its_log(studio: Studio) -> None:
    name = endpoint(studio, config(studio, {"All": "broken"}))
    described = settled(studio, name)
    assert described["EndpointStatus"] == "Failed"
    assert "cannot load the model" in described["FailureReason"]
    studio.sagemaker.delete_endpoint(EndpointName=name)


def test_a_missing_archive_fails_a_new_endpoint_with_its_address(studio: Studio) -> None:
    missing = model(studio, "none", uri=f"s3://{studio.bucket}/missing/model.tar.gz")
    name = endpoint(studio, config_of(studio, {"All": missing}))
    described = settled(studio, name)
    assert described["EndpointStatus"] == "Failed"
    assert f"s3://{studio.bucket}/missing/model.tar.gz" in described["FailureReason"]


def test_an_update_loses_no_request(studio: Studio) -> None:
    name = endpoint(studio, config(studio, {"All": "old"}))
    settled(studio, name)
    answers: list[str] = []
    enough = threading.Event()

    def ask() -> None:
        while not enough.is_set():
            answers.append(invoke(studio, name, b"slow"))

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask) for _ in range(4)]
        until(lambda: answers, "a first answer")
        new = config(studio, {"All": "new"})
        studio.sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=new)
        assert settled(studio, name)["EndpointConfigName"] == new
        until(lambda: answers[-1] == "new", "an answer of the new model")
        enough.set()
    for one in asking:
        one.result()
    first_new = answers.index("new")
    assert set(answers) == {"old", "new"}
    assert set(answers[first_new + 8 :]) <= {"new"}


def test_traffic_follows_the_weights(studio: Studio) -> None:
    name = endpoint(studio, config(studio, {"A": "a", "B": "b"}))
    settled(studio, name)
    both = {invoke(studio, name, b"x") for _ in range(20)}
    assert both == {"a:x", "b:x"}
    assert invoke(studio, name, b"x", TargetVariant="B") == "b:x"
    studio.sagemaker.update_endpoint_weights_and_capacities(
        EndpointName=name,
        DesiredWeightsAndCapacities=[
            {"VariantName": "A", "DesiredWeight": 0, "DesiredInstanceCount": 3}
        ],
    )
    assert {invoke(studio, name, b"x") for _ in range(10)} == {"b:x"}
    variants = studio.sagemaker.describe_endpoint(EndpointName=name)["ProductionVariants"]
    assert (variants[0]["CurrentWeight"], variants[0]["CurrentInstanceCount"]) == (0.0, 3)


def test_an_update_can_keep_weights_and_counts(studio: Studio) -> None:
    wanted = config(studio, {"A": "a", "B": "b"})
    name = endpoint(studio, wanted)
    settled(studio, name)
    studio.sagemaker.update_endpoint_weights_and_capacities(
        EndpointName=name,
        DesiredWeightsAndCapacities=[
            {"VariantName": "A", "DesiredWeight": 0, "DesiredInstanceCount": 3}
        ],
    )
    studio.sagemaker.update_endpoint(
        EndpointName=name,
        EndpointConfigName=wanted,
        RetainAllVariantProperties=True,
        ExcludeRetainedVariantProperties=[{"VariantPropertyType": "DesiredInstanceCount"}],
    )
    (first, _) = settled(studio, name)["ProductionVariants"]
    assert (first["CurrentWeight"], first["CurrentInstanceCount"]) == (0.0, 2)


def test_a_container_that_dies_is_started_anew(studio: Studio) -> None:
    name = endpoint(studio, config(studio, {"All": "one"}))
    settled(studio, name)
    with pytest.raises(ClientError, match=r"Received server error \(0\)"):
        invoke(studio, name, b"die")

    def answers() -> bool:
        try:
            return invoke(studio, name, b"x") == "one:x"
        except ClientError:
            return False

    until(answers, "an answer of the new container")


def test_captured_traffic_is_written_as_json_lines(studio: Studio) -> None:
    capture = {
        "EnableCapture": True,
        "InitialSamplingPercentage": 100,
        "DestinationS3Uri": f"s3://{studio.bucket}/captured",
        "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
    }
    wanted = config(studio, {"All": "one"}, DataCaptureConfig=capture)
    name = endpoint(studio, wanted)
    settled(studio, name)
    runtime(studio).invoke_endpoint(
        EndpointName=name, Body=b"1", ContentType="text/csv", Accept="text/csv", InferenceId="i-1"
    )
    s3 = studio.lab.client("s3")

    def written() -> Any:
        prefix = f"captured/{name}/All/"
        return s3.list_objects_v2(Bucket=studio.bucket, Prefix=prefix).get("Contents")

    key = until(written, "the captured traffic")[0]["Key"]
    (line,) = studio.get(key).decode().splitlines()
    record = json.loads(line)
    assert record["eventMetadata"]["inferenceId"] == "i-1"
    assert record["captureData"]["endpointInput"] == {
        "observedContentType": "text/csv",
        "mode": "INPUT",
        "data": "1",
        "encoding": "CSV",
    }
    assert record["captureData"]["endpointOutput"]["data"] == "one:1"


def test_a_deleted_endpoint_leaves_no_process_and_no_files(studio: Studio) -> None:
    name = endpoint(studio, config(studio, {"All": "one"}))
    settled(studio, name)
    folders = studio.lab.twin.settings.folder / "endpoints"
    held = set(folders.iterdir())
    newest = max(held, key=lambda path: path.stat().st_ctime)
    assert processes(newest.name)
    studio.sagemaker.delete_endpoint(EndpointName=name)
    until(lambda: not newest.exists() and not processes(newest.name), "its end")
    with pytest.raises(ClientError, match="not found"):
        invoke(studio, name, b"x")


def test_terraform_is_answered_when_the_endpoint_is_ready(studio: Studio) -> None:
    name = endpoint(studio, config(studio, {"All": "one"}))
    credentials = studio.lab.credentials(studio.account_id)
    terraform = boto3.client(
        "sagemaker",
        endpoint_url=studio.lab.twin.url,
        region_name=REGION,
        aws_access_key_id=credentials.access_key_id,
        aws_secret_access_key=credentials.secret_access_key,
        aws_session_token=credentials.session_token,
        config=Config(user_agent_extra="HashiCorp Terraform/1.11"),
    )
    asked = 1
    while terraform.describe_endpoint(EndpointName=name)["EndpointStatus"] == "Creating":
        asked += 1
    # Each answer may wait for eight seconds: a few questions are enough on a slow machine.
    assert asked < 5
    assert invoke(studio, name, b"x") == "one:x"


def test_an_endpoint_in_progress_cannot_be_changed(studio: Studio) -> None:
    wanted = config(studio, {"All": "one"})
    name = endpoint(studio, wanted)
    with pytest.raises(ClientError, match="Cannot update in-progress endpoint"):
        studio.sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=wanted)
    with pytest.raises(ClientError, match="Cannot create already existing endpoint"):
        studio.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=wanted)
    settled(studio, name)


@pytest.mark.usefixtures("without_namespaces")
def test_an_endpoint_serves_without_namespaces(studio: Studio) -> None:
    name = endpoint(studio, config(studio, {"All": "plain"}))
    assert settled(studio, name)["EndpointStatus"] == "InService"
    assert invoke(studio, name, b"x") == "plain:x"


@pytest.fixture(scope="module")
def served(studio: Studio) -> str:
    name = endpoint(studio, config(studio, {"All": "one"}))
    assert settled(studio, name)["EndpointStatus"] == "InService"
    return name
