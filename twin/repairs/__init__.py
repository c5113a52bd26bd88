"""Corrections around operations that moto answers, but not as AWS does."""

from __future__ import annotations

from twin.registry import Registry
from twin.repairs import (
    bucket_logging,
    bucket_notifications,
    bucket_policies,
    conditional_writes,
    config_rules,
    detector_features,
    functions,
    key_policies,
    key_states,
    log_group_keys,
    managed_policies,
    network_acls,
    organization_policies,
    owners,
    permissions_boundaries,
    pretended,
    principals,
    security_groups,
    service_linked_roles,
    signatures,
    trail_names,
    trust_policies,
)


def register(registry: Registry) -> None:
    """Put all repairs into the registry."""
    for module in (owners, bucket_policies, bucket_logging, conditional_writes):
        module.register(registry)
    network_acls.register(registry)
    for module in (security_groups, pretended, organization_policies):
        module.register(registry)
    service_linked_roles.register(registry)
    trust_policies.register(registry)
    key_states.register(registry)
    key_policies.register(registry)
    principals.register(registry)
    # An account must know a policy of AWS before anything asks whether it exists.
    for module in (managed_policies, permissions_boundaries, bucket_notifications):
        module.register(registry)
    trail_names.register(registry)
    for module in (config_rules, detector_features, functions, log_group_keys, signatures):
        module.register(registry)
