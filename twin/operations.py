"""Collects everything that the twin answers, repairs or runs by itself."""

from __future__ import annotations

from twin import sts
from twin.registry import Registry
from twin.twin import Twin


def registry() -> Registry:
    """Return the registry with all answers and wraps."""
    made = Registry()
    sts.register(made)
    return made


def start_engines(twin: Twin) -> None:
    """Give the engines their twin."""
