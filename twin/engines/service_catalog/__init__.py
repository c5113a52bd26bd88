"""Service Catalog: products are launched and ended with the launch role of their constraint."""

from __future__ import annotations

from twin.engines.service_catalog import browsing, launching
from twin.registry import Registry


def register(registry: Registry) -> None:
    """Put the operations of those who launch into the registry."""
    browsing.register(registry)
    launching.register(registry)
