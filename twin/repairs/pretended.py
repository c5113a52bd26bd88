"""Refuses work that moto would call done without having done anything.

moto 5.2.5 answers these with a job that is completed at once. A rehearsal must not take that for
a success; an engine that really runs them replaces the refusal.
"""

from __future__ import annotations

from twin.call import Call
from twin.errors import ServiceError
from twin.registry import Registry
from twin.twin import Twin

_PRETENDED = ("CreateAutoMLJobV2", "CreateCompilationJob")


def register(registry: Registry) -> None:
    """Put the refusals into the registry."""
    for operation in _PRETENDED:
        registry.answers("sagemaker", operation)(_refuse)


def _refuse(_twin: Twin, call: Call) -> None:
    raise ServiceError(
        "UnknownOperationException",
        f"The twin does not run what {call.service}:{call.operation} asks for",
        400,
    )
