"""The policies that are in force for a request, read from the live state of all accounts."""

from __future__ import annotations

from twin.authorization.live.gathering import Origin, layers
from twin.authorization.live.principals import principal_of

__all__ = ["Origin", "layers", "principal_of"]
