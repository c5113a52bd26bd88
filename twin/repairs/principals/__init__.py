"""Principals in policies as AWS takes them: they must exist, and a new one is not the old one."""

from __future__ import annotations

from twin.registry import Registry
from twin.repairs.principals import key_lock_out, recreated, unknown


def register(registry: Registry) -> None:
    """Put what looks at principals around the operations that set policies or end principals."""
    for module in (unknown, key_lock_out, recreated):
        module.register(registry)
