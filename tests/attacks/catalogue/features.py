"""Attacks by what SageMaker can do that nobody declared, and on what it serves."""

from __future__ import annotations

import json

from tests.attacks.attack import Attacks, Because
from tests.attacks.attacker import SIGN_IN, Attacker
from tests.attacks.catalogue.layers import IDENTITY, SERVICE_CONTROL
from tests.attacks.places import STRANGER, a_training_job

FEATURES = Attacks()
_UNDECLARED = Because(SERVICE_CONTROL, "DenyUndeclaredActions")
_SERVING = Because(SERVICE_CONTROL, "DenyServingButTrials")
_WITHOUT_KEYS = Because(SERVICE_CONTROL, "DenyActionsWithoutKeys")
_OUTSIDE = Because(SERVICE_CONTROL, "DenyCallsOutsideEndpoints")


@FEATURES.by(SIGN_IN, "data-science", "actions-without-keys-are-refused")
def use_features_that_know_no_network(at: Attacker) -> None:
    """An administrator compiles, tunes and tracks models where no network or key is asked for."""
    client = at.client("sagemaker")
    role = {"RoleArn": at.naming.role_arn("data-science", "training")}
    there = f"s3://{at.naming.bucket_name('data-science', 'models')}/attack"
    at.refused(
        client.create_compilation_job,
        *(_WITHOUT_KEYS, _UNDECLARED),
        **role,
        CompilationJobName="attack",
        OutputConfig={"S3OutputLocation": there, "TargetDevice": "ml_m5"},
        StoppingCondition={"MaxRuntimeInSeconds": 60},
    )
    at.refused(
        client.create_mlflow_tracking_server,
        *(_WITHOUT_KEYS, _UNDECLARED),
        **role,
        TrackingServerName="attack",
        ArtifactStoreUri=there,
    )
    at.refused(
        client.create_auto_ml_job_v2,
        *(_WITHOUT_KEYS, _UNDECLARED),
        **role,
        AutoMLJobName="attack",
        AutoMLJobInputDataConfig=[{"ChannelType": "training"}],
        AutoMLProblemTypeConfig={"TabularJobConfig": {"TargetAttributeName": "y"}},
        OutputDataConfig={"S3OutputPath": there},
    )


@FEATURES.by(SIGN_IN, "data-science", "only-declared-actions-where-models-are-made")
def use_features_that_nobody_declared(at: Attacker) -> None:
    """An administrator makes clusters, hubs and projects, which no policy speaks of."""
    client = at.client("sagemaker")
    at.refused(client.create_hub, _UNDECLARED, HubName="attack", HubDescription="attack")
    at.refused(
        client.create_image,
        _UNDECLARED,
        ImageName="attack",
        RoleArn=at.naming.role_arn("data-science", "training"),
    )
    at.refused(
        client.create_project,
        _UNDECLARED,
        ProjectName="attack",
        ServiceCatalogProvisioningDetails={"ProductId": "prod-attack"},
    )


@FEATURES.by(SIGN_IN, "data-science", "feature-groups-are-made-in-reviewed-plans")
def keep_data_in_a_feature_store(at: Attacker) -> None:
    """An administrator copies data into a feature store, under a key of AWS."""
    at.refused(
        at.client("sagemaker").create_feature_group,
        Because(SERVICE_CONTROL, "DenyStudioChangesOutsideApply"),
        FeatureGroupName="attack",
        RecordIdentifierFeatureName="id",
        EventTimeFeatureName="time",
        FeatureDefinitions=[
            {"FeatureName": name, "FeatureType": "String"} for name in ("id", "time")
        ],
        OnlineStoreConfig={"EnableOnlineStore": True},
    )


@FEATURES.by(SIGN_IN, "data-science", "models-are-asked-through-the-network")
def read_features_from_outside(at: Attacker) -> None:
    """An administrator reads and writes features from the internet."""
    client = at.client("sagemaker-featurestore-runtime")
    name = {"FeatureGroupName": "attack"}
    at.refused(
        client.get_record,
        _OUTSIDE,
        **name,
        RecordIdentifierValueAsString="1",
        FeatureNames=["id"],
    )
    record = [{"FeatureName": "id", "ValueAsString": "1"}]
    # Writing any is not declared at all.
    at.refused(client.put_record, _UNDECLARED, _OUTSIDE, **name, Record=record)


@FEATURES.by(SIGN_IN, "data-science", "data-science-serves-trials-only")
def serve_a_model_where_it_was_made(at: Attacker) -> None:
    """An administrator serves a model in data-science, past the promotion."""
    client = at.client("sagemaker")
    at.refused(
        client.create_model,
        _SERVING,
        ModelName=f"{at.naming.organization.prefix}-attack",
        ExecutionRoleArn=at.naming.role_arn("data-science", "training"),
        VpcConfig=a_training_job(at)["VpcConfig"],
        EnableNetworkIsolation=True,
    )
    at.refused(
        client.create_endpoint,
        _SERVING,
        EndpointName=f"{at.naming.organization.prefix}-attack",
        EndpointConfigName=f"{at.naming.organization.prefix}-attack",
    )


