"""Keeps what moto forgets of a security group's rule, and takes rules of protocols without ports.

moto 5.2.5 keeps descriptions for address ranges only; a second plan would then want to add them
again. It fails where a protocol such as ESP (50) comes without ports, for which AWS answers -1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from moto.ec2.models import ec2_backends

from twin.call import Call, Forward, Response
from twin.registry import Registry
from twin.twin import Twin


def register(registry: Registry) -> None:
    """Put the repair around the operations that add rules."""
    for operation in ("AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress"):
        registry.wraps("ec2", operation)(_describe_rules)


def _describe_rules(_twin: Twin, call: Call, forward: Forward) -> Response:
    response = forward(_with_ports(call))
    if response.ok:
        backend = ec2_backends[call.account_id][call.region]
        group = backend.get_security_group_from_id(call.parameters.get("GroupId"))
        egress = call.operation.endswith("Egress")
        rules = [] if group is None else group.egress_rules if egress else group.ingress_rules
        for permission in call.parameters.get("IpPermissions") or ():
            for rule in rules:
                _describe(rule, permission)
    return response


def _with_ports(call: Call) -> bytes | None:
    without = [
        number
        for number, permission in enumerate(call.parameters.get("IpPermissions") or (), start=1)
        if permission.get("FromPort") is None and permission.get("IpProtocol") != "-1"
    ]
    if not without:
        return None
    places = [f"IpPermissions.{number}.{end}Port" for number in without for end in ("From", "To")]
    return call.body + b"".join(f"&{place}=-1".encode() for place in places)


def _describe(rule: Any, permission: Mapping[str, Any]) -> None:
    ports = (permission.get("FromPort", -1), permission.get("ToPort", -1))
    if (rule.from_port, rule.to_port) != ports and rule.ip_protocol != "-1":
        return
    if rule.description is None and rule.ip_protocol == permission.get("IpProtocol"):
        for text in _descriptions(rule, permission):
            # moto reads every rule's description from its address range.
            rule.ip_range["Description"] = text


def _descriptions(rule: Any, permission: Mapping[str, Any]) -> Iterator[str]:
    for pair in permission.get("UserIdGroupPairs") or ():
        if rule.source_group.get("GroupId") == pair.get("GroupId") and pair.get("Description"):
            yield pair["Description"]
    for listed in permission.get("PrefixListIds") or ():
        same = rule.prefix_list_id == listed.get("PrefixListId")
        if same and rule.prefix_list_id is not None and listed.get("Description"):
            yield listed["Description"]
