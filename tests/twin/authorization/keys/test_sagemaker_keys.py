"""Keys of SageMaker: jobs of every kind, models, endpoints and notebooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.twin.authorization.keys.asking import ACCOUNT, REGION, Asking

_HERE = f"{REGION}:{ACCOUNT}"
_KEY = f"arn:aws:kms:{_HERE}:key/1"
_VPC = {"Subnets": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-1"]}
_CLUSTER = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeKmsKeyId": _KEY}
_NETWORK = {
    "VpcConfig": _VPC,
    "EnableNetworkIsolation": True,
    "EnableInterContainerTrafficEncryption": True,
}
_STOP = {"MaxRuntimeInSeconds": 3600}
_TRAINING = {
    **_NETWORK,
    "ResourceConfig": _CLUSTER,
    "OutputDataConfig": {"S3OutputPath": "s3://b", "KmsKeyId": _KEY},
    "StoppingCondition": _STOP,
}
_DEFINITION = {
    "NetworkConfig": _NETWORK,
    "JobResources": {"ClusterConfig": _CLUSTER},
    "StoppingCondition": _STOP,
}
_MONITORING = {
    "NetworkConfig": _NETWORK,
    "MonitoringResources": {"ClusterConfig": _CLUSTER},
    "MonitoringOutputConfig": {"KmsKeyId": _KEY},
    "StoppingCondition": _STOP,
}
_ALL = {
    "vpcsubnets": ("subnet-1", "subnet-2"),
    "vpcsecuritygroupids": ("sg-1",),
    "networkisolation": ("true",),
    "intercontainertrafficencryption": ("true",),
    "volumekmskey": (_KEY,),
    "outputkmskey": (_KEY,),
    "instancetypes": ("ml.m5.large",),
    "maxruntimeinseconds": ("3600",),
}
_PROTECTED_JOBS: dict[str, Mapping[str, Any]] = {
    "CreateTrainingJob": _TRAINING,
    "CreateHyperParameterTuningJob": {"TrainingJobDefinition": _TRAINING},
    "CreateProcessingJob": {
        "NetworkConfig": _NETWORK,
        "ProcessingResources": {"ClusterConfig": _CLUSTER},
        "ProcessingOutputConfig": {"Outputs": [], "KmsKeyId": _KEY},
        "StoppingCondition": _STOP,
    },
    "CreateDataQualityJobDefinition": {
        **_DEFINITION,
        "DataQualityJobOutputConfig": {"KmsKeyId": _KEY},
    },
    "CreateModelQualityJobDefinition": {
        **_DEFINITION,
        "ModelQualityJobOutputConfig": {"KmsKeyId": _KEY},
    },
    "CreateModelBiasJobDefinition": {
        **_DEFINITION,
        "ModelBiasJobOutputConfig": {"KmsKeyId": _KEY},
    },
    "CreateModelExplainabilityJobDefinition": {
        **_DEFINITION,
        "ModelExplainabilityJobOutputConfig": {"KmsKeyId": _KEY},
    },
    "CreateMonitoringSchedule": {
        "MonitoringScheduleConfig": {"MonitoringJobDefinition": _MONITORING}
    },
}


def _own(found: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {
        key.removeprefix("sagemaker:"): values
        for key, values in found.items()
        if key.startswith("sagemaker:")
    }


@pytest.mark.parametrize("operation", _PROTECTED_JOBS)
def test_a_protected_job_says_so_with_every_key(ask: Asking, operation: str) -> None:
    found = ask(f"sagemaker:{operation}", parameters=_PROTECTED_JOBS[operation])
    assert _own(found) == _ALL


@pytest.mark.parametrize("operation", _PROTECTED_JOBS)
def test_a_bare_job_carries_no_key_of_its_own(ask: Asking, operation: str) -> None:
    assert _own(ask(f"sagemaker:{operation}", parameters={"RoleArn": "arn"})) == {}


def test_what_is_switched_off_is_told_as_false(ask: Asking) -> None:
    given = {"EnableNetworkIsolation": False, "EnableInterContainerTrafficEncryption": False}
    found = _own(ask("sagemaker:CreateTrainingJob", parameters=given))
    assert found == {"networkisolation": ("false",), "intercontainertrafficencryption": ("false",)}


def test_a_schedule_by_the_name_of_a_definition_carries_none_of_its_keys(ask: Asking) -> None:
    given = {"MonitoringScheduleConfig": {"MonitoringJobDefinitionName": "drift"}}
    assert _own(ask("sagemaker:CreateMonitoringSchedule", parameters=given)) == {}


def test_one_unprotected_job_of_a_tuning_job_makes_the_whole_unprotected(ask: Asking) -> None:
    bare = {"ResourceConfig": {"InstanceType": "ml.p4d.24xlarge"}}
    given = {"TrainingJobDefinitions": [_TRAINING, bare]}
    found = _own(ask("sagemaker:CreateHyperParameterTuningJob", parameters=given))
    assert found["networkisolation"] == ("false",)
    assert found["intercontainertrafficencryption"] == ("false",)
    assert found["instancetypes"] == ("ml.m5.large", "ml.p4d.24xlarge")
    for key in ("vpcsubnets", "vpcsecuritygroupids", "volumekmskey", "outputkmskey"):
        assert key not in found


def test_file_systems_warm_pools_and_debugging_are_seen_in_any_kind_of_training(
    ask: Asking,
) -> None:
    source = {
        "FileSystemId": "fs-1",
        "FileSystemType": "EFS",
        "DirectoryPath": "/all",
        "FileSystemAccessMode": "rw",
    }
    training = {
        "InputDataConfig": [{"DataSource": {"FileSystemDataSource": source}}],
        "ResourceConfig": {"KeepAlivePeriodInSeconds": 600},
        "RemoteDebugConfig": {"EnableRemoteDebug": True},
    }
    found = _own(ask("sagemaker:CreateTrainingJob", parameters=training))
    assert found["filesystemid"] == ("fs-1",)
    assert found["filesystemtype"] == ("EFS",)
    assert found["filesystemdirectorypath"] == ("/all",)
    assert found["filesystemaccessmode"] == ("rw",)
    assert found["keepaliveperiod"] == ("600",)
    assert found["enableremotedebug"] == ("true",)
    tuning = {"TrainingJobDefinition": training}
    found = _own(ask("sagemaker:CreateHyperParameterTuningJob", parameters=tuning))
    assert found["filesystemid"] == ("fs-1",)


def test_instances_of_rules_beside_a_training_job_count_too(ask: Asking) -> None:
    given = {**_TRAINING, "DebugRuleConfigurations": [{"InstanceType": "ml.p3.2xlarge"}]}
    found = _own(ask("sagemaker:CreateTrainingJob", parameters=given))
    assert set(found["instancetypes"]) == {"ml.m5.large", "ml.p3.2xlarge"}


def test_an_endpoint_names_models_instances_and_key(ask: Asking) -> None:
    given = {
        "KmsKeyId": _KEY,
        "ProductionVariants": [{"ModelName": "churn", "InstanceType": "ml.m5.large"}],
        "ShadowProductionVariants": [{"ModelName": "next", "InstanceType": "ml.m5.xlarge"}],
    }
    found = _own(ask("sagemaker:CreateEndpointConfig", parameters=given))
    assert found["volumekmskey"] == (_KEY,)
    assert found["instancetypes"] == ("ml.m5.large", "ml.m5.xlarge")
    models = f"arn:aws:sagemaker:{_HERE}:model"
    assert found["modelarn"] == (f"{models}/churn", f"{models}/next")


def test_a_transform_job_names_its_model_and_keys(ask: Asking) -> None:
    given = {
        "ModelName": "churn",
        "TransformResources": _CLUSTER,
        "TransformOutput": {"KmsKeyId": _KEY},
    }
    found = _own(ask("sagemaker:CreateTransformJob", parameters=given))
    assert found == {
        "modelarn": (f"arn:aws:sagemaker:{_HERE}:model/churn",),
        "volumekmskey": (_KEY,),
        "outputkmskey": (_KEY,),
        "instancetypes": ("ml.m5.large",),
    }


def test_a_model_tells_its_network_and_isolation(ask: Asking) -> None:
    given = {"VpcConfig": _VPC, "EnableNetworkIsolation": True}
    found = _own(ask("sagemaker:CreateModel", parameters=given))
    assert found == {
        "vpcsubnets": ("subnet-1", "subnet-2"),
        "vpcsecuritygroupids": ("sg-1",),
        "networkisolation": ("true",),
    }


def test_a_notebook_tells_its_network_root_and_metadata(ask: Asking) -> None:
    given = {
        "InstanceType": "ml.t3.medium",
        "SubnetId": "subnet-1",
        "SecurityGroupIds": ["sg-1"],
        "KmsKeyId": _KEY,
        "DirectInternetAccess": "Disabled",
        "RootAccess": "Disabled",
        "InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": "2"},
    }
    assert _own(ask("sagemaker:CreateNotebookInstance", parameters=given)) == {
        "instancetypes": ("ml.t3.medium",),
        "vpcsubnets": ("subnet-1",),
        "vpcsecuritygroupids": ("sg-1",),
        "volumekmskey": (_KEY,),
        "directinternetaccess": ("Disabled",),
        "rootaccess": ("Disabled",),
        "minimuminstancemetadataserviceversion": ("2",),
    }
