"""Corrections around operations that moto answers, but not as AWS does."""

from __future__ import annotations

from twin.registry import Registry
from twin.repairs import bucket_logging, bucket_policies, owners


def register(registry: Registry) -> None:
    """Put all repairs into the registry."""
    for module in (owners, bucket_policies, bucket_logging):
        module.register(registry)
