"""What slipped past the guardrails is stopped, and people hear why; what is right is left alone.

The guardrails are lifted for it, as they are for an account that is not in its unit: an
administrator does what they would refuse.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.journeys.stage import Stage, until
from tests.journeys.story import Story
from twin.control_client import ControlClient

pytestmark = [pytest.mark.journey, pytest.mark.long]

_ACCOUNT = "data-science"
_LIMIT_SECONDS = 60
# SageMaker runs jobs of these names as the training role.
_PREFIX = "pipelines-journey"


@pytest.fixture(scope="module", autouse=True)
def lifted(platform: Story) -> Iterator[None]:
    """Lift the guardrails, and attach them again afterwards."""
    platform.stage.gatehouse("destroy", "--account", "organization", "--yes")
    yield
    platform.stage.attach_guardrails()


def test_a_job_without_isolation_and_network_is_stopped_and_people_hear_why(
    platform: Story,
) -> None:
    stage, name = platform.stage, f"{_PREFIX}-bad"
    sagemaker = stage.client("sagemaker", _ACCOUNT)
    sagemaker.create_training_job(**_training(stage, name))

    def stopped() -> str | None:
        status = sagemaker.describe_training_job(TrainingJobName=name)["TrainingJobStatus"]
        return str(status) if status not in ("InProgress", "Stopping") else None

    assert until(stopped, "the job ends", _LIMIT_SECONDS) == "Stopped"
    notice = until(lambda: _notice(stage, name), "people hear of the job", _LIMIT_SECONDS)
    assert notice["subject"] == f"Stopped: training job {name}"
    for control in ("SMI-01", "SMI-03", "SMI-04", "SMI-05", "SMI-06"):
        assert f"- {control}: " in notice["message"]
    assert "OrganizationAccountAccessRole/journey" in notice["message"]
    heard = {recipient["endpoint"] for recipient in notice["recipients"]}
    assert heard == {"omar@example.com", "petra@example.com"}


def test_a_job_that_holds_every_rule_is_left_alone(platform: Story) -> None:
    stage, name = platform.stage, f"{_PREFIX}-good"
    sagemaker = stage.client("sagemaker", _ACCOUNT)
    sagemaker.create_training_job(**_training(stage, name) | _compliant(stage))
    until(lambda: _judged(stage, f"training job {name} holds"), "the job is judged", _LIMIT_SECONDS)

    status = sagemaker.describe_training_job(TrainingJobName=name)["TrainingJobStatus"]
    assert status == "InProgress"
    assert _notice(stage, name) is None
    sagemaker.stop_training_job(TrainingJobName=name)


def test_a_model_without_isolation_is_deleted(platform: Story) -> None:
    stage, name = platform.stage, f"{_PREFIX}-model"
    sagemaker = stage.client("sagemaker", _ACCOUNT)
    sagemaker.create_model(
        ModelName=name,
        ExecutionRoleArn=stage.naming.role_arn(_ACCOUNT, "training"),
        PrimaryContainer={"Image": _image(stage)},
    )

    def gone() -> bool | None:
        try:
            sagemaker.describe_model(ModelName=name)
        except ClientError:
            return True
        return None

    until(gone, "the model is deleted", _LIMIT_SECONDS)
    notice = until(lambda: _notice(stage, name), "people hear of the model", _LIMIT_SECONDS)
    assert notice["subject"] == f"Deleted: model {name}"
    assert "- SME-01: " in notice["message"]


def _training(stage: Stage, name: str) -> dict[str, Any]:
    """Return a job that does nothing for five minutes, bound to nothing."""
    bucket = stage.naming.bucket_name(_ACCOUNT, "models")
    return {
        "TrainingJobName": name,
        "RoleArn": stage.naming.role_arn(_ACCOUNT, "training"),
        "AlgorithmSpecification": {
            "TrainingImage": _image(stage),
            "TrainingInputMode": "File",
            "ContainerArguments": ["300"],
            "ContainerEntrypoint": ["sleep"],
        },
        "OutputDataConfig": {"S3OutputPath": f"s3://{bucket}/journey"},
        "ResourceConfig": {
            "InstanceCount": 1,
            "InstanceType": "ml.m5.large",
            "VolumeSizeInGB": 5,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 600},
    }


def _compliant(stage: Stage) -> dict[str, Any]:
    """Return what makes the job hold every rule."""
    key = _parameter(stage, "keys/models-arn")
    given = _training(stage, "any")
    return {
        "EnableInterContainerTrafficEncryption": True,
        "EnableNetworkIsolation": True,
        "OutputDataConfig": given["OutputDataConfig"] | {"KmsKeyId": key},
        "ResourceConfig": given["ResourceConfig"] | {"VolumeKmsKeyId": key},
        "VpcConfig": {
            "SecurityGroupIds": _parameter(stage, "network/workload-security-group-ids").split(","),
            "Subnets": _parameter(stage, "network/subnet-ids").split(","),
        },
    }


def _image(stage: Stage) -> str:
    ecr = stage.client("ecr", _ACCOUNT)
    name = stage.naming.repository_name(_ACCOUNT, "model")
    repository = ecr.describe_repositories(repositoryNames=[name])["repositories"][0]
    digest = ecr.describe_images(repositoryName=name)["imageDetails"][0]["imageDigest"]
    return f"{repository['repositoryUri']}@{digest}"


def _parameter(stage: Stage, path: str) -> str:
    root = f"/{stage.naming.organization.prefix}/{_ACCOUNT}"
    answer = stage.client("ssm", _ACCOUNT).get_parameter(Name=f"{root}/{path}")
    return str(answer["Parameter"]["Value"])


def _notice(stage: Stage, name: str) -> dict[str, Any] | None:
    """Return what people heard of a resource."""
    for notice in _notices(stage):
        if str(notice["subject"]).endswith(f" {name}"):
            return notice
    return None


def _notices(stage: Stage) -> list[dict[str, Any]]:
    client = ControlClient(stage.environment["AWS_ENDPOINT_URL"], stage.folder / "twin")
    found: list[dict[str, Any]] = client.get("notices")["notices"]
    return found


def _judged(stage: Stage, words: str) -> bool | None:
    """Tell whether the function's log says so."""
    prefix = f"{stage.naming.organization.prefix}-{_ACCOUNT}"
    answer = stage.client("logs", _ACCOUNT).filter_log_events(
        logGroupName=f"/aws/lambda/{prefix}-detective", filterPattern=f'"{words}"'
    )
    return True if answer["events"] else None
