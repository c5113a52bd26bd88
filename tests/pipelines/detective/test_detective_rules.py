"""Each rule of each kind: what holds is left alone, and one change alone breaks the one rule."""

from __future__ import annotations

import pytest

from pipelines.detective.facts import facts_of
from pipelines.detective.rules import breaches_of, undeclared
from pipelines.detective.subjects import Kind
from tests.pipelines.detective.described import (
    ACCOUNT,
    IMAGE,
    KEY,
    KINDS,
    PLATFORM,
    REGION,
    broken,
    described,
)

_FOREIGN_KEY = KEY.replace(ACCOUNT, "222222222222")
_AWS_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/aws/s3"
_PUBLIC = "763104351884.dkr.ecr.eu-west-1.amazonaws.com/pytorch-training:2.1"
_TAGGED = IMAGE.split("@")[0] + ":latest"

_BREACHES = [
    (Kind.TRAINING_JOB, "VpcConfig", None, ["SMI-01"]),
    (Kind.TRAINING_JOB, "VpcConfig.SecurityGroupIds", [], ["SMI-01"]),
    (Kind.TRAINING_JOB, "VpcConfig.Subnets", ["subnet-a", "subnet-x"], ["SMI-02"]),
    (Kind.TRAINING_JOB, "ResourceConfig.VolumeKmsKeyId", None, ["SMI-03"]),
    (Kind.TRAINING_JOB, "ResourceConfig.VolumeKmsKeyId", _FOREIGN_KEY, ["SMI-03"]),
    (Kind.TRAINING_JOB, "ResourceConfig.VolumeKmsKeyId", _AWS_KEY, ["SMI-03"]),
    (Kind.TRAINING_JOB, "ResourceConfig.VolumeKmsKeyId", "alias/aws/ebs", ["SMI-03"]),
    (Kind.TRAINING_JOB, "OutputDataConfig.KmsKeyId", None, ["SMI-04"]),
    (Kind.TRAINING_JOB, "EnableInterContainerTrafficEncryption", None, ["SMI-05"]),
    (Kind.TRAINING_JOB, "EnableInterContainerTrafficEncryption", False, ["SMI-05"]),
    (Kind.TRAINING_JOB, "EnableNetworkIsolation", None, ["SMI-06"]),
    (Kind.TRAINING_JOB, "EnableNetworkIsolation", False, ["SMI-06"]),
    (Kind.TRAINING_JOB, "AlgorithmSpecification.TrainingImage", _PUBLIC, ["SME-03"]),
    (Kind.PROCESSING_JOB, "NetworkConfig", None, ["SMI-01", "SMI-05", "SMI-06"]),
    (Kind.PROCESSING_JOB, "NetworkConfig.EnableNetworkIsolation", False, ["SMI-06"]),
    (Kind.PROCESSING_JOB, "NetworkConfig.EnableInterContainerTrafficEncryption", None, ["SMI-05"]),
    (Kind.PROCESSING_JOB, "NetworkConfig.VpcConfig", None, ["SMI-01"]),
    (Kind.PROCESSING_JOB, "ProcessingResources.ClusterConfig.VolumeKmsKeyId", None, ["SMI-03"]),
    (Kind.PROCESSING_JOB, "ProcessingOutputConfig.KmsKeyId", None, ["SMI-04"]),
    (Kind.PROCESSING_JOB, "AppSpecification.ImageUri", _PUBLIC, ["SME-03"]),
    (Kind.TUNING_JOB, "TrainingJobDefinitions.1.VpcConfig", None, ["SMI-01"]),
    (Kind.TUNING_JOB, "TrainingJobDefinitions.1.EnableNetworkIsolation", False, ["SMI-06"]),
    (Kind.TUNING_JOB, "TrainingJobDefinitions.0.ResourceConfig.VolumeKmsKeyId", None, ["SMI-03"]),
    (Kind.TUNING_JOB, "TrainingJobDefinitions.0.OutputDataConfig.KmsKeyId", None, ["SMI-04"]),
    (Kind.AUTOML_JOB, "SecurityConfig", None, ["SMI-01", "SMI-03", "SMI-05"]),
    (Kind.AUTOML_JOB, "OutputDataConfig.KmsKeyId", None, ["SMI-04"]),
    (Kind.TRANSFORM_JOB, "TransformResources.VolumeKmsKeyId", None, ["SMI-03"]),
    (Kind.TRANSFORM_JOB, "TransformOutput.KmsKeyId", "alias/aws/s3", ["SMI-04"]),
    (Kind.MODEL, "EnableNetworkIsolation", None, ["SME-01"]),
    (Kind.MODEL, "VpcConfig", None, ["SME-02"]),
    (Kind.MODEL, "VpcConfig.Subnets", ["subnet-x"], ["SMI-02"]),
    (Kind.MODEL, "PrimaryContainer.Image", _TAGGED, ["SME-03"]),
    (Kind.MODEL, "PrimaryContainer.Image", _PUBLIC, ["SME-03", "SME-03"]),
    (Kind.ENDPOINT_CONFIG, "KmsKeyId", None, ["SME-07"]),
    (Kind.ENDPOINT_CONFIG, "DataCaptureConfig", None, ["SME-08"]),
    (Kind.ENDPOINT_CONFIG, "DataCaptureConfig.EnableCapture", False, ["SME-08"]),
    (Kind.ENDPOINT_CONFIG, "AsyncInferenceConfig.OutputConfig.KmsKeyId", None, ["SME-09"]),
    (Kind.ENDPOINT_CONFIG, "ProductionVariants.0.EnableSSMAccess", True, ["SME-11"]),
    (Kind.DOMAIN, "AppNetworkAccessType", None, ["SMD-01"]),
    (Kind.DOMAIN, "AppNetworkAccessType", "PublicInternetOnly", ["SMD-01"]),
    (Kind.DOMAIN, "KmsKeyId", None, ["SMD-03"]),
    (Kind.DOMAIN, "DomainSettings", None, ["SMD-05"]),
    (Kind.DOMAIN, "DomainSettings.DockerSettings", {"EnableDockerAccess": "ENABLED"}, ["SMD-08"]),
    (
        Kind.DOMAIN,
        "DefaultUserSettings.SharingSettings.NotebookOutputOption",
        "Allowed",
        ["SMD-07"],
    ),
]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not Kind.NOTEBOOK])
def test_what_holds_every_rule_has_no_breach(kind: Kind) -> None:
    assert breaches_of(facts_of(kind, "one", described(kind)), PLATFORM) == ()


