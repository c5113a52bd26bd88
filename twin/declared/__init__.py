"""Resource types that the twin holds itself, each as one declaration, and their registers."""

from __future__ import annotations

from twin.declared import (
    account_settings,
    codebuild,
    codepipeline,
    ecr_images,
    ecr_layers,
    sagemaker_models,
    sagemaker_monitoring,
    sagemaker_registry,
    sagemaker_studio,
    sagemaker_tags,
)
from twin.declared.derived import declare
from twin.registry import Registry

TYPES = (
    *sagemaker_studio.TYPES,
    *sagemaker_models.TYPES,
    *sagemaker_monitoring.TYPES,
    codebuild.PROJECT,
)


def register(registry: Registry) -> None:
    """Put all declared types, and what cannot be derived of them, into the registry."""
    for resource in TYPES:
        declare(registry, resource)
    account_settings.register(registry)
    for module in (codebuild, codepipeline, ecr_images, ecr_layers):
        module.register(registry)
    for module in (sagemaker_monitoring, sagemaker_registry, sagemaker_studio, sagemaker_tags):
        module.register(registry)
