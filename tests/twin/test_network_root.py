"""The network modules on the twin: applied, unchanged by a second plan, and gone without trace."""

from __future__ import annotations

import json
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import tftest
from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from scripts.terraform_environment import one_at_a_time, terraform_environment
from scripts.terraform_install import ensure_terraform, release_for
from tests.twins import DATA_SCIENCE, RunningTwin, client
from twin.access import Seat, reached_from

CHECKOUT = Path(__file__).resolve().parents[2]
_ROOT = Path("tests") / "twin" / "roots" / "network"


@pytest.mark.terraform
@pytest.mark.long
def test_a_network_comes_stays_and_goes(running_twin: RunningTwin, tmp_path: Path) -> None:
    terraform = _prepared(running_twin, tmp_path)
    before = _inventory(running_twin)

    terraform.apply(output=False)
    second = terraform.plan(output=True)
    vpc_id, workload = terraform.output()["vpc_id"], terraform.output()["workload"]

    changed = {
        address: change["change"]["actions"]
        for address, change in second.resource_changes.items()
        if change["change"]["actions"] not in (["no-op"], ["read"])
    }
    assert not changed
    _is_closed(running_twin, vpc_id)
    _leads_to_its_endpoints_only(running_twin, vpc_id, workload)
    assert _inventory(running_twin) != before

    terraform.destroy()
    assert _inventory(running_twin) == before


def _is_closed(twin: RunningTwin, vpc_id: str) -> None:
    ec2, own = twin.client("ec2"), [{"Name": "vpc-id", "Values": [vpc_id]}]
    default = next(
        acl for acl in ec2.describe_network_acls(Filters=own)["NetworkAcls"] if acl["IsDefault"]
    )
    # What AWS ends every list with, and nothing before it.
    assert {entry["RuleAction"] for entry in default["Entries"]} <= {"deny"}
    (group,) = (
        found
        for found in ec2.describe_security_groups(Filters=own)["SecurityGroups"]
        if found["GroupName"] == "default"
    )
    assert not group["IpPermissions"] + group["IpPermissionsEgress"]
    resolver = twin.client("route53resolver")
    config = resolver.get_firewall_config(ResourceId=vpc_id)["FirewallConfig"]
    assert config["FirewallFailOpen"] == "DISABLED"


def _leads_to_its_endpoints_only(twin: RunningTwin, vpc_id: str, workload: dict[str, Any]) -> None:
    """Ask from where workloads stand, and from a group that no rule names."""
    own = [{"Name": "vpc-id", "Values": [vpc_id]}]
    found = twin.client("ec2").describe_vpc_endpoints(Filters=own)["VpcEndpoints"]
    endpoints = {each["ServiceName"].rsplit(".", 1)[-1]: each["VpcEndpointId"] for each in found}
    subnets = tuple(workload["subnet_ids"])
    inside = Seat(vpc_id, subnets, (workload["security_group_id"],))
    asked = {
        "sts": ("GetCallerIdentity", endpoints["sts"]),
        "s3": ("ListBuckets", endpoints["s3"]),
        "kms": ("ListKeys", None),
        "iam": ("ListRoles", None),
    }
    for service, (operation, endpoint) in asked.items():
        record = _asked(twin, inside, service, operation)
        assert record.get("vpcEndpointId") == endpoint, (service, record)
        assert ("unreachable" in json.dumps(record)) == (endpoint is None), (service, record)
    stranger = twin.client("ec2").create_security_group(
        GroupName="stranger", Description="named by nobody", VpcId=vpc_id
    )["GroupId"]
    record = _asked(twin, Seat(vpc_id, subnets, (stranger,)), "sts", "GetCallerIdentity")
    assert "let no HTTPS in" in json.dumps(record)
    twin.client("ec2").delete_security_group(GroupId=stranger)


def _asked(twin: RunningTwin, seat: Seat, service: str, operation: str) -> dict[str, Any]:
    """Ask a service from a seat and return what the twin recorded of it."""
    there = reached_from(twin.folder, seat)
    asking = client(there.url, service, twin.session(DATA_SCIENCE))
    with suppress(BotoCoreError, ClientError):
        getattr(asking, xform_name(operation))()
    asking.close()
    records = (twin.folder / "audit.jsonl").read_text(encoding="utf-8").splitlines()
    last: dict[str, Any] = json.loads(records[-1])
    assert last["eventName"] == operation
    return last


def _prepared(twin: RunningTwin, folder: Path) -> Any:
    """Copy the root and the modules that it calls, and initialise it."""
    shutil.copytree(
        CHECKOUT / "modules",
        folder / "modules",
        ignore=shutil.ignore_patterns(".terraform", "*.tfstate", ".terraform.lock.hcl", "tests"),
    )
    shutil.copytree(CHECKOUT / _ROOT, folder / _ROOT)
    environment = terraform_environment(os.environ, CHECKOUT / ".tools" / "terraform-plugins")
    binary = ensure_terraform(CHECKOUT, release_for(os.environ), os.environ.get("PATH"), sys.stderr)
    variables = {**environment.variables, **twin.environment(DATA_SCIENCE)}
    terraform = tftest.TerraformTest(str(folder / _ROOT), binary=str(binary), env=variables)
    with one_at_a_time(environment.variables):
        terraform.setup(cleanup_on_exit=False)
    return terraform


def _inventory(twin: RunningTwin) -> dict[str, Any]:
    """Count what a network leaves behind where its removal is not complete."""
    ec2, resolver = twin.client("ec2"), twin.client("route53resolver")
    return {
        "domains": len(twin.client("codeartifact").list_domains()["domains"]),
        "endpoints": _live_endpoints(ec2),
        "firewalls": len(resolver.list_firewall_rule_groups()["FirewallRuleGroups"]),
        "groups": len(ec2.describe_security_groups()["SecurityGroups"]),
        "interfaces": len(ec2.describe_network_interfaces()["NetworkInterfaces"]),
        "lists": len(resolver.list_firewall_domain_lists()["FirewallDomainLists"]),
        "log groups": len(twin.client("logs").describe_log_groups()["logGroups"]),
        "network acls": len(ec2.describe_network_acls()["NetworkAcls"]),
        "networks": len(ec2.describe_vpcs()["Vpcs"]),
        "query logs": len(resolver.list_resolver_query_log_configs()["ResolverQueryLogConfigs"]),
        "role": _has_role(twin),
    }


def _live_endpoints(ec2: Any) -> int:
    found = ec2.describe_vpc_endpoints()["VpcEndpoints"]
    return len([endpoint for endpoint in found if endpoint["State"] != "deleted"])


def _has_role(twin: RunningTwin) -> bool:
    try:
        twin.client("iam").get_role(RoleName="edge-lab-flow-log")
    except ClientError:
        return False
    return True
