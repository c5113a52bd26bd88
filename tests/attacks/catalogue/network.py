"""Attacks on the network: ways out of it, other ways through it, and ways around it."""

from __future__ import annotations

import json

from tests.attacks.attack import Attacks, Because
from tests.attacks.attacker import SIGN_IN, Attacker
from tests.attacks.catalogue.layers import ENDPOINT, RESOURCE, SERVICE_CONTROL
from tests.attacks.places import STRANGER, an_object, network_of

NETWORK = Attacks()
_WAY_OUT = Because(SERVICE_CONTROL, "DenyWaysOut")
_CHANGE = Because(SERVICE_CONTROL, "DenyNetworkChangesOutsideApply")
_BUILDERS = ("apply", SIGN_IN)


@NETWORK.by("apply", "production", "networks-have-no-new-way-out")
def open_production_to_the_internet(at: Attacker) -> None:
    """The role that applies, or an administrator, gives production a gateway to the internet."""
    network = network_of(at, "production")
    for role in _BUILDERS:
        ec2 = at.client("ec2", role=role)
        at.refused(ec2.create_internet_gateway, _WAY_OUT)
        at.refused(ec2.create_egress_only_internet_gateway, _WAY_OUT, VpcId=network.vpc)
        at.refused(
            ec2.create_nat_gateway,
            _WAY_OUT,
            SubnetId=network.subnets[0],
            ConnectivityType="private",
        )
        at.refused(ec2.allocate_address, _WAY_OUT, Domain="vpc")


@NETWORK.by("apply", "data-science", "networks-have-no-new-way-out")
def join_another_network(at: Attacker) -> None:
    """The network of development is joined to production's, a stranger's and a tunnel."""
    ours, theirs = network_of(at, "data-science"), network_of(at, "production")
    for role in _BUILDERS:
        ec2 = at.client("ec2", role=role)
        for owner, vpc in ((at.account_id("production"), theirs.vpc), (STRANGER, "vpc-0a1b2c3d")):
            at.refused(
                ec2.create_vpc_peering_connection,
                _WAY_OUT,
                VpcId=ours.vpc,
                PeerVpcId=vpc,
                PeerOwnerId=owner,
            )
        at.refused(ec2.create_transit_gateway, _WAY_OUT)
        at.refused(ec2.create_vpn_gateway, _WAY_OUT, Type="ipsec.1")
        at.refused(ec2.create_customer_gateway, _WAY_OUT, Type="ipsec.1", PublicIp="198.51.100.7")


@NETWORK.by(SIGN_IN, "data-science", "networks-change-with-terraform-only")
def lead_traffic_elsewhere(at: Attacker) -> None:
    """An administrator adds a route, or takes the one away that leads to S3 by the endpoint."""
    network = network_of(at, "data-science")
    [machine, *_] = at.as_administrator("ec2", "data-science").describe_network_interfaces()[
        "NetworkInterfaces"
    ]
    for role in (SIGN_IN, "platform-admin", "ml-engineer"):
        ec2 = at.client("ec2", role=role)
        at.refused(
            ec2.create_route,
            _CHANGE,
            RouteTableId=network.route_table,
            DestinationCidrBlock="0.0.0.0/0",
            NetworkInterfaceId=machine["NetworkInterfaceId"],
        )
        at.refused(ec2.create_route_table, _CHANGE, VpcId=network.vpc)


@NETWORK.by(SIGN_IN, "data-science", "networks-change-with-terraform-only")
def let_workloads_speak_to_the_world(at: Attacker) -> None:
    """An administrator opens the group of all workloads, to every address and from every one."""
    network = network_of(at, "data-science")
    world = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    wanted = {"GroupId": network.workload_group, "IpPermissions": [world]}
    for role in (SIGN_IN, "platform-admin", "data-scientist"):
        ec2 = at.client("ec2", role=role)
        at.refused(ec2.authorize_security_group_egress, _CHANGE, **wanted)
        at.refused(ec2.authorize_security_group_ingress, _CHANGE, **wanted)
    ec2 = at.client("ec2")
    at.refused(
        ec2.modify_subnet_attribute,
        _CHANGE,
        SubnetId=network.subnets[0],
        MapPublicIpOnLaunch={"Value": True},
    )


@NETWORK.by(SIGN_IN, "production", "networks-change-with-terraform-only")
def open_the_endpoint_to_foreign_buckets(at: Attacker) -> None:
    """An administrator lets S3's endpoint carry everything, removes it, or makes another."""
    network, ec2 = network_of(at, "production"), at.client("ec2")
    everything = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [everything]})
    endpoint = network.endpoints["s3"]
    at.refused(ec2.modify_vpc_endpoint, _CHANGE, VpcEndpointId=endpoint, PolicyDocument=policy)
    at.refused(ec2.modify_vpc_endpoint, _CHANGE, VpcEndpointId=endpoint, ResetPolicy=True)
    at.refused(ec2.delete_vpc_endpoints, _CHANGE, VpcEndpointIds=[endpoint])
    at.refused(
        ec2.create_vpc_endpoint,
        _CHANGE,
        VpcId=network.vpc,
        ServiceName=f"com.amazonaws.{at.stage.region}.ec2",
        VpcEndpointType="Interface",
    )


