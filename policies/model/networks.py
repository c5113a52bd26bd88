"""Networks as the plans lay them out; whatever leads out of one is named, known here or not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from policies.iam import Policy
from policies.model.documents import PLACES, anything, facts_of, joined, read_document
from policies.model.facts import PolicyFacts, PolicyLayer
from policies.model.network_facts import (
    AclRuleFacts,
    EndpointFacts,
    NetworkAclFacts,
    NetworkFacts,
    RouteFacts,
    RouteTableFacts,
    RuleFacts,
    SecurityGroupFacts,
    SubnetFacts,
)
from policies.model.planned import Instance
from policies.model.root import Root
from policies.model.values import number, rows, switch, text, texts

UNCLEAR = "networks-clear"
# Whatever connects a network with another, or gives something an address that others know.
_WAYS_OUT = re.compile(
    r"aws_(.*internet_gateway.*|nat_gateway.*|eip.*|.*vpc_peering.*|ec2_transit_gateway.*|vpn_.*"
    r"|customer_gateway|dx_.*|ec2_carrier_gateway|ec2_local_gateway.*|networkmanager_.*"
    r"|vpclattice_.*|vpc_endpoint_service.*|vpc_ipv6_.*|default_route_table"
    r"|route53_resolver_endpoint|route53_resolver_rule.*|instance|lb|alb|elb)$"
)
_PEERS = ("referenced_security_group_id", "prefix_list_id", "source_security_group_id")
_CIDRS = ("cidr_ipv4", "cidr_ipv6", "cidr_blocks", "ipv6_cidr_blocks")
_ROUTE_TARGETS = (
    *("carrier_gateway_id", "core_network_arn", "egress_only_gateway_id", "gateway_id"),
    *("local_gateway_id", "nat_gateway_id", "network_interface_id", "transit_gateway_id"),
    *("vpc_endpoint_id", "vpc_peering_connection_id"),
)
_DESTINATIONS = (
    *("cidr_block", "destination_cidr_block", "ipv6_cidr_block", "destination_ipv6_cidr_block"),
    *("destination_prefix_list_id",),
)
_UNKNOWN = "?"
_EVERYTHING = "-1"


class NetworkReader:
    """Reads the networks of one root."""

    def __init__(self, root: Root) -> None:
        self._root = root
        self.policies: list[PolicyFacts] = []

    def read(self) -> Iterator[NetworkFacts]:
        """Give each network that the root makes; what belongs to none known counts for all."""
        root = self._root
        endpoints = tuple(self._endpoints())
        for vpc in root.of_type("aws_vpc", "aws_default_vpc"):
            cidrs = (text(vpc.values, "cidr_block"), text(vpc.values, "ipv6_cidr_block"))
            yield NetworkFacts(
                account=root.key,
                address=vpc.address,
                cidrs=tuple(each for each in cidrs if each),
                subnets=tuple(self._subnets(vpc)),
                route_tables=tuple(self._route_tables(vpc)),
                groups=tuple(self._groups(vpc)),
                acls=tuple(self._acls(vpc)),
                endpoints=tuple(e for e in endpoints if e.vpc in (vpc.address, _UNKNOWN)),
                ways_out=tuple(
                    address
                    for address, each in root.plan.instances.items()
                    if _WAYS_OUT.match(each.type)
                ),
                source=vpc.source,
            )

    def endpoints(self) -> tuple[EndpointFacts, ...]:
        """Give the endpoints of all networks of the root."""
        return tuple(self._endpoints())

    def _belongs(self, instance: Instance, vpc: Instance) -> bool:
        linked = self._targets(instance, "vpc_id", "aws_vpc", "aws_default_vpc")
        return vpc.address in linked or linked in ((), (_UNKNOWN,))

    def _targets(self, instance: Instance, path: str, *types: str) -> tuple[str, ...]:
        """Give what an attribute names: addresses of the plan, else the identifiers themselves."""
        value: Any = instance.values.get(path)
        if isinstance(value, list):
            known = tuple(each for each in value if isinstance(each, str))
        else:
            known = (value,) if isinstance(value, str) and value else ()
        if known:
            return tuple(self._address(each, types) for each in known)
        linked = self._root.linked(instance, path, *types)
        if linked:
            return tuple(each.address for each in linked)
        return (_UNKNOWN,) if instance.may_come(path) else ()

    def _address(self, identifier: str, types: tuple[str, ...]) -> str:
        for each in self._root.of_type(*types):
            if identifier in (text(each.values, "id"), text(each.values, "arn")):
                return each.address
        return identifier

    def _subnets(self, vpc: Instance) -> Iterator[SubnetFacts]:
        for subnet in self._root.of_type("aws_subnet", "aws_default_subnet"):
            if not self._belongs(subnet, vpc):
                continue
            public = switch(subnet.values, "map_public_ip_on_launch")
            ipv6 = bool(text(subnet.values, "ipv6_cidr_block"))
            yield SubnetFacts(
                address=subnet.address,
                cidr=text(subnet.values, "cidr_block"),
                zone=text(subnet.values, "availability_zone"),
                public_ip=True if ipv6 else public,
                route_tables=tuple(self._tables_of(subnet)),
                network_acls=tuple(
                    acl.address
                    for acl in self._root.of_type("aws_network_acl", "aws_default_network_acl")
                    if subnet.address in self._targets(acl, "subnet_ids", "aws_subnet")
                ),
                source=subnet.source,
            )

    def _tables_of(self, subnet: Instance) -> Iterator[str]:
        for each in self._root.of_type("aws_route_table_association"):
            named = self._targets(each, "subnet_id", "aws_subnet", "aws_default_subnet")
            if subnet.address in named or named == (_UNKNOWN,):
                yield from self._targets(each, "route_table_id", "aws_route_table")

    def _route_tables(self, vpc: Instance) -> Iterator[RouteTableFacts]:
        separate = [
            (
                self._targets(each, "route_table_id", "aws_route_table"),
                self._route(each, each.values),
            )
            for each in self._root.of_type("aws_route")
        ]
        for table in self._root.of_type("aws_route_table", "aws_default_route_table"):
            if not self._belongs(table, vpc):
                continue
            inline = [self._route(table, each) for each in rows(table.values, "route")]
            apart = [r for named, r in separate if table.address in named or named == (_UNKNOWN,)]
            managed = table.values.get("route") is not None
            yield RouteTableFacts(table.address, (*inline, *apart), managed, table.source)

    def _route(self, instance: Instance, values: Mapping[str, Any]) -> RouteFacts:
        destination = next((text(values, n) for n in _DESTINATIONS if text(values, n)), _UNKNOWN)
        target = next((text(values, n) for n in _ROUTE_TARGETS if text(values, n)), "")
        if not target:
            linked = (a for n in _ROUTE_TARGETS for a in self._root.linked(instance, n))
            found = next(linked, None)
            target = found.address if found else _UNKNOWN
        return RouteFacts(destination, target, instance.source)

    def _groups(self, vpc: Instance) -> Iterator[SecurityGroupFacts]:
        apart = [
            *self._rules("aws_vpc_security_group_egress_rule", True),
            *self._rules("aws_vpc_security_group_ingress_rule", False),
            *self._rules("aws_security_group_rule", None),
        ]
        for group in self._root.of_type("aws_security_group", "aws_default_security_group"):
            if not self._belongs(group, vpc):
                continue
            own = [rule for rule in apart if rule.group in (group.address, _UNKNOWN)]
            inline = [*self._inline(group, "egress", True), *self._inline(group, "ingress", False)]
            is_default = group.type == "aws_default_security_group"
            yield SecurityGroupFacts(
                group.address,
                text(group.values, "name"),
                is_default,
                (*inline, *own),
                group.source,
            )

    def _rules(self, type_: str, outward: bool | None) -> Iterator[RuleFacts]:
        for rule in self._root.of_type(type_):
            way = text(rule.values, "type") != "ingress" if outward is None else outward
            groups = self._targets(
                rule, "security_group_id", "aws_security_group", "aws_default_security_group"
            )
            for group in groups or (_UNKNOWN,):
                for peer in self._peers(rule):
                    yield self._rule(rule, rule.values, group, way, peer)

    def _rule(
        self, source: Instance, values: Mapping[str, Any], group: str, outward: bool, peer: str
    ) -> RuleFacts:
        protocol = text(values, "ip_protocol") or text(values, "protocol") or _EVERYTHING
        first, last = number(values, "from_port"), number(values, "to_port")
        return RuleFacts(group, outward, protocol, first, last, peer, source.source)

    def _peers(self, rule: Instance) -> tuple[str, ...]:
        values = rule.values
        found = [
            *(text(values, name) for name in _CIDRS[:2] if text(values, name)),
            *(cidr for name in _CIDRS[2:] for cidr in texts(values, name)),
        ]
        for name in _PEERS:
            types = (
                ("aws_vpc_endpoint", "aws_ec2_managed_prefix_list")
                if name == "prefix_list_id"
                else ("aws_security_group", "aws_default_security_group")
            )
            found += self._targets(rule, name, *types)
        if values.get("self") is True:
            found += self._targets(rule, "security_group_id", "aws_security_group")
        found += [_UNKNOWN for name in _CIDRS if rule.may_come(name)]
        return tuple(found) or (_UNKNOWN,)

    def _inline(self, group: Instance, name: str, outward: bool) -> Iterator[RuleFacts]:
        for values in rows(group.values, name):
            peers = [
                *texts(values, "cidr_blocks"),
                *texts(values, "ipv6_cidr_blocks"),
                *texts(values, "security_groups"),
                *texts(values, "prefix_list_ids"),
                *((group.address,) if values.get("self") is True else ()),
            ]
            for peer in peers or [_UNKNOWN]:
                yield self._rule(group, values, group.address, outward, peer)

    def _acls(self, vpc: Instance) -> Iterator[NetworkAclFacts]:
        for acl in self._root.of_type("aws_network_acl", "aws_default_network_acl"):
            if not self._belongs(acl, vpc):
                continue
            every = [
                *(_acl_rule(each, True) for each in rows(acl.values, "egress")),
                *(_acl_rule(each, False) for each in rows(acl.values, "ingress")),
            ]
            subnets = self._targets(acl, "subnet_ids", "aws_subnet", "aws_default_subnet")
            ordered = tuple(sorted(every, key=lambda rule: (not rule.outward, rule.number)))
            is_default = acl.type == "aws_default_network_acl"
            yield NetworkAclFacts(acl.address, is_default, ordered, subnets, acl.source)

    def _endpoints(self) -> Iterator[EndpointFacts]:
        self.policies.clear()
        for endpoint in self._root.of_type("aws_vpc_endpoint"):
            service = text(endpoint.values, "service_name")
            vpc = self._targets(endpoint, "vpc_id", "aws_vpc", "aws_default_vpc")
            yield EndpointFacts(
                address=endpoint.address,
                account=self._root.key,
                region=self._root.region_of(endpoint),
                service=_short(service) or _UNKNOWN,
                kind=text(endpoint.values, "vpc_endpoint_type") or "Gateway",
                vpc=vpc[0] if vpc else _UNKNOWN,
                policy=self._endpoint_policy(endpoint),
                private_dns=endpoint.values.get("private_dns_enabled") is True,
                subnets=self._targets(endpoint, "subnet_ids", "aws_subnet"),
                route_tables=self._targets(endpoint, "route_table_ids", "aws_route_table"),
                groups=self._targets(endpoint, "security_group_ids", "aws_security_group"),
                source=endpoint.source,
            )

    def _endpoint_policy(self, endpoint: Instance) -> Policy | None:
        found: list[Policy] = []
        apart = [
            each
            for each in self._root.of_type("aws_vpc_endpoint_policy")
            if endpoint.address in self._targets(each, "vpc_endpoint_id", "aws_vpc_endpoint")
        ]
        for each in (endpoint, *apart):
            place = PLACES[each.type]
            document = read_document(each, place.attribute, place.limit)
            if document is None:
                continue
            self._root.problems += document.problems
            facts = facts_of(each, PolicyLayer.ENDPOINT, self._root.key, endpoint.address, document)
            self.policies.append(facts)
            found.append(document.policy or anything(each.address, PolicyLayer.ENDPOINT))
        return joined(f"{self._root.plan.root}: {endpoint.address}", tuple(found))


def _acl_rule(values: Mapping[str, Any], outward: bool) -> AclRuleFacts:
    return AclRuleFacts(
        number=number(values, "rule_no") or 0,
        outward=outward,
        allows=text(values, "action").lower() != "deny",
        protocol=text(values, "protocol") or _EVERYTHING,
        cidr=text(values, "cidr_block") or text(values, "ipv6_cidr_block") or _UNKNOWN,
        first=number(values, "from_port") or 0,
        last=number(values, "to_port") or 0,
    )


def _short(service: str) -> str:
    # com.amazonaws.eu-west-1.s3, aws.sagemaker.eu-west-1.studio, aws.api.eu-west-1.bedrock
    parts = service.split(".")
    place = next(
        (index for index, part in enumerate(parts) if re.match(r"^[a-z]+(-[a-z]+)+-\d$", part)),
        None,
    )
    if place is None:
        return service
    ends = parts[place + 1 :]
    return ".".join((parts[1], *ends) if parts[0] == "aws" and parts[1] != "api" else ends)
