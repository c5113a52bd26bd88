"""AWS Lambda: functions really run, invoked by callers and by services, at once or later.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-invocation.html
"""

from __future__ import annotations

from twin.engines.functions.invoke import Invocations
from twin.registry import Registry
from twin.twin import Twin

_INVOCATIONS = Invocations()


def register(registry: Registry) -> None:
    """Put the invocation of functions into the registry."""
    registry.answers("lambda", "Invoke")(_INVOCATIONS.invoke)
    registry.wraps("lambda", "DeleteFunction")(_INVOCATIONS.deleted)


def start(twin: Twin) -> None:
    """End the environments of functions with everything else."""
    twin.on_reset(_INVOCATIONS.end)
