"""What people and services leave in an account as they work, made by the calls that make it.

On AWS services make most of it by roles of their own, which no service control policy binds, and
which nobody else takes: here an administrator stands in for them, with the policies lifted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.journeys.stage import Stage

_SERVICE_CONTROL, _RESOURCE_CONTROL = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
# What AWS attaches itself, without which nothing would be allowed.
_EVERYTHING = ("p-FullAWSAccess", "p-RCPFullAWSAccess")


@contextmanager
def as_services_do(stage: Stage, account: str) -> Iterator[None]:
    """Lift the service control policies of an account for as long as a block lasts."""
    with _lifted(stage, account, _SERVICE_CONTROL):
        yield


@contextmanager
def out_of_reach(stage: Stage, account: str) -> Iterator[None]:
    """Take an account out of the guardrails' reach, as an organisation does that closes it."""
    with _lifted(stage, account, _SERVICE_CONTROL, _RESOURCE_CONTROL):
        yield


@contextmanager
def _lifted(stage: Stage, account: str, *kinds: str) -> Iterator[None]:
    client = stage.management_client("organizations")
    target, lifted = stage.naming.organization.account(account).id, []
    while True:
        for kind in kinds:
            found = client.list_policies_for_target(TargetId=target, Filter=kind)["Policies"]
            lifted += [(one["Id"], target) for one in found if one["Id"] not in _EVERYTHING]
        if target.startswith("r-"):
            break
        target = client.list_parents(ChildId=target)["Parents"][0]["Id"]
    assert lifted, f"{account}: must be under guardrails"
    for policy, place in lifted:
        client.detach_policy(PolicyId=policy, TargetId=place)
    try:
        yield
    finally:
        for policy, place in lifted:
            client.attach_policy(PolicyId=policy, TargetId=place)


def leave_in_studio(stage: Stage, account: str) -> str:
    """Work in Studio: a space with an app, and the homes that SageMaker makes for a domain."""
    sagemaker = stage.client("sagemaker", account)
    domain = sagemaker.describe_domain(DomainId=sagemaker.list_domains()["Domains"][0]["DomainId"])
    identifier = str(domain["DomainId"])
    sagemaker.create_space(DomainId=identifier, SpaceName="notes")
    sagemaker.create_app(
        DomainId=identifier, SpaceName="notes", AppType="JupyterLab", AppName="default"
    )
    groups = [_nfs_group(stage, account, domain, way) for way in ("inbound", "outbound")]
    ec2 = stage.client("ec2", account)
    for group, other in (groups, reversed(groups)):
        rule = {
            "IpProtocol": "tcp",
            "FromPort": 2049,
            "ToPort": 2049,
            "UserIdGroupPairs": [{"GroupId": other}],
        }
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    efs = stage.client("efs", account)
    system = efs.create_file_system(
        CreationToken=identifier,
        Tags=[{"Key": "ManagedByAmazonSageMakerResource", "Value": domain["DomainArn"]}],
    )["FileSystemId"]
    efs.create_mount_target(
        FileSystemId=system, SubnetId=domain["SubnetIds"][0], SecurityGroups=groups[:1]
    )
    return identifier


def leave_at_endpoint(stage: Stage, account: str, endpoint: str) -> None:
    """Watch an endpoint, as monitoring does, and write the log that serving writes."""
    sagemaker = stage.client("sagemaker", account)
    sagemaker.create_monitoring_schedule(
        MonitoringScheduleName=f"{endpoint}-quality",
        MonitoringScheduleConfig={
            "ScheduleConfig": {"ScheduleExpression": "cron(0 * ? * * *)"},
            "MonitoringJobDefinitionName": f"{endpoint}-quality",
            "MonitoringType": "DataQuality",
        },
    )


def leave_in_network(stage: Stage, account: str) -> str:
    """Leave an interface behind, as a service does that has not taken it back yet."""
    ec2 = stage.client("ec2", account)
    tagged = [{"Name": "tag:account", "Values": [account]}]
    subnet = ec2.describe_subnets(Filters=tagged)["Subnets"][0]["SubnetId"]
    made = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]
    return str(made["NetworkInterfaceId"])


def _nfs_group(stage: Stage, account: str, domain: dict[str, Any], way: str) -> str:
    name = f"security-group-for-{way}-nfs-{domain['DomainId']}"
    return str(
        stage.client("ec2", account).create_security_group(
            GroupName=name, Description=f"{way} NFS", VpcId=domain["VpcId"]
        )["GroupId"]
    )
