"""Gathers all policies that bear on one asked action, layer by layer.

Control policies are those of the principal's account for what principals may do, and those of the
resource's account for what resources give:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from policies.iam import Layers, Policy, Principal, Resource
from policies.iam.principal import Kind
from twin.authorization.asked import Asked
from twin.authorization.live import buckets, controls, grants
from twin.authorization.live.parsed import nothing, parsed
from twin.authorization.live.principals import brought_by, is_service_linked, principal_of
from twin.authorization.live.texts import policy_of
from twin.call import Call
from twin.moto_state import role_of

if TYPE_CHECKING:
    from twin.twin import Twin

_MEMBERS = (Kind.ROLE, Kind.USER, Kind.ROOT)
_ARN_PARTS = 6


class Origin(Protocol):
    """What of the way of a request its policies depend on: the endpoint that it passed."""

    @property
    def endpoint_id(self) -> str | None: ...

    @property
    def endpoint_policy(self) -> str | None: ...


def layers(twin: Twin, call: Call, asked: Asked, route: Origin | None) -> Layers:
    """Return the policies that are in force for what a call asks, in all accounts.

    What a service asks in the name of its caller comes from AWS's own network and passes no
    endpoint. A resource that does not exist has no policy: its owner's own principals learn that
    from the service, everybody else is refused.
    """
    caller = call.caller
    principal = principal_of(caller)
    brought = brought_by(caller)
    policy, counts = _of_resource(twin, principal, asked)
    exempt = is_service_linked(caller.role_arn)
    return Layers(
        identity=brought.identity,
        boundary=brought.boundary,
        session=brought.session,
        service_control=() if exempt else _binding(principal),
        resource_control=() if exempt else _limiting(asked),
        resource=policy,
        resource_counts=counts,
        endpoint=None if caller.called_via or caller.is_service else _passed(route),
    )


def _binding(principal: Principal) -> controls.Levels:
    if principal.kind not in _MEMBERS:
        return ()
    return controls.levels_of(principal.account, controls.SERVICE_CONTROL)


def _limiting(asked: Asked) -> controls.Levels:
    if not controls.reaches(asked.action) or is_service_linked(asked.resource):
        return ()
    key = grants.key_of(asked.resource, asked.owner)
    if key is not None and grants.is_of_aws(key):
        return ()
    return controls.levels_of(asked.owner, controls.RESOURCE_CONTROL)


def _passed(route: Origin | None) -> Policy | None:
    if route is None or route.endpoint_id is None or route.endpoint_policy is None:
        return None
    return parsed(route.endpoint_id, route.endpoint_policy)


def _of_resource(twin: Twin, principal: Principal, asked: Asked) -> tuple[Policy | None, Resource]:
    parts = asked.resource.split(":", _ARN_PARTS - 1)
    if len(parts) < _ARN_PARTS:
        return None, Resource.ORDINARY
    service, resource = parts[2], parts[5]
    if service == "s3":
        return _of_bucket(twin, principal, asked, resource)
    if service == "kms":
        key = grants.key_of(asked.resource, asked.owner)
        if key is None:
            return None, Resource.ORDINARY
        return grants.policy_of(key), Resource.DECISIVE
    if service == "iam":
        return _of_role(asked)
    return policy_of(twin, asked.resource, asked.owner), Resource.ORDINARY


def _of_bucket(
    twin: Twin, principal: Principal, asked: Asked, resource: str
) -> tuple[Policy | None, Resource]:
    if resource.startswith("accesspoint/"):
        # What goes through an access point would have to pass its policy and the bucket's; that
        # is not modelled. Its own settings are an ordinary matter.
        through = "/object/" in resource
        refused = nothing(asked.resource) if through else None
        return refused, Resource.DECISIVE if through else Resource.ORDINARY
    name = resource.partition("/")[0]
    policy = buckets.policy_of(twin, name, asked.owner, principal, asked.action)
    return policy, Resource.ORDINARY


def _of_role(asked: Asked) -> tuple[Policy | None, Resource]:
    """A role's trust policy is the policy of the role as a resource of STS, and of nothing else."""
    if not asked.action.lower().startswith("sts:"):
        return None, Resource.ORDINARY
    role = role_of(asked.resource)
    if role is None:
        return None, Resource.DECISIVE
    return parsed(asked.resource, str(role.assume_role_policy_document)), Resource.DECISIVE
