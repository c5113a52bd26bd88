"""Keys of parameters, secrets, metrics, recorders and tables.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_iam-permissions.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.ec2.models import ec2_backends
from moto.secretsmanager.models import secretsmanager_backends

from twin.authorization.keys.ask import Ask, Reader, Values, one, sent, texts, walk
from twin.authorization.keys.live_state import shelf


def _secret(ask: Ask) -> Any | None:
    """Return the secret that is asked about, as it is now."""
    held = shelf(secretsmanager_backends, ask.asked.owner, ask.region, "secrets")
    return held.get(ask.asked.resource) if ask.asked.resource.startswith("arn:") else None


def _secret_arn(ask: Ask) -> Values | None:
    found = _secret(ask)
    return None if found is None else (found.arn,)


def _rotation_function(ask: Ask) -> Values | None:
    return one(getattr(_secret(ask), "rotation_lambda_arn", None) or None)


def _primary_region(ask: Ask) -> Values | None:
    found = _secret(ask)
    if found is None:
        return None
    source = getattr(found, "source", found)
    return (source.arn.split(":")[3],)


def _key_arn(ask: Ask) -> Values | None:
    given = str(ask.parameters.get("KmsKeyId") or "")
    if not given:
        return None
    if given.startswith("arn:"):
        return (given,)
    tail = given if given.startswith("alias/") else f"key/{given}"
    return (f"arn:aws:kms:{ask.call.region}:{ask.call.account_id}:{tail}",)


def _connected(member: str) -> tuple[str, ...]:
    return ("ConnectionInput", "PhysicalConnectionRequirements", member)


def _glue(member: str) -> Reader:
    """Make a reader of what a job's connection has of a network."""
    path = _connected(member)
    return lambda ask: texts(list(walk(ask.parameters, path)))


def _glue_vpc(ask: Ask) -> Values | None:
    wanted = next(walk(ask.parameters, _connected("SubnetId")), None)
    zones = shelf(ec2_backends, ask.asked.owner, ask.region, "subnets")
    found = [zone[wanted].vpc_id for zone in list(zones.values()) if wanted in zone]
    return texts(found)


READERS: Mapping[str, Reader] = {
    "application-autoscaling:scalable-dimension": sent("ScalableDimension"),
    "application-autoscaling:service-namespace": sent("ServiceNamespace"),
    "cloudwatch:alarmactions": sent("AlarmActions"),
    "cloudwatch:namespace": sent("Namespace"),
    "cloudwatch:requestmanagedresourcearns": sent("ManagedRules.ResourceARN", "ResourceARN"),
    "config:configurationrecorderserviceprincipal": sent("ServicePrincipal"),
    "dynamodb:attributes": sent("AttributesToGet"),
    "dynamodb:returnconsumedcapacity": sent("ReturnConsumedCapacity"),
    "dynamodb:returnvalues": sent("ReturnValues"),
    "dynamodb:select": sent("Select"),
    "ecr:accountsetting": sent("name"),
    "elasticfilesystem:encrypted": sent("Encrypted"),
    "glue:securitygroupids": _glue("SecurityGroupIdList"),
    "glue:subnetids": _glue("SubnetId"),
    "glue:vpcids": _glue_vpc,
    "logs:deliverydestinationresourcearn": sent(
        "deliveryDestinationConfiguration.destinationResourceArn"
    ),
    "logs:loggeneratingresourcearns": sent("resourceArn"),
    "secretsmanager:addreplicaregions": sent("AddReplicaRegions.Region"),
    "secretsmanager:blockpublicpolicy": sent("BlockPublicPolicy"),
    "secretsmanager:description": sent("Description"),
    "secretsmanager:forcedeletewithoutrecovery": sent("ForceDeleteWithoutRecovery"),
    "secretsmanager:forceoverwritereplicasecret": sent("ForceOverwriteReplicaSecret"),
    "secretsmanager:kmskeyarn": _key_arn,
    "secretsmanager:kmskeyid": sent("KmsKeyId"),
    "secretsmanager:modifyrotationrules": lambda ask: (
        ("true",) if ask.parameters.get("RotationRules") else ("false",)
    ),
    "secretsmanager:name": sent("Name"),
    "secretsmanager:recoverywindowindays": sent("RecoveryWindowInDays"),
    "secretsmanager:resource/allowrotationlambdaarn": _rotation_function,
    "secretsmanager:rotateimmediately": sent("RotateImmediately"),
    "secretsmanager:rotationlambdaarn": sent("RotationLambdaARN"),
    "secretsmanager:secretid": _secret_arn,
    "secretsmanager:secretprimaryregion": _primary_region,
    "secretsmanager:versionid": sent("VersionId"),
    "secretsmanager:versionstage": sent("VersionStage"),
    "ssm:documenttype": sent("DocumentType"),
    "ssm:overwrite": sent("Overwrite"),
    "ssm:policies": sent("Policies"),
    "ssm:recursive": sent("Recursive"),
}