@NETWORK.by(SIGN_IN, "data-science", "networks-change-with-terraform-only")
def take_data_out_in_names(at: Attacker) -> None:
    """An administrator lets every name resolve, so that data leaves in questions to DNS."""
    resolver = at.client("route53resolver")
    [group, *_] = resolver.list_firewall_rule_groups()["FirewallRuleGroups"]
    [rule, *_] = resolver.list_firewall_rules(FirewallRuleGroupId=group["Id"])["FirewallRules"]
    at.refused(
        resolver.update_firewall_rule,
        _CHANGE,
        FirewallRuleGroupId=group["Id"],
        FirewallDomainListId=rule["FirewallDomainListId"],
        Action="ALLOW",
    )
    [bond, *_] = resolver.list_firewall_rule_group_associations()["FirewallRuleGroupAssociations"]
    at.refused(
        resolver.disassociate_firewall_rule_group,
        _CHANGE,
        FirewallRuleGroupAssociationId=bond["Id"],
    )


@NETWORK.by("apply", "production", "nothing-is-shared")
def offer_the_model_to_other_networks(at: Attacker) -> None:
    """The role that applies offers a service of production's network to networks of others."""
    for role in _BUILDERS:
        at.refused(
            at.client("ec2", role=role).create_vpc_endpoint_service_configuration,
            Because(SERVICE_CONTROL, "DenySharing"),
            Because(SERVICE_CONTROL, "DenyNetworkChangesOutsideApply"),
            AcceptanceRequired=False,
            GatewayLoadBalancerArns=[
                f"arn:aws:elasticloadbalancing:{at.stage.region}:{at.account_id('production')}"
                ":loadbalancer/gwy/attack/0123456789abcdef"
            ],
        )


@NETWORK.by(SIGN_IN, "production", "endpoints-administer-nothing")
def administer_from_within(at: Attacker) -> None:
    """Code in production's network, with every right there is, changes what guards it."""
    client = at.client("s3", vpc="production")
    bucket = at.naming.bucket_name("production", "models")
    at.refused(client.delete_bucket_policy, Because(ENDPOINT), Bucket=bucket)
    at.refused(client.delete_public_access_block, Because(ENDPOINT), Bucket=bucket)
    topics = at.client("sns", vpc="production")
    [topic, *_] = at.as_administrator("sns", "production").list_topics()["Topics"]
    at.refused(topics.delete_topic, Because(ENDPOINT), TopicArn=topic["TopicArn"])


@NETWORK.by("data-scientist", "data-science", "data-science-touches-no-object-of-a-target")
def read_production_by_its_own_endpoint(at: Attacker) -> None:
    """A data scientist, from the network of staging, reads evidence and models of production."""
    client = at.client("s3", vpc="staging")
    for purpose in ("evidence", "models"):
        wanted = an_object(at, "production", purpose)
        at.refused(client.get_object, Because(RESOURCE, "DenyOutsideEndpoints"), **wanted)


@NETWORK.by(SIGN_IN, "production", "what-accounts-refuse-stays-refused")
def lift_what_an_account_refuses(at: Attacker) -> None:
    """An administrator lets an account have public networks, snapshots, images and documents."""
    because = Because(SERVICE_CONTROL, "DenySharingOutsideApply")
    ec2 = at.client("ec2")
    # Even saying again what holds is a change; so nothing is lifted before the first refusal.
    at.refused(ec2.enable_snapshot_block_public_access, because, State="block-all-sharing")
    at.refused(ec2.disable_snapshot_block_public_access, because)
    at.refused(ec2.disable_image_block_public_access, because)
    at.refused(ec2.disable_ebs_encryption_by_default, because)
    at.refused(ec2.modify_vpc_block_public_access_options, because, InternetGatewayBlockMode="off")
    place = f"{at.stage.region}:{at.account_id('production')}"
    documents = "ssm/documents/console/public-sharing-permission"
    at.refused(
        at.client("ssm").update_service_setting,
        because,
        SettingId=f"arn:aws:ssm:{place}:servicesetting/{documents}",
        SettingValue="Enable",
    )


@NETWORK.by(SIGN_IN, "production", "networks-change-with-terraform-only")
def stand_a_machine_in_the_network(at: Attacker) -> None:
    """An administrator starts a machine beside the workloads, to work from where data answers."""
    network = network_of(at, "production")
    for role in (SIGN_IN, "platform-admin"):
        at.refused(
            at.client("ec2", role=role).run_instances,
            _CHANGE,
            **{"ImageId": "ami-0123456789abcdef0", "InstanceType": "t3.micro"},
            **{"MinCount": 1, "MaxCount": 1},
            SubnetId=network.subnets[0],
            SecurityGroupIds=[network.workload_group],
        )


@NETWORK.by(SIGN_IN, "production", "networks-have-no-new-way-out")
def open_a_session_on_a_machine(at: Attacker) -> None:
    """Somebody opens a shell on a machine, or in a build that waits for them."""
    for role in (SIGN_IN, "apply"):
        client = at.client("ssm", role=role)
        at.refused(client.start_session, _WAY_OUT, Target="i-0123456789abcdef0")