@FEATURES.by(
    SIGN_IN, "production", "only-consumers-ask-models", "models-are-asked-through-the-network"
)
def ask_the_model_of_production(at: Attacker) -> None:
    """Whoever may do everything asks the model from the internet; others from its network."""
    wanted = {
        "EndpointName": at.naming.endpoint_name("production", at.model),
        "ContentType": "text/csv",
        "Body": b"1,2,3",
    }
    at.refused(at.client("sagemaker-runtime").invoke_endpoint, _OUTSIDE, **wanted)
    for role in ("release-manager", "platform-admin", "auditor"):
        outside = at.client("sagemaker-runtime", role=role)
        at.refused(outside.invoke_endpoint, _OUTSIDE, **wanted)
        inside = at.client("sagemaker-runtime", role=role, vpc="production")
        at.refused(inside.invoke_endpoint, Because(IDENTITY), **wanted)


@FEATURES.by(SIGN_IN, "data-science", "policies-of-resources-change-with-terraform-only")
def share_versions_with_a_stranger(at: Attacker) -> None:
    """An administrator lets a stranger read what the registry knows of every version."""
    group = at.naming.model_package_group(at.model)
    place = f"{at.stage.region}:{at.account_id('data-science')}"
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{STRANGER}:root"},
        "Action": "sagemaker:DescribeModelPackage",
        "Resource": f"arn:aws:sagemaker:{place}:model-package/{group}/*",
    }
    because = Because(SERVICE_CONTROL, "DenySharingOutsideApply")
    for role in (SIGN_IN, "lead", "ml-engineer"):
        client = at.client("sagemaker", role=role)
        at.refused(
            client.put_model_package_group_policy,
            because,
            ModelPackageGroupName=group,
            ResourcePolicy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )
        at.refused(client.delete_model_package_group_policy, because, ModelPackageGroupName=group)


@FEATURES.by(
    SIGN_IN, "production", "serving-changes-with-releases-only", "schedules-are-set-by-delivery"
)
def collect_what_production_is_asked(at: Attacker) -> None:
    """An administrator has the endpoint, or its monitoring, write into a stranger's bucket."""
    client = at.client("sagemaker")
    endpoint = client.describe_endpoint(
        EndpointName=at.naming.endpoint_name("production", at.model)
    )
    live = client.describe_endpoint_config(EndpointConfigName=endpoint["EndpointConfigName"])
    capture = {**live["DataCaptureConfig"], "DestinationS3Uri": "s3://collect/out"}
    at.refused(
        client.create_endpoint_config,
        Because(SERVICE_CONTROL, "DenyServingOutsidePromotion"),
        EndpointConfigName=f"{endpoint['EndpointName']}-attack",
        ProductionVariants=live["ProductionVariants"],
        KmsKeyId=live["KmsKeyId"],
        DataCaptureConfig=capture,
    )
    definition = {"MonitoringJobDefinitionName": "attack", "MonitoringType": "DataQuality"}
    at.refused(
        client.create_monitoring_schedule,
        Because(SERVICE_CONTROL, "DenySchedulesOutsideDelivery"),
        MonitoringScheduleName="attack",
        MonitoringScheduleConfig=definition,
    )


@FEATURES.by(SIGN_IN, "production", "only-declared-actions-where-models-serve")
def ask_the_model_for_everything_at_once(at: Attacker) -> None:
    """An administrator runs the model of production over a bucket, with results to another."""
    client = at.client("sagemaker")
    endpoint = client.describe_endpoint(
        EndpointName=at.naming.endpoint_name("production", at.model)
    )
    live = client.describe_endpoint_config(EndpointConfigName=endpoint["EndpointConfigName"])
    captured = {"S3DataType": "S3Prefix", "S3Uri": live["DataCaptureConfig"]["DestinationS3Uri"]}
    at.refused(
        client.create_transform_job,
        _UNDECLARED,
        TransformJobName="attack",
        ModelName=live["ProductionVariants"][0]["ModelName"],
        TransformInput={"DataSource": {"S3DataSource": captured}},
        TransformOutput={"S3OutputPath": "s3://collect/out", "KmsKeyId": live["KmsKeyId"]},
        TransformResources={
            "InstanceType": "ml.m5.large",
            "InstanceCount": 1,
            "VolumeKmsKeyId": live["KmsKeyId"],
        },
    )


@FEATURES.by(SIGN_IN, "production", "models-are-asked-through-the-network")
def read_a_secret_from_outside(at: Attacker) -> None:
    """An administrator reads a secret on the internet, and one of a stranger from within."""
    at.refused(at.client("secretsmanager").get_secret_value, _OUTSIDE, SecretId="attack")
    foreign = f"arn:aws:secretsmanager:{at.stage.region}:{STRANGER}:secret:attack-AbCdEf"
    at.refused(
        at.client("secretsmanager", vpc="production").get_secret_value,
        Because(SERVICE_CONTROL, "DenyResourcesOutsideOrganization"),
        SecretId=foreign,
    )
