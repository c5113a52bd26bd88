"""Athena in the twin: queries really run on the objects that the caller may read."""

from __future__ import annotations

from twin.engines.athena import executions, work_groups
from twin.registry import Registry


def register(registry: Registry) -> None:
    """Put Athena's operations into the registry."""
    executions.register(registry)
    work_groups.register(registry)
