"""The model: everything that the plans of all accounts say, joined across roots by ARN."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from policies.iam import Layers
from policies.model.delivery_facts import (
    BuildProject,
    Definition,
    DeliveryPipeline,
    EventRule,
    ServedModel,
    Studio,
)
from policies.model.facts import (
    AccountFacts,
    OwnedResource,
    PlannedResource,
    PolicyFacts,
    PrincipalFacts,
    Problem,
    RoleFacts,
)
from policies.model.network_facts import EndpointFacts, NetworkFacts

# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
_RESOURCE_CONTROLLED = {
    *("aoss", "cognito-identity", "cognito-idp", "cognito-sync", "dynamodb", "ecr"),
    *("iam", "kms", "logs", "s3", "secretsmanager", "sqs"),
}


@dataclass(frozen=True)
class Model:
    """What all plans say together. Everything is in order of its name, whatever order plans had."""

    organization_id: str
    management_account: str
    prefix: str
    accounts: Mapping[str, AccountFacts]
    resources: tuple[PlannedResource, ...]
    principals: Mapping[str, PrincipalFacts]
    roles: Mapping[str, RoleFacts]
    policies: tuple[PolicyFacts, ...]
    owned: tuple[OwnedResource, ...]
    networks: tuple[NetworkFacts, ...]
    endpoints: tuple[EndpointFacts, ...]
    pipelines: tuple[DeliveryPipeline, ...]
    builds: tuple[BuildProject, ...]
    rules: tuple[EventRule, ...]
    definitions: tuple[Definition, ...]
    studios: tuple[Studio, ...]
    served: tuple[ServedModel, ...]
    problems: tuple[Problem, ...]

    def of_type(self, *types: str) -> Iterator[PlannedResource]:
        """Give the planned resources of some types, by root and address."""
        return (found for found in self.resources if found.type in types)

    def owned_of(self, *kinds: str) -> Iterator[OwnedResource]:
        """Give what accounts own of some kinds, such as bucket or key."""
        return (found for found in self.owned if found.kind in kinds)

    def layers(
        self,
        role: RoleFacts,
        resource: OwnedResource,
        endpoint: EndpointFacts | None = None,
    ) -> Layers:
        """Give everything that bears on a request of a role to a resource.

        Resource control policies bear on some services only; of a role they bear on its taking.
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
        """
        asking, owner = self.account(role.account), self.account(resource.account)
        controlled = "".join(resource.arn.split(":")[2:3]) in _RESOURCE_CONTROLLED
        return Layers(
            identity=role.identity,
            boundary=role.boundary,
            service_control=asking.service_control,
            resource_control=owner.resource_control if controlled else (),
            resource=resource.policy,
            resource_counts=resource.counts,
            endpoint=None if endpoint is None else endpoint.policy,
        )

    def account(self, id_or_key: str) -> AccountFacts:
        """Look an account up by its key or its number; raises KeyError where there is none."""
        if id_or_key in self.accounts:
            return self.accounts[id_or_key]
        for found in self.accounts.values():
            if found.id == id_or_key:
                return found
        raise KeyError(id_or_key)
