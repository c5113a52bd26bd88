"""What attackers know of the platform: names of things that are really there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.attacks.attacker import Attacker

STRANGER = "666666666666"
"""An account of another organisation."""
STRANGERS_KEY = "key/11111111-2222-4333-8444-555555555555"


@dataclass(frozen=True)
class Network:
    """Identifiers in the network of an account."""

    vpc: str
    subnets: tuple[str, ...]
    route_table: str
    workload_group: str
    endpoints: dict[str, str]


def network_of(at: Attacker, account: str) -> Network:
    """Look a network up by the names that the platform gave to its parts."""
    ec2 = at.as_administrator("ec2", account)
    prefix = at.naming.account_prefix(account)

    def named(pattern: str) -> dict[str, Any]:
        return {"Filters": [{"Name": "tag:Name", "Values": [pattern]}]}

    [vpc] = ec2.describe_vpcs(**named(prefix))["Vpcs"]
    [table] = ec2.describe_route_tables(**named(f"{prefix}-private"))["RouteTables"]
    [group] = ec2.describe_security_groups(**named(f"{prefix}-workload"))["SecurityGroups"]
    subnets = ec2.describe_subnets(**named(f"{prefix}-private-*"))["Subnets"]
    return Network(
        vpc=vpc["VpcId"],
        subnets=tuple(sorted(each["SubnetId"] for each in subnets)),
        route_table=table["RouteTableId"],
        workload_group=group["GroupId"],
        endpoints={
            each["ServiceName"].rpartition(".")[2]: each["VpcEndpointId"]
            for each in ec2.describe_vpc_endpoints()["VpcEndpoints"]
        },
    )


def of_a_stranger(at: Attacker, service: str, resource: str) -> str:
    """Give the ARN that something has in an account of another organisation."""
    return f"arn:aws:{service}:{at.stage.region}:{STRANGER}:{resource}"


def key_arn(at: Attacker, account: str, purpose: str) -> str:
    """Give the ARN of a key of the platform."""
    alias = at.naming.key_alias(account, purpose)
    found = at.as_administrator("kms", account).describe_key(KeyId=alias)
    return str(found["KeyMetadata"]["Arn"])


def an_object(at: Attacker, account: str, purpose: str, prefix: str = "") -> dict[str, str]:
    """Name an object that is there, as its bucket and key."""
    bucket = at.naming.bucket_name(account, purpose)
    listing = at.stage.client("s3", account, vpc=account)
    [found, *_] = listing.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]
    return {"Bucket": bucket, "Key": str(found["Key"])}


def link_to(
    at: Attacker, account: str, role: str, wanted: dict[str, str], address: str | None = None
) -> str:
    """Make a link to an object, with which whoever has it reads as the role that made it.

    It leads to the internet by TLS, or to another address.
    """
    keys = at.stage.variables_of(account, role)
    client = boto3.client(
        "s3",
        region_name=at.stage.region,
        endpoint_url=address or keys["AWS_ENDPOINT_URL"],
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=keys["AWS_SESSION_TOKEN"],
        config=Config(signature_version="s3v4", proxies={}),
    )
    return str(client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=600))


def follow(link: str) -> None:
    """Follow a link to an object; raises ClientError as a client would."""
    try:
        build_opener(ProxyHandler({})).open(link, timeout=30)
    except HTTPError as error:
        told = dict(re.findall(r"<(Code|Message|RequestId)>([^<]*)<", error.read().decode()))
        answer = {
            "Error": {"Code": told["Code"], "Message": told["Message"]},
            "ResponseMetadata": {"RequestId": told["RequestId"]},
        }
        raise ClientError(answer, "FollowLink") from error


def nobody(at: Attacker) -> Any:
    """Give a client of S3 on the internet that signs nothing."""
    return boto3.client(
        "s3",
        region_name=at.stage.region,
        endpoint_url=at.stage.environment["AWS_ENDPOINT_URL"],
        config=Config(signature_version=UNSIGNED, proxies={}, retries={"total_max_attempts": 1}),
    )


def a_training_job(at: Attacker, account: str = "data-science") -> dict[str, Any]:
    """Give the request of a training job that ran: right in everything, under another name."""
    client = at.as_administrator("sagemaker", account)
    [ran, *_] = client.list_training_jobs()["TrainingJobSummaries"]
    found = client.describe_training_job(TrainingJobName=ran["TrainingJobName"])
    taken = (
        *("AlgorithmSpecification", "EnableInterContainerTrafficEncryption"),
        *("EnableNetworkIsolation", "HyperParameters", "InputDataConfig", "OutputDataConfig"),
        *("ResourceConfig", "RoleArn", "StoppingCondition", "VpcConfig"),
    )
    return {"TrainingJobName": "pipelines-attack", **{name: found[name] for name in taken}}


def a_processing_job(at: Attacker, account: str = "data-science") -> dict[str, Any]:
    """Give the request of a processing job that ran: right in everything, under another name."""
    client = at.as_administrator("sagemaker", account)
    [ran, *_] = client.list_processing_jobs()["ProcessingJobSummaries"]
    found = client.describe_processing_job(ProcessingJobName=ran["ProcessingJobName"])
    taken = (
        *("AppSpecification", "NetworkConfig", "ProcessingInputs", "ProcessingOutputConfig"),
        *("ProcessingResources", "RoleArn", "StoppingCondition"),
    )
    return {"ProcessingJobName": "pipelines-attack", **{name: found[name] for name in taken}}
