"""Rules about the networks of accounts/organization.yaml that a JSON schema cannot say."""

from __future__ import annotations

import ipaddress
import itertools
from typing import Any

from pipelines.yaml_file import KeyPath, YamlFile

_BROUGHT = ("vpc_id", "subnet_ids", "route_table_ids")
# The smallest network that is made: three zones with addresses to spare.
_SMALLEST = 22


def check_networks(file: YamlFile) -> None:
    """Refuse blocks that are no network address or overlap one another."""
    networks: dict[str, ipaddress.IPv4Network] = {}
    for name, account in file.value["accounts"].items():
        path: KeyPath = ("accounts", name, "network", "cidr")
        networks[name] = _network(file, path, account["network"]["cidr"])
        _check_origin(file, name, account["network"], networks[name].prefixlen)
    for (first, one), (second, other) in itertools.combinations(networks.items(), 2):
        if one.overlaps(other):
            raise file.error(
                ("accounts", second, "network", "cidr"),
                "must not overlap the network of another account",
                got=f"{other}, which overlaps {one} of {first}",
                hint="choose a block of its own for each account, so that they can be peered",
            )


def _check_origin(file: YamlFile, name: str, network: dict[str, Any], size: int) -> None:
    path: KeyPath = ("accounts", name, "network")
    brought = [key for key in _BROUGHT if key in network]
    if "zones" in network and brought:
        raise file.error(
            path,
            f"must have either zones or {', '.join(_BROUGHT)}",
            got=f"zones and {', '.join(brought)}",
            hint="leave zones out to use the network that exists",
        )
    if "zones" not in network and len(brought) != len(_BROUGHT):
        missing = [key for key in _BROUGHT if key not in network] if brought else ["zones"]
        raise file.error(
            path,
            f"must have either zones or {', '.join(_BROUGHT)}",
            got=f"no {', '.join(missing)}",
            hint="name zones to have a network made, or all ids of one that exists",
        )
    if "zones" in network and size > _SMALLEST:
        raise file.error(
            (*path, "cidr"),
            "must be an IPv4 block of size /16 to /22",
            got=f'"{network["cidr"]}"',
            hint="smaller blocks leave too few addresses for subnets in three zones",
        )


def _network(file: YamlFile, path: KeyPath, text: str) -> ipaddress.IPv4Network:
    try:
        network = ipaddress.IPv4Network(text, strict=False)
    except ValueError as error:
        raise file.error(path, "must be an IPv4 block such as 10.16.0.0/16", got=text) from error
    if str(network) != text:
        raise file.error(
            path,
            "must be the address of the network itself",
            got=text,
            hint=f"the network that holds this address is {network}",
        )
    return network
