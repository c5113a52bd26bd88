"""The policies that bear on one request, by the layer in which AWS weighs them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from policies.iam.document import Policy


class Layer(Enum):
    """Where a policy comes from; the value is how AWS names it in a refusal."""

    RESOURCE_CONTROL = "resource control policy"
    SERVICE_CONTROL = "service control policy"
    ENDPOINT = "VPC endpoint policy"
    RESOURCE = "resource-based policy"
    IDENTITY = "identity-based policy"
    BOUNDARY = "permissions boundary"
    SESSION = "session policy"


class Resource(Enum):
    """How a resource's own policy counts beside those of the principal."""

    ORDINARY = "ordinary"
    """Either may allow within one account; across accounts both must."""
    DECISIVE = "decisive"
    """Keys and trust: without an allow of the resource's own policy nothing goes."""


@dataclass(frozen=True)
class Layers:
    """All policies that bear on a request.

    ``boundary``, ``session``, ``resource`` and ``endpoint`` are None where there is none, which
    is not the same as a policy that allows nothing. Of control policies there is one group for
    each level of the organisation (root, unit, account); each level must allow.
    """

    identity: tuple[Policy, ...] = ()
    boundary: Policy | None = None
    session: tuple[Policy, ...] | None = None
    service_control: tuple[tuple[Policy, ...], ...] = ()
    resource_control: tuple[tuple[Policy, ...], ...] = ()
    resource: Policy | None = None
    resource_counts: Resource = Resource.ORDINARY
    endpoint: Policy | None = None

    def all(self) -> Iterator[tuple[Layer, Policy]]:
        """Give every policy with its layer, in the order in which AWS weighs them."""
        for level in self.resource_control:
            yield from ((Layer.RESOURCE_CONTROL, policy) for policy in level)
        for level in self.service_control:
            yield from ((Layer.SERVICE_CONTROL, policy) for policy in level)
        if self.endpoint is not None:
            yield Layer.ENDPOINT, self.endpoint
        if self.resource is not None:
            yield Layer.RESOURCE, self.resource
        yield from ((Layer.IDENTITY, policy) for policy in self.identity)
        if self.boundary is not None:
            yield Layer.BOUNDARY, self.boundary
        yield from ((Layer.SESSION, policy) for policy in self.session or ())
