"""Refuses a key policy under which its author could not change it again.

moto 5.2.5 takes any policy. The check asks what the key's policy says of its author; that the
author's own account would let it is taken for granted, for it is no part of the policy.
https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
"""

from __future__ import annotations

from policies.iam import Layers, MalformedPolicy, Policy, Request, Resource, decide, parse_policy
from twin.authorization.asked import Asked
from twin.authorization.keys import keys
from twin.authorization.live import principal_of
from twin.call import Call, Forward, Response
from twin.errors import ServiceError
from twin.network import Route
from twin.registry import Registry
from twin.twin import Twin

_ACTION = "kms:PutKeyPolicy"
_LOCKED_OUT = "The new key policy will not allow you to update the key policy in the future."
_EVERYTHING = parse_policy(
    "the author's account",
    {
        "Version": "2012-10-17",
        "Statement": [{"Sid": "Taken", "Effect": "Allow", "Action": _ACTION, "Resource": "*"}],
    },
)


def register(registry: Registry) -> None:
    """Put the check around the operations that set key policies."""
    for operation in ("CreateKey", "PutKeyPolicy", "ReplicateKey"):
        registry.wraps("kms", operation)(_keeps_author)


def _keeps_author(twin: Twin, call: Call, forward: Forward) -> Response:
    text = call.parameters.get("Policy")
    if text and not call.parameters.get("BypassPolicyLockoutSafetyCheck"):
        try:
            policy = parse_policy("key policy", str(text))
        except MalformedPolicy as error:
            raise ServiceError("MalformedPolicyDocumentException", str(error), 400) from error
        if not _may_change(twin, call, policy):
            message = (
                "The new key policy will not allow you to update the key policy in the future."
            )
            raise ServiceError("MalformedPolicyDocumentException", message, 400)
    return forward()


def _may_change(twin: Twin, call: Call, policy: Policy) -> bool:
    owner = call.account_id
    name = str(call.parameters.get("KeyId") or "new").rpartition("/")[2]
    arn = f"arn:aws:kms:{call.region}:{owner}:key/{name}"
    carried = keys(twin, call, Asked(_ACTION, arn, owner), Route())
    request = Request(principal_of(call.caller), _ACTION, arn, owner, carried)
    layers = Layers(identity=(_EVERYTHING,), resource=policy, resource_counts=Resource.DECISIVE)
    return decide(request, layers).allowed
