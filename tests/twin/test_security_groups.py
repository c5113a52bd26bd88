"""Rules of security groups, as the provider asks for them and reads them back."""

from __future__ import annotations

from tests.twins import RunningTwin


def test_rule_of_a_protocol_without_ports_is_kept(running_twin: RunningTwin) -> None:
    ec2 = running_twin.client("ec2")
    network = ec2.create_vpc(CidrBlock="10.99.0.0/16")["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName="esp", Description="esp", VpcId=network)["GroupId"]
    pair = {"GroupId": group, "Description": "sealed"}

    ec2.authorize_security_group_ingress(
        GroupId=group, IpPermissions=[{"IpProtocol": "50", "UserIdGroupPairs": [pair]}]
    )

    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])
    kept = next(rule for rule in rules["SecurityGroupRules"] if not rule["IsEgress"])
    assert (kept["IpProtocol"], kept["FromPort"], kept["ToPort"]) == ("50", -1, -1)
    assert kept["Description"] == "sealed"
