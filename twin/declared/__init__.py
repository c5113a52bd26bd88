"""Resource types that the twin holds itself, each as one declaration, and their registers."""

from __future__ import annotations

from twin.declared import (
    access_analyzer,
    account_settings,
    codeartifact,
    codebuild,
    codepipeline,
    ecr_images,
    ecr_layers,
    macie,
    quicksight,
    quicksight_data,
    resolver_firewall,
    resolver_query_logs,
    sagemaker_models,
    sagemaker_monitoring,
    sagemaker_registry,
    sagemaker_studio,
    sagemaker_tags,
    security_hub,
    service_catalog,
    service_catalog_links,
    service_catalog_versions,
)
from twin.declared.derived import declare
from twin.registry import Registry

TYPES = (
    *sagemaker_studio.TYPES,
    *sagemaker_models.TYPES,
    *sagemaker_monitoring.TYPES,
    codebuild.PROJECT,
    *codeartifact.TYPES,
    *resolver_firewall.TYPES,
    *resolver_query_logs.TYPES,
)


def register(registry: Registry) -> None:
    """Put all declared types, and what cannot be derived of them, into the registry."""
    for resource in TYPES:
        declare(registry, resource)
    for module in (access_analyzer, account_settings, macie, security_hub):
        module.register(registry)
    for module in (codebuild, codepipeline, ecr_images, ecr_layers):
        module.register(registry)
    for module in (service_catalog, service_catalog_links, service_catalog_versions):
        module.register(registry)
    for module in (quicksight, quicksight_data):
        module.register(registry)
    for module in (codeartifact, resolver_firewall, resolver_query_logs):
        module.register(registry)
    for module in (sagemaker_monitoring, sagemaker_registry, sagemaker_studio, sagemaker_tags):
        module.register(registry)
