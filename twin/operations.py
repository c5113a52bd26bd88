"""Collects everything that the twin answers, repairs or runs by itself."""

from __future__ import annotations

from twin import declared, moto_memory, repairs, sts
from twin.engines import (
    athena,
    cloudwatch,
    codebuild,
    codepipeline,
    events,
    events_s3,
    functions,
    notices,
    sagemaker,
    service_catalog,
    trails,
)
from twin.registry import Registry
from twin.twin import Twin


def registry() -> Registry:
    """Return the registry with all answers and wraps."""
    made = Registry()
    sts.register(made)
    declared.register(made)
    repairs.register(made)
    events.register(made)
    events_s3.register(made)
    codepipeline.register(made, codebuild.register(made))
    notices.register(made)
    moto_memory.register(made)
    sagemaker.register(made, cloudwatch.register(made))
    functions.register(made)
    athena.register(made)
    service_catalog.register(made)
    trails.register(made)
    return made


def start_engines(twin: Twin) -> None:
    """Give the engines their twin."""
    sagemaker.start(twin)
    functions.start(twin)
