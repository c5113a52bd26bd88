"""What SageMaker needs of a role before it runs anything with it: a network, and a volume's key.

https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from twin.authorization.errands import Errand, require
from twin.credentials import Credentials
from twin.engines.sagemaker.place import PRINCIPAL, Place
from twin.twin import Twin, new_request_id

_SEEN = (
    "DescribeDhcpOptions",
    "DescribeNetworkInterfaces",
    "DescribeSecurityGroups",
    "DescribeSubnets",
    "DescribeVpcs",
)


def borrow(
    twin: Twin,
    place: Place,
    credentials: Credentials,
    network: Mapping[str, Any] | None,
    volume_key: str | None,
) -> None:
    """Ask, as the role, for all that a container with a network and a volume takes.

    Raises ServiceError for the first that the role may not.
    """
    for errand in (*_of_network(place, network or {}), *_of_volume(place, volume_key)):
        require(twin, credentials, new_request_id(), errand)


def _of_network(place: Place, network: Mapping[str, Any]) -> Iterator[Errand]:
    """An interface in each subnet, and that SageMaker's host may use it.

    https://docs.aws.amazon.com/sagemaker/latest/dg/train-vpc.html
    """
    subnets = network.get("Subnets") or []
    if not subnets:
        return
    for operation in _SEEN:
        yield Errand("ec2", operation, {}, place.region)
    for subnet in subnets:
        interface = f"eni-{uuid.uuid4().hex[:17]}"
        wanted = {"SubnetId": subnet, "Groups": list(network.get("SecurityGroupIds") or [])}
        yield Errand("ec2", "CreateNetworkInterface", wanted, place.region)
        permission = {"NetworkInterfaceId": interface, "Permission": "INSTANCE-ATTACH"}
        yield Errand("ec2", "CreateNetworkInterfacePermission", permission, place.region)


def _of_volume(place: Place, key: str | None) -> Iterator[Errand]:
    """A grant, so that the volume can be opened for as long as it lives.

    https://docs.aws.amazon.com/sagemaker/latest/dg/encryption-at-rest.html
    """
    if not key:
        return
    lent = {
        "KeyId": key,
        "GranteePrincipal": PRINCIPAL,
        "Operations": ["CreateGrant", "Decrypt", "GenerateDataKeyWithoutPlaintext"],
    }
    yield Errand("kms", "CreateGrant", lent, place.region, via=PRINCIPAL)
