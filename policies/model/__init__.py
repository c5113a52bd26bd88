"""The plans of all roots as one typed model, in which every fact has its address and its line."""

from __future__ import annotations

from policies.model.delivery_facts import (
    BuildProject,
    Definition,
    DeliveryPipeline,
    EventRule,
    EventTarget,
    JobStep,
    ServedModel,
    Stage,
    StageAction,
    Studio,
    StudioProfile,
)
from policies.model.facts import (
    AccountFacts,
    OwnedResource,
    PlannedResource,
    PolicyFacts,
    PolicyLayer,
    PrincipalFacts,
    PrincipalKind,
    Problem,
    RoleFacts,
)
from policies.model.model import Model
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
from policies.model.reading import read_plans, required_roots

__all__ = [
    "AccountFacts",
    "AclRuleFacts",
    "BuildProject",
    "Definition",
    "DeliveryPipeline",
    "EndpointFacts",
    "EventRule",
    "EventTarget",
    "JobStep",
    "Model",
    "NetworkAclFacts",
    "NetworkFacts",
    "OwnedResource",
    "PlannedResource",
    "PolicyFacts",
    "PolicyLayer",
    "PrincipalFacts",
    "PrincipalKind",
    "Problem",
    "RoleFacts",
    "RouteFacts",
    "RouteTableFacts",
    "RuleFacts",
    "SecurityGroupFacts",
    "ServedModel",
    "Stage",
    "StageAction",
    "Studio",
    "StudioProfile",
    "SubnetFacts",
    "read_plans",
    "required_roots",
]
