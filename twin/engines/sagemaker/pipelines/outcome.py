"""How a step ends: with what it leaves, with a reason, or stopped with its execution."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class StepFailure(Exception):
    """A step failed; the text is its FailureReason."""

    def __init__(self, reason: str, metadata: Mapping[str, Any] | None = None) -> None:
        self.metadata = dict(metadata or {})
        super().__init__(reason)


class StepStopped(Exception):
    """A step was stopped with its execution."""

    def __init__(self, metadata: Mapping[str, Any] | None = None) -> None:
        self.metadata = dict(metadata or {})
        super().__init__("stopped")


@dataclass(frozen=True)
class Done:
    """What a step leaves: its metadata, and the values that later steps can refer to."""

    metadata: Mapping[str, Any]
    outputs: Mapping[str, Any] = field(default_factory=dict)


def failed(service: str, operation: str, message: str) -> str:
    """Return the reason of a step whose call to a service was refused."""
    return f"ClientError: Failed to invoke {service}:{operation}. Error Details: {message}"