@pytest.mark.parametrize(("kind", "path", "value", "controls"), _BREACHES)
def test_one_change_breaks_its_own_rule(
    kind: Kind, path: str, value: object, controls: list[str]
) -> None:
    found = breaches_of(facts_of(kind, "one", broken(kind, path, value)), PLATFORM)

    assert [breach.control for breach in found] == controls


def test_no_notebook_instance_may_exist() -> None:
    facts = facts_of(Kind.NOTEBOOK, "one", described(Kind.NOTEBOOK))

    assert [breach.control for breach in breaches_of(facts, PLATFORM)] == ["SMN-01"]


def test_a_breach_says_what_must_hold_and_what_was_found() -> None:
    document = broken(Kind.TRAINING_JOB, "VpcConfig.Subnets", ["subnet-x", "subnet-a"])
    (breach,) = breaches_of(facts_of(Kind.TRAINING_JOB, "one", document), PLATFORM)

    assert str(breach) == "SMI-02: subnets must be the platform's, got subnet-x"


def test_a_job_without_outputs_needs_no_key_for_them() -> None:
    document = broken(Kind.PROCESSING_JOB, "ProcessingOutputConfig", None)

    assert breaches_of(facts_of(Kind.PROCESSING_JOB, "one", document), PLATFORM) == ()


def test_a_tuning_job_of_one_definition_is_judged_too() -> None:
    document = described(Kind.TUNING_JOB)
    document["TrainingJobDefinition"] = document.pop("TrainingJobDefinitions")[0]
    document["TrainingJobDefinition"]["EnableNetworkIsolation"] = False
    found = breaches_of(facts_of(Kind.TUNING_JOB, "one", document), PLATFORM)

    assert [breach.control for breach in found] == ["SMI-06"]


def test_a_model_of_several_containers_is_judged_by_each() -> None:
    document = described(Kind.MODEL)
    document["Containers"] = [document.pop("PrimaryContainer"), {"Image": _TAGGED}]

    assert len(breaches_of(facts_of(Kind.MODEL, "one", document), PLATFORM)) == 1


@pytest.mark.parametrize("key", [KEY, KEY.rsplit("/", 1)[1], "alias/acme-lab-models"])
def test_a_key_of_the_account_may_be_named_in_every_form(key: str) -> None:
    document = broken(Kind.TRAINING_JOB, "ResourceConfig.VolumeKmsKeyId", key)

    assert breaches_of(facts_of(Kind.TRAINING_JOB, "one", document), PLATFORM) == ()


@pytest.mark.parametrize(
    ("call", "control"), [("CreateMlflowApp", "SME-19"), ("PutEndpointPolicy", "SME-14")]
)
def test_a_call_that_nobody_declared_is_a_breach(call: str, control: str) -> None:
    (breach,) = undeclared(call)

    assert breach.control == control
    assert breach.got == call
