"""All checks: by name, with the control that each judges and what it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from policies.checks.plan import (
    buckets,
    builds,
    definitions,
    delivery,
    detection,
    events,
    images,
    keys,
    messaging,
    network,
    organization,
    perimeter,
    registry,
    roles,
    serving,
    state,
    studio,
    trail,
)
from policies.checks.plan.claims import Claim


@dataclass(frozen=True)
class Check:
    """A check, the control that it judges, and what it claims of the plans."""

    control: str
    claim: Claim


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "access-analyzers-complete": Check("IAM-14", roles.access_analyzers_complete),
        "alarms-complete": Check("LOG-04", trail.alarms_complete),
        "approval-events-narrow": Check("PIPE-11", events.approval_events_narrow),
        "approval-topic-encrypted": Check("PIPE-03", delivery.approval_topic_encrypted),
        "artifact-stores-own-key": Check("PIPE-01", delivery.artifact_stores_own_key),
        "async-output-stays-in-account": Check("SME-09", serving.async_output_stays_in_account),
        "break-glass-watched": Check("IAM-11", trail.break_glass_watched),
        "bucket-policies-require-tls": Check("S3-04", buckets.bucket_policies_require_tls),
        "buckets-block-public-access": Check("S3-01", buckets.buckets_block_public_access),
        "buckets-encrypted": Check("S3-02", buckets.buckets_encrypted),
        "buckets-have-lifecycles": Check("S3-07", buckets.buckets_have_lifecycles),
        "buckets-locked": Check("S3-03", buckets.buckets_locked),
        "buckets-log-access": Check("S3-06", buckets.buckets_log_access),
        "buckets-not-destroyed-full": Check("S3-15", buckets.buckets_not_destroyed_full),
        "buckets-own-objects": Check("S3-05", buckets.buckets_own_objects),
        "buckets-plain": Check("S3-13", buckets.buckets_plain),
        "buckets-versioned": Check("S3-03", buckets.buckets_versioned),
        "builds-confined": Check("PIPE-08", builds.builds_confined),
        "canvas-registers-in-organization": Check(
            "SMD-10", studio.canvas_registers_in_organization
        ),
        "capture-stays-in-account": Check("SME-08", serving.capture_stays_in_account),
        "control-policies-attached": Check("ORG-01", organization.control_policies_attached),
        "default-network-closed": Check("NET-09", network.default_network_closed),
        "detection-complete": Check("LOG-05", detection.detection_complete),
        "detection-watches-images": Check("ECR-04", detection.detection_watches_images),
        "detection-watches-promotion": Check("PIPE-06", trail.detection_watches_promotion),
        "dns-firewall-complete": Check("NET-11", perimeter.dns_firewall_complete),
        "docker-trusts-own-accounts": Check("SMD-08", studio.docker_trusts_own_accounts),
        "domain-key-own": Check("SMD-03", keys.domain_key_own),
        "domain-security-groups": Check("SMD-06", studio.domain_security_groups),
        "drift-watched": Check("GOV-05", trail.drift_watched),
        "emr-roles-in-organization": Check("SMD-17", studio.emr_roles_in_organization),
        "endpoint-policies-conditioned": Check("NET-06", perimeter.endpoint_policies_conditioned),
        "endpoint-policies-own": Check("NET-04", perimeter.endpoint_policies_own),
        "endpoint-set-complete": Check("NET-02", perimeter.endpoint_set_complete),
        "endpoints-monitored": Check("SME-17", serving.endpoints_monitored),
        "feature-store-in-account": Check("SME-20", registry.feature_store_in_account),
        "flow-logs-complete": Check("NET-08", network.flow_logs_complete),
        "functions-confined": Check("LAM-01", messaging.functions_confined),
        "images-from-own-registries": Check("SME-03", serving.images_from_own_registries),
        "images-verified-before-promotion": Check(
            "ECR-04", delivery.images_verified_before_promotion
        ),
        "key-policies-explicit": Check("KMS-03", keys.key_policies_explicit),
        "key-policies-name-principals": Check("KMS-04", keys.key_policies_name_principals),
        "keys-per-data-class": Check("KMS-01", keys.keys_per_data_class),
        "log-keys-bound-to-log-groups": Check("KMS-11", keys.log_keys_bound_to_log_groups),
        "management-account-empty": Check("ORG-12", organization.management_account_empty),
        "mlflow-stores-encrypted": Check("SME-21", registry.mlflow_stores_encrypted),
        "model-data-promoted": Check("SME-05", serving.model_data_promoted),
        "network-firewall-drops": Check("NET-12", network.network_firewall_drops),
        "no-foreign-key-material": Check("KMS-12", keys.no_foreign_key_material),
        "no-full-access-policies": Check("IAM-12", roles.no_full_access_policies),
        "no-iam-users": Check("IAM-01", roles.no_iam_users),
        "no-notebook-instances": Check("SMN-01", studio.no_notebook_instances),
        "no-ways-out": Check("NET-01", network.no_ways_out),
        "notebook-lifecycles-own": Check("SMN-08", studio.notebook_lifecycles_own),
        "one-domain-per-account": Check("SMD-20", studio.one_domain_per_account),
        "organization-policies-complete": Check(
            "ORG-11", organization.organization_policies_complete
        ),
        "package-group-policies-narrow": Check("SME-22", registry.package_group_policies_narrow),
        "pipeline-actions-in-target-role": Check(
            "PIPE-05", delivery.pipeline_actions_in_target_role
        ),
        "pipeline-definitions-isolated": Check("SME-24", definitions.pipeline_definitions_isolated),
        "pipeline-records-lineage": Check("SME-29", definitions.pipeline_records_lineage),
        "pipeline-roles-apart": Check("SME-25", definitions.pipeline_roles_apart),
        "pipeline-sources-versioned": Check("PIPE-07", delivery.pipeline_sources_versioned),
        "policies-known": Check("IAM-16", roles.policies_known),
        "profile-execution-roles": Check("SMD-14", studio.profile_execution_roles),
        "profile-security-groups": Check("SMD-15", studio.profile_security_groups),
        "promotion-by-digest": Check("PIPE-06", delivery.promotion_by_digest),
        "promotion-order": Check("PIPE-02", delivery.promotion_order),
        "promotion-records-lineage": Check("SME-29", serving.promotion_records_lineage),
        "queue-policies-narrow": Check("MSG-01", messaging.queue_policies_narrow),
        "queues-encrypted": Check("MSG-01", messaging.queues_encrypted),
        "registries-not-replicated": Check("ECR-03", images.registries_not_replicated),
        "replication-declared": Check("S3-12", buckets.replication_declared),
        "repositories-have-lifecycles": Check("ECR-01", images.repositories_have_lifecycles),
        "repository-policies-narrow": Check("ECR-02", images.repository_policies_narrow),
        "repository-secrets-encrypted": Check("SMD-18", studio.repository_secrets_encrypted),
        "resource-policies-name-principals": Check(
            "IAM-06", roles.resource_policies_name_principals
        ),
        "roles-bounded": Check("IAM-02", roles.roles_bounded),
        "sagemaker-projects-off": Check("SME-27", detection.sagemaker_projects_off),
        "secret-policies-narrow": Check("SEC-01", messaging.secret_policies_narrow),
        "security-groups-explicit": Check("NET-10", network.security_groups_explicit),
        "service-trust-names-source": Check("SMI-22", roles.service_trust_names_source),
        "sessions-bounded": Check("IAM-11", roles.sessions_bounded),
        "state-buckets-protected": Check("PIPE-10", state.state_buckets_protected),
        "studio-sign-in-bound": Check("SMD-04", studio.studio_sign_in_bound),
        "subscriptions-corporate": Check("MSG-01", messaging.subscriptions_corporate),
        "topic-policies-narrow": Check("MSG-01", messaging.topic_policies_narrow),
        "trail-complete": Check("LOG-01", trail.trail_complete),
        "trail-records-data-events": Check("LOG-02", trail.trail_records_data_events),
        "trail-records-objects": Check("S3-14", trail.trail_records_objects),
        "trust-policies-narrow": Check("IAM-08", roles.trust_policies_narrow),
    }
)
