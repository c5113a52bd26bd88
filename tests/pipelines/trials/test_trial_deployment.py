"""A trial runs exactly what was ordered, or its step fails and says why."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.errors import EnvironmentFault, Finding, GatehouseError
from pipelines.trials.handler import answer_to
from tests.pipelines.trials.sagemaker import (
    ENDPOINT,
    SETTINGS,
    FakeSageMaker,
    arn,
    pace,
    package,
    refused,
)


def started(client: FakeSageMaker, version: int = 1, **changes: Any) -> dict[str, str]:
    event = {
        "action": "start",
        "instance_type": "ml.m5.large",
        "model": "churn",
        "package_arn": arn(version),
        "wanted": "serving",
        **changes,
    }
    return answer_to(event, SETTINGS, client, pace())


def waited(client: FakeSageMaker, before: dict[str, str], **changes: Any) -> dict[str, str]:
    event = {"action": "wait", "last": False, "model": "churn", **before}
    seconds = changes.pop("seconds", 600.0)
    return answer_to({**event, **changes}, SETTINGS, client, pace(seconds))


def deployed(client: FakeSageMaker, version: int = 1) -> dict[str, str]:
    client.packages[arn(version)] = package(version)
    return waited(client, started(client, version))


def test_an_approved_version_is_put_behind_an_endpoint_of_its_own() -> None:
    client = FakeSageMaker()
    told = deployed(client)
    assert told["state"] == "InService"
    assert told["endpoint"] == ENDPOINT
    assert client.endpoint == {
        "EndpointStatus": "InService",
        "EndpointConfigName": told["configuration"],
    }
    (model,) = client.models.values()
    assert model["EnableNetworkIsolation"] is True
    assert model["VpcConfig"] == {
        "SecurityGroupIds": ["sg-1"],
        "Subnets": ["subnet-1", "subnet-2"],
    }
    (configuration,) = client.configurations.values()
    assert configuration["KmsKeyId"] == SETTINGS.key_arn
    assert configuration["DataCaptureConfig"]["EnableCapture"] is True
    assert configuration["DataCaptureConfig"]["DestinationS3Uri"].startswith("s3://acme-lab-data/x")


def test_another_version_really_updates_and_leaves_nothing_of_the_old() -> None:
    client = FakeSageMaker()
    first = deployed(client, 1)
    second = deployed(client, 2)
    assert client.calls.count("UpdateEndpoint") == 1
    assert client.calls.count("CreateEndpoint") == 1
    assert second["configuration"] != first["configuration"]
    assert client.endpoint is not None
    assert client.endpoint["EndpointConfigName"] == second["configuration"]
    assert list(client.configurations) == [second["configuration"]]
    (model,) = client.models.values()
    assert "run-2" in model["PrimaryContainer"]["ModelDataUrl"]


def test_the_same_version_again_changes_nothing() -> None:
    client = FakeSageMaker()
    first = deployed(client)
    again = deployed(client)
    assert again["configuration"] == first["configuration"]
    assert "UpdateEndpoint" not in client.calls
    assert len(client.models) == len(client.configurations) == 1


def test_an_update_that_is_undone_in_silence_fails_and_keeps_what_runs() -> None:
    client = FakeSageMaker()
    first = deployed(client, 1)
    client.rolls_back = True
    with pytest.raises(Finding, match="to which SageMaker has gone back"):
        deployed(client, 2)
    assert client.endpoint is not None
    assert client.endpoint["EndpointConfigName"] == first["configuration"]
    assert list(client.configurations) == [first["configuration"]]
    assert len(client.models) == 1


def test_an_endpoint_that_fails_is_told_with_its_reason_and_can_be_deployed_again() -> None:
    client = FakeSageMaker(ends_as="Failed")
    with pytest.raises(Finding, match="got Failed: The container did not pass the ping"):
        deployed(client)
    client.ends_as = "InService"
    told = deployed(client, 2)
    assert client.calls.count("DeleteEndpoint") == 1
    assert told["state"] == "InService"
    assert list(client.configurations) == [told["configuration"]]


@pytest.mark.parametrize(
    ("changes", "must"),
    [
        ({"ModelApprovalStatus": "Rejected"}, "must have the approval status Approved"),
        ({"ModelApprovalStatus": "PendingManualApproval"}, "must have the approval status"),
        ({"ModelPackageGroupName": "acme-other"}, "must be of the group acme-churn"),
        ({"ModelPackageStatus": "Failed"}, "must have the status Completed"),
        (
            {"container": {"Image": "222222222222.dkr.ecr.eu-west-1.amazonaws.com/a@sha256:1"}},
            "must have its image by digest in",
        ),
        ({"container": {"ModelDataUrl": "s3://elsewhere/model.tar.gz"}}, "must have its archive"),
    ],
)
def test_what_may_not_be_tried_changes_nothing(changes: dict[str, Any], must: str) -> None:
    client = FakeSageMaker()
    first = deployed(client, 1)
    before = (dict(client.models), dict(client.configurations), dict(client.endpoint or {}))
    client.packages[arn(2)] = package(2, **changes)
    with pytest.raises(Finding, match=must):
        started(client, 2)
    assert (client.models, client.configurations, client.endpoint) == before
    assert first["configuration"] in client.configurations


@pytest.mark.parametrize("call", ["CreateModel", "CreateEndpointConfig", "CreateEndpoint"])
def test_what_sagemaker_refuses_is_raised_with_its_words(call: str) -> None:
    client = FakeSageMaker(refuses={call: refused(call, "The quota is used up.", "LimitExceeded")})
    client.packages[arn(1)] = package(1)
    with pytest.raises(EnvironmentFault, match=r"LimitExceeded from .* \(The quota is used up\.\)"):
        started(client)
    assert (client.endpoint, client.models, client.configurations) == (None, {}, {})


def test_a_call_waits_its_time_only_and_the_last_one_raises() -> None:
    client = FakeSageMaker(looks=1000)
    client.packages[arn(1)] = package(1)
    begun = started(client)
    told = waited(client, begun, seconds=60)
    assert told == begun
    with pytest.raises(Finding, match="must come to rest in time, got Creating"):
        waited(client, told, seconds=60, last=True)


def test_a_trial_is_not_deployed_while_another_is_under_way() -> None:
    client = FakeSageMaker(looks=1000)
    client.packages |= {arn(1): package(1), arn(2): package(2)}
    started(client, 1)
    with pytest.raises(Finding, match="must be at rest to be deployed, got Creating"):
        started(client, 2)


def test_a_removed_trial_leaves_nothing_and_can_be_removed_twice() -> None:
    client = FakeSageMaker()
    deployed(client)
    told = waited(client, started(client, wanted="removed", package_arn="none"))
    assert told == {"state": "Gone", "endpoint": ENDPOINT, "configuration": "-", "previous": "-"}
    assert waited(client, told, last=True) == told
    assert (client.endpoint, client.models, client.configurations) == (None, {}, {})
    again = waited(client, started(client, wanted="removed", package_arn="none"))
    assert again["state"] == "Gone"


@pytest.mark.parametrize(
    ("changes", "must"),
    [
        ({"wanted": "maybe"}, "Wanted: must be serving or removed, got maybe"),
        ({"package_arn": "none"}, "must be the ARN of one version, got none"),
        ({"model": ""}, "model: must be a text"),
        ({"action": "destroy"}, "action: must be start or wait, got destroy"),
    ],
)
def test_an_order_that_is_none_is_refused(changes: dict[str, Any], must: str) -> None:
    client = FakeSageMaker()
    with pytest.raises(GatehouseError, match=must):
        started(client, **changes)
    assert client.calls == []
