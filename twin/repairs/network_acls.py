"""Takes the default network ACL away with its network.

moto 5.2.5 makes one with each network and keeps it for ever, so that an account which was emptied
still shows it.
"""

from __future__ import annotations

from moto.ec2.models import ec2_backends

from twin.call import Call, Forward, Response
from twin.registry import Registry
from twin.twin import Twin


def register(registry: Registry) -> None:
    """Put the repair around the removal of a network."""
    registry.wraps("ec2", "DeleteVpc")(_with_its_acl)


def _with_its_acl(_twin: Twin, call: Call, forward: Forward) -> Response:
    response = forward()
    if response.ok:
        backend = ec2_backends[call.account_id][call.region]
        gone = [
            acl_id
            for acl_id, acl in backend.network_acls.items()
            if acl.vpc_id == call.parameters["VpcId"]
        ]
        for acl_id in gone:
            backend.network_acls.pop(acl_id)
    return response
