"""SageMaker's own parts in the plans: domains with profiles, models, endpoints."""

from __future__ import annotations

from collections.abc import Iterator

from policies.model.delivery import role_of
from policies.model.delivery_facts import ServedModel, Studio, StudioProfile
from policies.model.planned import Instance
from policies.model.root import Root
from policies.model.values import block, text

_SERVED = {
    "aws_sagemaker_endpoint": "endpoint",
    "aws_sagemaker_endpoint_configuration": "endpoint-configuration",
    "aws_sagemaker_model": "model",
}


def read_studios(root: Root) -> Iterator[Studio]:
    """Give the domains of a root; a profile whose domain is not certain is in each."""
    domains = list(root.of_type("aws_sagemaker_domain"))
    profiles = list(root.of_type("aws_sagemaker_user_profile"))
    for domain in domains:
        own = [p for p in profiles if len(domains) == 1 or domain in _domains_of(root, p)]
        yield Studio(
            address=domain.address,
            account=root.key,
            values=domain.values,
            profiles=tuple(_profile(root, each) for each in own),
            source=domain.source,
        )


def read_served(root: Root) -> Iterator[ServedModel]:
    """Give models, endpoints and their configurations."""
    for each in root.of_type(*_SERVED):
        yield ServedModel(
            address=each.address,
            kind=_SERVED[each.type],
            account=root.key,
            name=text(each.values, "name"),
            role=role_of(root, each, "execution_role_arn"),
            values=each.values,
            links=root.links.get(each.address, {}),
            source=each.source,
        )


def _domains_of(root: Root, profile: Instance) -> tuple[Instance, ...]:
    return root.named(profile, "domain_id", "aws_sagemaker_domain", "id")


def _profile(root: Root, profile: Instance) -> StudioProfile:
    settings = block(profile.values, "user_settings")
    linked = root.linked(profile, "user_settings.0.execution_role", "aws_iam_role")
    arns = [f"arn:{root.partition}:iam::{root.id}:role/{text(r.values, 'name')}" for r in linked]
    return StudioProfile(
        address=profile.address,
        name=text(profile.values, "user_profile_name"),
        role=text(settings, "execution_role") or (arns[0] if len(arns) == 1 else ""),
        values=profile.values,
        source=profile.source,
    )
